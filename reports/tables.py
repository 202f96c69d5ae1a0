"""Tables that leave the program, as CSV and as an Excel sheet, with nothing that a spreadsheet would run."""

from __future__ import annotations

import io

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from geo.coverage import Coverage
from geo.spreadsheet import harmless, sheet_name
from geo.text import Words
from geo.workspace import Workspace

WIDEST = 60


def unreached_villages(
    workspace: Workspace, reach: Coverage, words: Words, *, commune: str = ""
) -> pd.DataFrame:
    """Return the counted villages that nothing reaches now, one a row, under headings of the language.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    reach : Coverage
        The reach of every village; gives the date, the units and the channels.
    words : Words
        The language of headings and classes.
    commune : str, optional
        Code of one commune, in the coverage's units.

    Returns
    -------
    DataFrame
        In the order of communes and names; distances in metres; unknown values missing. In a
        workspace of invented data each row says so.
    """
    villages = reach.by_place[reach.by_place["now"] != "reached"]
    if commune:
        villages = villages[villages["commune_code"] == commune]
    about = workspace.villages.loc[villages.index]
    columns = {
        "commune": villages["commune"],
        "village": villages["name"],
        "kind": about["kind"],
        "class": villages["class"].map(lambda name: words(f"terms.class.{name}")).astype("object"),
        "households": about["households"],
        "poor_households": about["poor_households"],
        "nearest_pano": villages["nearest_pano"].map(workspace.panos["name"]),
        "nearest_pano_m": villages["nearest_pano_m"].astype("Float64").round(),
        "lat": about["lat"].astype("Float64"),
        "lon": about["lon"].astype("Float64"),
        "accuracy_m": about["accuracy_m"].astype("Float64"),
        "register_status": about["register_status"].map(lambda s: words(f"terms.register_status.{s}")),
        "source": about["source"],
    }
    table = pd.DataFrame(columns)
    if workspace.invented:
        table.insert(0, "invented", words("map.invented"))
    return table.rename(columns={name: words(f"table.{name}") for name in table.columns})


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table as comma-separated UTF-8 with a byte-order mark, so that Excel reads it rightly."""
    return table.map(harmless).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(table: pd.DataFrame, *, title: str, notes: list[str]) -> bytes:
    """Return a table as a workbook of one sheet.

    Parameters
    ----------
    table : DataFrame
        The rows; its column names are the headings.
    title : str
        Stands above the table and names the sheet.
    notes : list of str
        Stand below the title: date, filters, what is not known.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(title)
    for line in (title, *notes):
        sheet.append([harmless(line)])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append([str(name) for name in table.columns])
    header = sheet.max_row
    for row in table.itertuples(index=False):
        sheet.append([None if pd.isna(value) else harmless(value) for value in row])
    for column, name in enumerate(table.columns, start=1):
        sheet.cell(header, column).font = Font(bold=True)
        sheet.cell(header, column).alignment = Alignment(wrap_text=True, vertical="top")
        longest = max([len(str(name)), *(len(str(v)) for v in table[name] if not pd.isna(v))])
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(max(1, len(table.columns)))}{sheet.max_row}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
