"""A page in a real browser that tells when it was painted: ours, the usual map's and an empty one."""

from __future__ import annotations

import gzip
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Response

from tools.live_app import Server, start

PAINTED_JS = (Path(__file__).parent / "painted.js").read_text(encoding="utf-8")
VIEWPORT = {"width": 1440, "height": 900}
PAINT_TIMEOUT_MS = 180_000
FILTER = ".st-key-classes button"


@dataclass(frozen=True)
class Screen:
    """A Streamlit script, and how to see that it is drawn.

    Attributes
    ----------
    script : str
        What ``streamlit run`` starts.
    drawn : str
        JavaScript, looked at in every frame: a text that changes with what is drawn, blank before.
    """

    script: str
    drawn: str

    @contextmanager
    def served(self, data: Path, folium_files: Path) -> Iterator[Server]:
        """Serve the screen on a data folder; it may not answer yet."""
        with tempfile.TemporaryDirectory() as folder:
            server = start(Path(folder), data=data, script=self.script, FOLIUM_FILES=str(folium_files))
            try:
                yield server
            finally:
                server.stop()

    @contextmanager
    def visited(self, browser: Browser) -> Iterator[Page]:
        """Give a page with an empty cache that notes what is drawn."""
        context = browser.new_context(locale="vi-VN", viewport=VIEWPORT)
        context.add_init_script(PAINTED_JS.replace("DRAWN", self.drawn))
        try:
            yield context.new_page()
        finally:
            context.close()


OURS = Screen(
    "app.py",
    "window.outreach && outreach.map && outreach.map.view"
    " && outreach.map.view.villages + outreach.map.view.panos",
)
NAIVE = Screen(
    "benchmarks/naive/app.py",
    "String(document.querySelectorAll('.awesome-marker').length || '')",
)
EMPTY = Screen("benchmarks/empty_page.py", "document.querySelector('.stMarkdown') && 'ready'")


def open_and_wait(page: Page, server: Server) -> float:
    """Open the page, wait until it is drawn and at rest; return the seconds from navigation to painted."""
    page.goto(server.url)
    _wait_for_paint(page, 0)
    return page.evaluate("(bench.painted[0] - performance.timeOrigin) / 1000")


def change_filter(page: Page) -> float:
    """Click on the first class of the filters; return the seconds until the map that follows was painted."""
    page.bring_to_front()
    before = page.evaluate("bench.painted.length")
    page.locator(FILTER).first.click()
    _wait_for_paint(page, before)
    return page.evaluate("n => (bench.painted[n] - bench.clicked) / 1000", before)


def first_map_bytes(page: Page, server: Server) -> dict[str, int]:
    """Open the page; return by name the gzipped bytes of all that the map's frame asked for or was sent."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    open_and_wait(page, server)
    sizes = {
        answer.url.removeprefix(server.url).split("?")[0]: _packed(answer.body())
        for answer in answers
        if answer.frame != page.main_frame and answer.ok
    }
    return sizes | {"sent by Streamlit": _packed(page.evaluate("bench.sent[0]").encode())}


def start_to_paint(screen: Screen, browser: Browser, data: Path, folium_files: Path) -> float:
    """Return the seconds from ``streamlit run`` to the first paint."""
    started = time.time()
    with screen.served(data, folium_files) as server, screen.visited(browser) as page:
        server.wait_until_healthy()
        open_and_wait(page, server)
        return page.evaluate("bench.painted[0] / 1000") - started


def _wait_for_paint(page: Page, before: int) -> None:
    page.wait_for_function(
        "n => window.bench && bench.painted.length > n", arg=before, timeout=PAINT_TIMEOUT_MS
    )
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(500)


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=9, mtime=0))
