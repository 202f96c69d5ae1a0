"""The app on a free port, a real Chromium, and pages that reach no other host and remember every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tools.live_app import HOST, ROOT, Server, launch_chromium, start

LOCALE = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
AXE = ROOT / "tests" / "vendor" / "axe.min.js"


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


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], Server]]:
    """Return a function that starts the app on a data folder, once a folder, and gives its server."""
    servers: dict[str, Server] = {}

    def get(data: str | Path) -> Server:
        key = str(data)
        if key not in servers:
            servers[key] = start(tmp_path_factory.mktemp("server"), data=key)
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


def visit_of(context: BrowserContext) -> Visit:
    """Open a page that reaches no other host and remembers every fault."""
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
        context = browser.new_context(**LOCALE, **options)
        contexts.append(context)
        return visit_of(context)

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
