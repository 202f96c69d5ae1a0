"""The errors that this project raises on purpose, each carrying what a person needs to mend the cause.

::

    OutreachError
    ├── DataFolderError   a data folder can't be used; carries the faults
    ├── UnitsError        an unknown set of units or an unknown commune
    ├── ArgumentError     an option that is not among those allowed
    └── WordedError       something that is refused, told in the reader's language
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from geo.text import Words

_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EISDIR: "folder",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOSPC: "full",
}
"""Why the system refuses a file, by the number that it gives."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a data folder.

    Parameters
    ----------
    file : str
        File name inside the folder, such as ``"villages.csv"``.
    row : int or None
        Line as a person sees it, the header being row 1; None for a fault of the whole file.
    column : str or None
        Column or property at fault.
    value : str or None
        The value as it was read.
    problem : str
        What is wrong, in the language asked for.
    fix : str
        What to do about it, in the same language.
    code : str
        Stable name of the kind of fault, for tests and for translating it again.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    problem: str
    fix: str
    code: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the fault as the contract's JSON object (without ``code``)."""
        fields = asdict(self)
        del fields["code"]
        return fields


class OutreachError(Exception):
    """Base of every error that this project raises on purpose."""


class DataFolderError(OutreachError):
    """A data folder can't be used.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault found, in the order of files and rows.
    """

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class UnitsError(OutreachError):
    """An unknown set of units, or a commune that is not among them."""


class ArgumentError(OutreachError):
    """An option whose value is not among those allowed."""


class WordedError(OutreachError):
    """Something is refused; why, and what to do, stands in the catalogues of texts.

    Parameters
    ----------
    code : str
        Key of its text in the table that `texts` names.
    **values
        What the text's placeholders stand for.
    """

    texts: ClassVar[str]

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def explain(self, words: Words) -> str:
        """Return why it is refused and what to do, in the language of ``words``."""
        return words(f"{self.texts}.{self.code}", **self.values)


def because(error: OSError, words: Words) -> str:
    """Return why the system refuses a file, and what to do, in the language of ``words``."""
    return words(f"cli.because.{_REASONS.get(error.errno, 'other')}")
