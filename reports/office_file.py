"""Office files without the moment of their making: equal documents are equal to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Earliest moment that a ZIP can name."""
_PROPERTIES = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(<)")
_PERSON = re.compile(rb"(<(?:cp:lastModifiedBy|dc:description)>)[^<]*(<)")
"""What libraries write about themselves."""


def timeless(content: bytes, *, on: date) -> bytes:
    """Return an office file with a day instead of the moment of its making.

    Parameters
    ----------
    content : bytes
        A Word document, slides or a workbook.
    on : datetime.date
        The day that its properties name as that on which it was made.

    Returns
    -------
    bytes
        The same document; workbooks within it, such as those of a chart, are treated alike.
    """
    moment = rf"\g<1>{on.isoformat()}T00:00:00Z\2".encode()
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for entry in made.infolist():
            part = made.read(entry)
            if entry.filename == _PROPERTIES:
                part = _PERSON.sub(rb"\1\2", _MOMENT.sub(moment, part))
            elif entry.filename.endswith(".xlsx"):
                part = timeless(part, on=on)
            write_entry(file, entry.filename, part)
    return stream.getvalue()


def write_entry(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write an entry into a ZIP that says nothing of when it was written."""
    entry = zipfile.ZipInfo(name, date_time=_FIRST_MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(entry, content)
