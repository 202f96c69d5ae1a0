"""The map on the screen against the usual one: filters, first views, bytes, memory, and from start to map."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks import made_up
from benchmarks.measure import Line, Results, peak_mb
from benchmarks.naive.files import fetch
from benchmarks.screens import (
    EMPTY,
    NAIVE,
    OURS,
    Screen,
    change_filter,
    first_map_bytes,
    open_and_wait,
    start_to_paint,
)
from tools.live_app import ROOT, Server, launch_chromium

DEMO = ROOT / "data" / "demo"
FOLIUM_FILES = ROOT / "build" / "folium"
USUAL = "st_folium, fresh, markers"
PROVINCES = {
    "full": {"communes": 130, "villages": 1000, "panos": 800},
    "quick": {"communes": 20, "villages": 150, "panos": 120},
}
ROUNDS = {"full": 7, "quick": 3}
SLOW_ROUNDS = {"full": 5, "quick": 2}
"""How often what takes seconds is repeated."""


@dataclass(frozen=True)
class Pair:
    """Our map and the usual one, both served on the same data, and a browser to visit them."""

    ours: Server
    naive: Server
    browser: Browser

    def sides(self) -> tuple[tuple[Screen, Server], tuple[Screen, Server]]:
        """Return screen and server of ours and of the usual one."""
        return (OURS, self.ours), (NAIVE, self.naive)


def run_map(results: Results, *, size: str) -> None:
    """Measure a filter on the demonstration district, and the bytes of its first map."""
    with _pair(DEMO) as pair:
        results.lines += [
            _filter_line("district", pair, ROUNDS[size]),
            _bytes_line("district", pair, results),
        ]


def run_province(results: Results, *, size: str) -> None:
    """Measure a made-up province: first view, with and without what Streamlit itself takes, filter, bytes."""
    with _province(size) as data, _pair(data) as pair, EMPTY.served(data, FOLIUM_FILES) as empty:
        empty.wait_until_healthy()
        runs: dict[Screen, list[float]] = {OURS: [], NAIVE: [], EMPTY: []}
        for _ in range(SLOW_ROUNDS[size]):
            for screen, server in (*pair.sides(), (EMPTY, empty)):
                with screen.visited(pair.browser) as page:
                    runs[screen].append(open_and_wait(page, server))
        ours, naive = (tuple(runs[screen]) for screen in (OURS, NAIVE))
        beyond = (tuple(t - median(runs[EMPTY]) for t in times) for times in (ours, naive))
        results.lines += [
            Line("province, address to painted", "s", ours, naive, USUAL, 7),
            Line("  beyond a page with one word", "s", *beyond, USUAL, 7),
            _filter_line("province", pair, SLOW_ROUNDS[size]),
            _bytes_line("province", pair, results),
        ]


def run_memory(results: Results, *, size: str) -> None:
    """Measure the servers' peaks after one visit and one filter each."""
    with _province(size) as province:
        for name, data in (("district", DEMO), ("province", province)):
            with _pair(data) as pair:
                for screen, server in pair.sides():
                    with screen.visited(pair.browser) as page:
                        open_and_wait(page, server)
                        change_filter(page)
                ours, naive = (peak_mb(server.process.pid) for _, server in pair.sides())
            results.lines.append(Line(f"{name}, server's peak memory", "MB", ours, naive, USUAL))


def run_start(results: Results, *, size: str) -> None:
    """Measure from ``streamlit run`` to the first painted map; the browser is open already."""
    fetch(FOLIUM_FILES)
    runs: dict[Screen, list[float]] = {OURS: [], NAIVE: [], EMPTY: []}
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for _ in range(SLOW_ROUNDS[size]):
            for screen, times in runs.items():
                times.append(start_to_paint(screen, browser, DEMO, FOLIUM_FILES))
        browser.close()
    what = "streamlit run to painted"
    results.lines += [
        Line(what, "s", tuple(runs[OURS]), tuple(runs[NAIVE]), USUAL),
        Line(what, "s", tuple(runs[OURS]), tuple(runs[EMPTY]), "a page with one word"),
    ]


def _filter_line(place: str, pair: Pair, rounds: int) -> Line:
    runs: tuple[list[float], list[float]] = ([], [])
    with OURS.visited(pair.browser) as our_page, NAIVE.visited(pair.browser) as naive_page:
        pages = (our_page, naive_page)
        for page, (_, server) in zip(pages, pair.sides(), strict=True):
            open_and_wait(page, server)
            # The first change of a session is not like those that follow.
            change_filter(page)
        for _ in range(rounds):
            for page, times in zip(pages, runs, strict=True):
                times.append(1000 * change_filter(page))
    return Line(f"{place}, filter to painted", "ms", tuple(runs[0]), tuple(runs[1]), USUAL, 5)


def _bytes_line(place: str, pair: Pair, results: Results) -> Line:
    totals = []
    for screen, server in pair.sides():
        with screen.visited(pair.browser) as page:
            sizes = first_map_bytes(page, server)
        totals.append(sum(sizes.values()) / 1000)
        largest = sorted(sizes.items(), key=lambda item: -item[1])[:4]
        listed = ", ".join(f"{name.rsplit('/', 1)[-1][-24:]} {size / 1000:.0f}" for name, size in largest)
        results.notes.append(f"{place}, {screen.script}, largest of its bytes in kB: {listed}.")
    return Line(f"{place}, first map, gzipped", "kB", (totals[0],), (totals[1],), USUAL, 5)


@contextmanager
def _province(size: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield made_up.province(Path(folder), **PROVINCES[size])


@contextmanager
def _pair(data: Path) -> Iterator[Pair]:
    fetch(FOLIUM_FILES)
    with (
        OURS.served(data, FOLIUM_FILES) as ours,
        NAIVE.served(data, FOLIUM_FILES) as naive,
        sync_playwright() as playwright,
    ):
        browser = launch_chromium(playwright)
        for screen, server in ((OURS, ours), (NAIVE, naive)):
            server.wait_until_healthy()
            # The first visit of all reads the data, which is the same work for both.
            with screen.visited(browser) as page:
                open_and_wait(page, server)
        yield Pair(ours, naive, browser)
        browser.close()
