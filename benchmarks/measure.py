"""Lines of the table of results, and functions run in a process of their own with its peak of memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes
    ----------
    what : str
        What was measured.
    unit : str
        ``s``, ``ms``, ``kB``, ``MB``, or blank for a count.
    ours, other : tuple of float
        Every value measured, in the order of the runs, which alternate; empty if it could not be.
    against : str
        What the other is.
    aim : float, optional
        How many times less ours should be; 0 means that ours should be zero.
    """

    what: str
    unit: str
    ours: tuple[float, ...]
    other: tuple[float, ...]
    against: str
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times less the median of ours is."""
        if not self.ours or not self.other or not median(self.ours):
            return None
        return median(self.other) / median(self.ours)

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none, or nothing to tell it by."""
        if self.aim is None or not self.ours:
            return None
        if self.aim == 0:
            return median(self.ours) == 0
        return None if self.ratio is None else self.ratio >= self.aim

    def to_dict(self) -> dict[str, Any]:
        """Return the line with every run."""
        return {
            "what": self.what,
            "unit": self.unit,
            "ours": list(self.ours),
            "other": list(self.other),
            "against": self.against,
            "ratio": self.ratio,
            "aim": self.aim,
            "met": self.met,
        }


@dataclass
class Results:
    """What one run of the benchmarks found: the lines, and notes that they need to be understood."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the lines as a table of text."""
        rows = [("what", "ours", "other", "", "ratio", "aim", "met")]
        rows += [_cells(line) for line in self.lines]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        right = (1, 2, 4, 5)
        text = [
            "  ".join(
                cell.rjust(width) if i in right else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        text.insert(1, "-" * max(map(len, text)))
        return "\n".join([*text, *(f"* {note}" for note in self.notes)])


def _cells(line: Line) -> tuple[str, ...]:
    aim = "" if line.aim is None else f"{line.aim:g}" if line.aim == 0 else f"{line.aim:g}×"
    ratio = "" if line.ratio is None else f"{line.ratio:.1f}×"
    met = {None: "", True: "yes", False: "NO"}[line.met]
    return (
        line.what,
        _value(line.ours, line.unit),
        _value(line.other, line.unit),
        line.against,
        ratio,
        aim,
        met,
    )


def _value(runs: tuple[float, ...], unit: str) -> str:
    if not runs:
        return "–"
    value = median(runs)
    return f"{value:,.{0 if value >= 100 or not unit else 1 if value >= 10 else 2}f} {unit}".rstrip()


def peak_mb(pid: int | str = "self") -> tuple[float, ...]:
    """Return the most memory that a process has held so far, in MB; nothing where the system does not say.

    Unlike `resource.getrusage` this tells apart a process from the one that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ()
    return tuple(int(row.split()[1]) / 1000 for row in status.splitlines() if row.startswith("VmHWM:"))


def in_child(function: Callable[..., Any], *args: object) -> tuple[Any, tuple[float, ...]]:
    """Return what a function of a module returns in a fresh process, and that process's peak in MB."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_with_peak, function, args).result()


def _with_peak(function: Callable[..., Any], args: tuple[object, ...]) -> tuple[Any, tuple[float, ...]]:
    return function(*args), peak_mb()
