"""The address that opens a pano's report, and its QR code as one area in vectors, for whatever is printed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import segno
import shapely

from geo.errors import OutreachError
from geo.sheet.pen import Pen
from geo.text import Words

FORM = "/field/"
QUIET = 4
"""Modules around a code that stay blank (ISO/IEC 18004)."""
BLACK = "#000000"
LONGEST = 200
"""Letters of a server's address: with more, a code gets too fine for a phone's camera."""


class AddressRefused(OutreachError):
    """What was given is no address of a server."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def explain(self, words: Words) -> str:
        """Return what is wrong with it, and what to write."""
        return words("paper.address_refused", address=self.address[:LONGEST])


@dataclass(frozen=True)
class Server:
    """Where phones reach the server.

    Parameters
    ----------
    address : str
        Such as ``https://pano.example.vn``.
    workspace : str
        Name of the workspace; empty: the one that the server starts with.

    Raises
    ------
    AddressRefused
        If the address is none of the web, or says more than where the server is.
    """

    address: str
    workspace: str = ""

    def __post_init__(self) -> None:
        """Refuse what leads nowhere, before it is printed a hundred times."""
        object.__setattr__(self, "address", self.address.strip().rstrip("/"))
        try:
            parts = urlsplit(self.address)
            has_place = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            has_place = False
        is_plain = self.address.isascii() and self.address.isprintable() and not set("?# @") & {*self.address}
        if not has_place or not is_plain or len(self.address) > LONGEST:
            raise AddressRefused(self.address)

    @property
    def is_for_this_computer(self) -> bool:
        """Whether only the computer that the server runs on can open the address."""
        host = urlsplit(self.address).hostname
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def is_secure(self) -> bool:
        """Whether phones that open it may keep the form, take photos and know where they are."""
        return self.address.startswith("https://")

    def warnings(self, words: Words) -> list[str]:
        """Return what is worth knowing of the address before anything is printed with it."""
        if self.is_for_this_computer:
            return [words("paper.only_here")]
        return [] if self.is_secure else [words("paper.not_secure")]

    def report_on(self, pano_id: str) -> str:
        """Return the address that opens the report on a pano.

        Examples
        --------
        >>> Server("https://pano.example.vn/", "demo").report_on("p-1")
        'https://pano.example.vn/field/?pano=p-1&ws=demo'
        """
        asked = {"pano": pano_id} | ({"ws": self.workspace} if self.workspace else {})
        return f"{self.address}{FORM}?{urlencode(asked)}"


def draw_code(pen: Pen, text: str, x: float, y: float, side: float, *, error: str) -> None:
    """Draw a QR code with its blank edge, as one area, so that no seam shows between its modules.

    Parameters
    ----------
    pen : Pen
        The page.
    text : str
        What the code says.
    x, y : float
        Lower left corner, in points.
    side : float
        Its width and height, in points.
    error : {"m", "q"}
        How much of it may be spoilt: 15 or 25 of 100.
    """
    rows = list(segno.make_qr(text, error=error, boost_error=False).matrix)
    module = side / (len(rows) + 2 * QUIET)
    left, top = x + QUIET * module, y + side - QUIET * module
    dark = [
        shapely.box(
            left + column * module,
            top - (row + 1) * module,
            left + (column + 1) * module,
            top - row * module,
        )
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    ]
    pen.areas([shapely.union_all(dark)], fill=BLACK)
