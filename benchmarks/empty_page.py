"""A page with one word on it: what Streamlit itself takes before anything is drawn."""

import streamlit as st

st.write("Ready")
