"""The server: screens, HTTP routes and assets in one process (``streamlit run app.py``)."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from geo.text import LANGUAGES, Words
from records.workspaces import people
from web.routes import routes


@asynccontextmanager
async def started(app: st.App) -> AsyncIterator[None]:
    """Say at the first start, on the terminal alone, where the first account is made."""
    if token := people().setup_token():
        address = st.get_option("server.address") or "localhost"
        scheme = "https" if st.get_option("server.sslCertFile") else "http"
        link = f"{scheme}://{address}:{st.get_option('server.port')}/setup/{token}"
        for lang in LANGUAGES:
            print(f"\n  {Words(lang)('people.first_start', link=link)}")
        print(flush=True)
    yield None


def failed(error: Exception) -> bool:
    """Tell the reader in plain words; what went wrong in the program is for its log."""
    logging.getLogger(__name__).error("A screen failed.", exc_info=error)
    st.error("\n\n".join(Words(lang)("screen.failed") for lang in LANGUAGES))
    return True


# Streamlit guards its own routes by this list; a page of another name could read ours (DNS rebinding).
hosts = [*st.get_option("server.allowedHosts"), st.get_option("server.address")]

app = st.App(
    "views/main.py",
    routes=routes(),
    middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[host for host in hosts if host] or ["*"])],
    lifespan=started,
    on_script_error=failed,
)
