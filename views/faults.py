"""The screen of a data folder that can't be used: every fault, and what to do about it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.errors import DataFolderError
from geo.text import Words


def show(error: DataFolderError, words: Words) -> None:
    """Draw the faults of a refused data folder as a table with a way to try again."""
    with st.container(key="faults"):
        st.subheader(words("screen.refused", n=len(error.faults)))
        st.write(words("screen.refused_why"))
        table = pd.DataFrame([fault.to_dict() for fault in error.faults])
        if not table.empty:
            columns = ["file", "row", "column", "value", "problem", "fix"]
            table = table[columns].rename(columns={name: words(f"screen.fault_{name}") for name in columns})
            st.dataframe(table, hide_index=True, width="stretch")
        st.button(words("screen.try_again"))
