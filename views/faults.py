"""The screen of a data folder that can't be used: every fault, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from geo.check import check_folder
from geo.text import Words
from reports.tables import to_csv

COLUMNS = ("file", "row", "column", "value", "problem", "fix")


def show(folder: Path, words: Words) -> None:
    """Draw the faults of a refused data folder, with a way to take them along and to try again.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    words : Words
        The reader's language.
    """
    faults = [fault.to_dict() for fault in check_folder(folder, words.lang).faults]
    table = pd.DataFrame(faults, columns=list(COLUMNS)).rename(
        columns={name: words(f"screen.fault_{name}") for name in COLUMNS}
    )
    # Row numbers beside blanks would turn into decimals, and values of mixed kinds don't travel.
    table = table.astype("object").where(table.notna(), "").astype("str")
    with st.container(key="faults"):
        st.subheader(words("screen.refused", n=len(faults)))
        st.write(words("screen.refused_why", folder=folder.name))
        with st.container(horizontal=True):
            st.button(words("screen.try_again"), type="primary")
            st.download_button(
                words("screen.download_faults"), to_csv(table), file_name="faults.csv", mime="text/csv"
            )
        st.table(table.set_index(table.columns[0]))
