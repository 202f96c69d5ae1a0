"""Checks a data folder and names every fault in one go, in Vietnamese or English."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geo.errors import Fault
from geo.folder import read_folder


@dataclass(frozen=True)
class CheckReport:
    """What a check of a data folder found.

    Attributes
    ----------
    rows : int
        Data rows and features of all files.
    accepted, rejected : int
        Rows without and with a fault; a fault of a file or its header is one of each of its rows.
    faults : tuple of Fault
        Every fault, in the order of files, rows and columns.
    """

    rows: int
    accepted: int
    rejected: int
    faults: tuple[Fault, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the report as the JSON object of the contract."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "faults": [fault.to_dict() for fault in self.faults],
        }


def check_folder(path: Path | str, lang: str = "vi") -> CheckReport:
    """Check a data folder; whatever is in it, this raises nothing.

    ``row`` of a fault is the number of the record as a spreadsheet shows it, the header being row 1
    and a cell of several lines one row. In a GeoJSON file, which has no header, it is the number of
    the feature from 1. A folder with any fault is refused by `geo.folder.read_workspace`.

    Parameters
    ----------
    path : Path or str
        The folder.
    lang : {"vi", "en"}
        Language of problems and fixes.

    Returns
    -------
    CheckReport
        Counts and faults.
    """
    reading = read_folder(Path(path))
    return CheckReport(
        reading.rows, reading.rows - reading.rejected, reading.rejected, reading.log.faults(lang)
    )
