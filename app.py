"""The server: screens, HTTP routes and assets in one process (``streamlit run app.py``)."""

import streamlit as st

from web.routes import routes

app = st.App("views/main.py", routes=routes())
