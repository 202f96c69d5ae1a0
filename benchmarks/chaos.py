"""The form's sender in a real Chromium over a link with 500 faults, and what a report takes on the wire."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.measure import Line, Results
from tools.field_storm import Storm, weather
from tools.live_app import launch_chromium

FAULTS = {"quick": 40, "full": 500}
SEED = 2026


def run(results: Results, *, size: str) -> None:
    """Count what is lost, doubled or told wrongly while a link cuts, stalls and loses its server.

    Parameters
    ----------
    results : Results
        Takes the lines.
    size : {"quick", "full"}
        How many faults.
    """
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        try:
            storm = weather(Path(name), browser, faults=FAULTS[size], seed=SEED)
        finally:
            browser.close()
    results.lines += lines(storm)
    struck = ", ".join(f"{count} × {fault}" for fault, count in sorted(storm.faults.items()))
    results.notes.append(f"faults of the link: {struck}")
    results.notes.append(
        f"a report from Chromium on the wire, both ways, with headers and the list fetched anew: "
        f"{storm.text_bytes:,} bytes; a photo of {storm.photo_bytes:,} bytes adds {storm.photo_wire_bytes:,}"
    )


def lines(storm: Storm) -> list[Line]:
    """Return the lines of a storm; each of them should be zero."""
    what = f"{storm.reports} reports over a link with {storm.faults.total()} faults"
    counts = {
        "lost": storm.lost,
        "doubled": storm.doubled,
        "told wrongly": len(storm.untrue) + len(storm.page_errors),
    }
    return [Line(f"{name}: {what}", "", (count,), (), "", 0) for name, count in counts.items()]
