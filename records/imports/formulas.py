"""Finds the cells of an XLSX workbook that hold an error, or a formula whose result was never stored."""

from __future__ import annotations

import html
import re
import zipfile
from xml.etree import ElementTree

from records.imports.archives import column_number, read_entry

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_INDEX, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CELL = re.compile(rb'<c\b([^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?)(?<!/)>(.*?)</c>', re.DOTALL)
_TYPE = re.compile(rb'\bt="(\w+)"')
_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
_VALUE = re.compile(rb"<v>(.+?)</v>", re.DOTALL)

Cells = dict[tuple[int, int], str]
"""Text by row (from 1) and column (from 0)."""


def without_result(archive: zipfile.ZipFile) -> dict[str, Cells]:
    """Return such cells by sheet: the error, such as ``#N/A``, or the formula behind a ``=``.

    A reader of values sees these cells as blank, which a person does not.

    Parameters
    ----------
    archive : zipfile.ZipFile
        A workbook; any but XLSX has none.

    Returns
    -------
    dict of str to dict
        By name of the sheet.

    Raises
    ------
    Unreadable
        If a part can't be unpacked.
    """
    if not {_INDEX, _RELATIONS} <= set(archive.namelist()):
        return {}
    relations = ElementTree.fromstring(read_entry(archive, _RELATIONS))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    index = ElementTree.fromstring(read_entry(archive, _INDEX))
    found = {}
    for sheet in index.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if name in archive.namelist():
            found[sheet.get("name", "")] = _cells(read_entry(archive, name))
    return found


def _cells(content: bytes) -> Cells:
    found: Cells = {}
    for attributes, letters, digits, inner in _CELL.findall(content):
        kind = next(iter(_TYPE.findall(attributes)), b"n")
        value, formula = _VALUE.search(inner), _FORMULA.search(inner)
        if kind == b"e" and value:
            text = value.group(1)
        elif kind != b"str" and formula and not value:
            # A formula that gives an empty text is of kind "str", and rightly blank.
            text = b"=" + (formula.group(1) or b"")
        else:
            continue
        place = int(digits), column_number(letters.decode()) - 1
        found[place] = html.unescape(text.decode(errors="replace"))
    return found
