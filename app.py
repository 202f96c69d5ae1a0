"""The server: screens, HTTP routes and assets in one process (``streamlit run app.py``)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from geo.text import LANGUAGES, Words
from records.workspaces import people
from web.routes import routes


@asynccontextmanager
async def started(app: st.App) -> AsyncIterator[None]:
    """Say at the first start, on the terminal alone, where the first account is made."""
    if token := people().setup_token():
        address = st.get_option("server.address") or "localhost"
        link = f"http://{address}:{st.get_option('server.port')}/setup/{token}"
        for lang in LANGUAGES:
            print(f"\n  {Words(lang)('people.first_start', link=link)}")
        print(flush=True)
    yield None


app = st.App("views/main.py", routes=routes(), lifespan=started)
