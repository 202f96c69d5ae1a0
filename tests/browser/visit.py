"""A page that reaches no other host, remembers every fault, and leaves nothing behind but a warm cache."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request

from tools.live_app import HOST, ROOT

LOCALE = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
AXE = ROOT / "tests" / "vendor" / "axe.min.js"
PATIENCE_MS = 60_000


@dataclass
class Visit:
    """A page of one screen size, with what went wrong on it.

    Attributes
    ----------
    page : Page
        The Playwright page.
    left_host : list of str
        Every address outside this computer that the page asked for; the browser finds none of them.
    errors : list of str
        Console errors and uncaught exceptions.
    origins : set of str
        The servers of this computer that the page asked.
    """

    page: Page
    left_host: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

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


def visit_of(context: BrowserContext) -> Visit:
    """Open a page that reaches no other host and remembers every fault."""
    visit = Visit(context.new_page())

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.hostname == HOST:
            visit.origins.add(f"{address.scheme}://{address.netloc}")
        elif address.scheme == "file" and request.is_navigation_request():
            # A map from disk, which may read no other file.
            return
        elif address.scheme not in ("data", "blob"):
            visit.left_host.append(request.url)

    def note_others(address: str) -> None:
        if urlsplit(address).hostname != HOST:
            visit.left_host.append(address)

    context.set_default_timeout(PATIENCE_MS)
    # Asking each request at the door would switch off the browser's cache, which a person's has.
    visit.page.on("request", note)
    visit.page.on("websocket", lambda socket: note_others(socket.url))
    visit.page.on("console", lambda message: message.type == "error" and visit.errors.append(message.text))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    return visit


def forget(visit: Visit) -> None:
    """Close a page and let its context forget what a browser keeps of it, except for its cache."""
    context = visit.page.context
    context.set_offline(False)
    context.clear_cookies()
    for page in context.pages:
        page.close()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    for origin in visit.origins:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    page.close()
