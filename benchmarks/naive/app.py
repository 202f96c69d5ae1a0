"""The usual map as a server: one page, and folium's own files served from this computer."""

import os

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = st.App("page.py", routes=[Mount("/folium", StaticFiles(directory=os.environ["FOLIUM_FILES"]))])
