"""The app on a free port, a real Chromium, and pages that reach no other host and remember every fault."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "vendor" / "axe.min.js"
HOST = "127.0.0.1"
START_TIMEOUT_S = 90
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A running app: where it is, its process and what it has printed."""

    url: str
    process: subprocess.Popen
    log_path: Path

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"The app did not start; it printed:\n{self.log()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Visit:
    """A page of one screen size, with what went wrong on it.

    Attributes
    ----------
    page : Page
        The Playwright page.
    left_host : list of str
        Every address outside this computer that the page asked for; all were refused.
    errors : list of str
        Console errors and uncaught exceptions.
    """

    page: Page
    left_host: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def assert_quiet(self) -> None:
        """Assert that no request left the host and that no error came."""
        assert self.left_host == []
        assert self.errors == []

    def axe_faults(self, selector: str = "body") -> list[str]:
        """Return the serious and critical accessibility faults that axe-core finds under a selector."""
        for frame in self.page.frames:
            frame.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("selector => axe.run(selector)", selector)
        return [
            f"{fault['id']}: {node['target']} {fault['help']}"
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _start(data: str, folder: Path) -> Server:
    port = _free_port()
    log_path = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environment |= {"OUTREACH_DATA": data, "OUTREACH_VAR": str(folder / "var")}
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    return Server(f"http://{HOST}:{port}", process, log_path)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], Server]]:
    """Return a function that starts the app on a data folder, once a folder, and gives its server."""
    servers: dict[str, Server] = {}

    def get(data: str | Path) -> Server:
        key = str(data)
        if key not in servers:
            servers[key] = _start(key, tmp_path_factory.mktemp("server"))
            servers[key].wait_until_healthy()
        return servers[key]

    yield get
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def server(serve: Callable[[str], Server]) -> Server:
    """The app on the real workspace."""
    return serve("data")


@pytest.fixture(scope="session")
def demo_server(serve: Callable[[str], Server]) -> Server:
    """The app on the invented workspace."""
    return serve("data/demo")


def _chromium() -> str | None:
    """Return the Chromium of this machine; None leaves it to the one that Playwright installed."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def _visit(context: BrowserContext) -> Visit:
    visit = Visit(context.new_page())

    def refuse_others(route: Route) -> None:
        if urlsplit(route.request.url).hostname == HOST:
            route.continue_()
        else:
            visit.left_host.append(route.request.url)
            route.abort()

    def note_others(address: str) -> None:
        if urlsplit(address).hostname != HOST:
            visit.left_host.append(address)

    context.route(lambda address: urlsplit(address).scheme not in ("data", "blob"), refuse_others)
    visit.page.on("websocket", lambda socket: note_others(socket.url))
    visit.page.on("console", lambda message: message.type == "error" and visit.errors.append(message.text))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    return visit


@pytest.fixture
def open_visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a page with options of its own (`viewport=…`)."""
    contexts = []

    def get(**options: object) -> Visit:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options)
        contexts.append(context)
        return _visit(context)

    yield get
    for context in contexts:
        context.close()


@pytest.fixture
def desk(open_visit: Callable[..., Visit]) -> Visit:
    """A page on a planner's desk screen."""
    return open_visit(viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(open_visit: Callable[..., Visit]) -> Visit:
    """A page on a phone that is held upright."""
    return open_visit(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, has_touch=True, is_mobile=True
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the servers printed below a test that failed."""
    report = yield
    if report.failed:
        for name, value in item.funcargs.items():
            if isinstance(value, Server):
                report.sections.append((f"log of {name}", value.log()))
    return report
