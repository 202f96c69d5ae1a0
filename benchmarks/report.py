"""The full report of the demo in every form, against the same map drawn by ``GeoDataFrame.plot`` alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Line, Results, in_child
from benchmarks.sheet import AGAINST, DEMO, ON, ROUNDS, plotted

FORMS = (".docx", ".pptx", ".xlsx", ".pdf")


def run(results: Results, *, size: str) -> None:
    """Measure seconds and peak memory of the report in each form, from a data folder to a file.

    Parameters
    ----------
    results : Results
        What to add to.
    size : {"full", "quick"}
        See `benchmarks.sheet.ROUNDS`.
    """
    ways = (*FORMS, plotted)
    seconds: dict[object, list[float]] = {way: [] for way in ways}
    peaks: dict[object, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS[size]):
            for way in ways:
                made = way if way is plotted else ours
                ending = ".png" if way is plotted else way
                taken, peak = in_child(made, DEMO, Path(folder) / f"report{ending}")
                seconds[way].append(taken)
                peaks[way] += peak
    for form in FORMS:
        for what, unit, runs in (("", "s", seconds), (", memory", "MB", peaks)):
            line = f"report as {form[1:]}{what}"
            results.lines.append(Line(line, unit, tuple(runs[form]), tuple(runs[plotted]), AGAINST))
    results.notes.append("The report is all figures, tables and words, and but for the workbook the map too")


def ours(data: Path, target: Path) -> float:
    """Write the report on a data folder; return the seconds from its files to the report, without imports."""
    from geo.folder import read_workspace
    from geo.text import Words
    from reports.report import make

    start = perf_counter()
    target.write_bytes(make(read_workspace(data), target.suffix, Words("vi"), on=ON))
    return perf_counter() - start
