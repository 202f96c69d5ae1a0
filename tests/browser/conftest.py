"""The app on a free port, a real Chromium, and pages that reach no other host and remember every fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.field import PHONE, FieldForm, FieldOffice, field_office
from tests.browser.visit import LOCALE, PATIENCE_MS, Visit, forget, visit_of
from tools.live_app import HOST, Server, launch_chromium, start

NO_OTHER_HOST = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"

# No test is judged by its time, on however slow a machine.
expect.set_options(timeout=PATIENCE_MS)


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
        browser = launch_chromium(playwright, NO_OTHER_HOST)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def idle_contexts() -> dict[str, list[BrowserContext]]:
    """Hold the contexts that no test has, by their options: they keep the app's scripts in their cache."""
    return defaultdict(list)


@pytest.fixture
def open_visit(
    browser: Browser, idle_contexts: dict[str, list[BrowserContext]]
) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a page with options of its own (`viewport=…`)."""
    lent = []

    def get(**options: object) -> Visit:
        idle = idle_contexts[repr(sorted(options.items()))]
        context = idle.pop() if idle else browser.new_context(**LOCALE, **options)
        visit = visit_of(context)
        lent.append((idle, visit))
        return visit

    yield get
    for idle, visit in lent:
        forget(visit)
        idle.append(visit.page.context)


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


@pytest.fixture(scope="module")
def field_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the app that the field form sends to."""
    return tmp_path_factory.mktemp("field")


@pytest.fixture(scope="module")
def office(field_folder: Path) -> Iterator[FieldOffice]:
    """Give the app on a workspace of its own, and what it records."""
    with field_office(field_folder) as office:
        yield office


@pytest.fixture(scope="module")
def kept_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that keeps the form from one test to the next, as phones do."""
    context = browser.new_context(**LOCALE, **PHONE)
    yield context
    context.close()


@pytest.fixture
def form(office: FieldOffice, kept_phone: BrowserContext) -> Iterator[FieldForm]:
    """The form on the phone, signed in, with nothing recorded, and no longer in need of a network."""
    form = FieldForm(visit_of(kept_phone), office)
    form.stand_at(office.store.workspace().panos["lat"].first_valid_index())
    form.forget()
    form.ready()
    yield form
    kept_phone.unroute_all(behavior="ignoreErrors")
    kept_phone.set_offline(False)
    for page in kept_phone.pages:
        page.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the servers printed below a test that failed."""
    report = yield
    if report.failed:
        for name, value in item.funcargs.items():
            if isinstance(value, Server):
                report.sections.append((f"log of {name}", value.log()))
    return report
