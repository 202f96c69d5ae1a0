"""The one palette: colour and shape of every class, status and layer, for the web map, prints and legends.

The class colours are chosen from the Okabe-Ito set (M. Okabe, K. Ito, *Color Universal Design*, 2008),
darkened where needed to keep a contrast of 3:1 on land. Each class also has a shape of its own, so that
a black-and-white print and a colour-blind reader tell them apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from geo.terms import CLASSES, PANO_STATUSES


@dataclass(frozen=True)
class Symbol:
    """How one kind of thing is drawn.

    Parameters
    ----------
    color : str
        Colour of the symbol, ``#rrggbb``.
    shape : str
        Name of the shape; every renderer knows each name used in this module.
    filled : bool
        True if the shape is filled, False if only its outline is drawn.
    """

    color: str
    shape: str
    filled: bool = True


CLASS_SYMBOLS: dict[str, Symbol] = {
    "reached": Symbol("#00704f", "circle"),
    "planned": Symbol("#1f6fb2", "half_circle"),
    "possible": Symbol("#b77700", "diamond", filled=False),
    "no_location": Symbol("#5f6b76", "square", filled=False),
    "unreached": Symbol("#c0392b", "triangle", filled=False),
}

STATUS_SYMBOLS: dict[str, Symbol] = {
    "planned": Symbol("#3d4f8f", "plus", filled=False),
    "building": Symbol("#3d4f8f", "dots", filled=False),
    "in_service": Symbol("#22306b", "lines"),
    "needs_repair": Symbol("#c0392b", "bang"),
    "repairing": Symbol("#b77700", "dots"),
    "awaiting_acceptance": Symbol("#7a4fa3", "tick"),
    "suspended": Symbol("#5f6b76", "bars"),
    "retired": Symbol("#8b949c", "cross", filled=False),
}
"""Every pano is drawn as a board on two posts; the shape named here is the mark on the board."""

VENUE_SYMBOL = Symbol("#8a3d78", "speech")
HISTORICAL_SYMBOL = Symbol("#6b747d", "cross", filled=False)


@dataclass(frozen=True)
class Hatch:
    """How an area is ruled on paper, so that it is told from its neighbours without colour.

    Parameters
    ----------
    color : str
        Colour of the lines, ``#rrggbb``.
    slope : int
        1 for lines that rise to the right, -1 for lines that fall.
    gap_mm, width_mm : float
        Distance between lines and width of each, in millimetres on A3.
    """

    color: str
    slope: int
    gap_mm: float
    width_mm: float


HATCHES: dict[str, Hatch] = {
    "area_done": Hatch("#8fc0a8", 1, 1.5, 0.3),
    "area_planned": Hatch("#bccfe4", -1, 3.0, 0.5),
}
"""Areas are tinted on screens; prints rule them besides, by the names of `LAYERS`."""

LAYERS: dict[str, str] = {
    "beyond": "#f4f5f4",
    "sea": "#d7e6ec",
    "land": "#ecebe5",
    "land_edge": "#cfccc2",
    "commune": "#faf8f2",
    "commune_edge": "#7d8a86",
    "commune_label": "#3c4a47",
    "place_label": "#6a7672",
    "sea_label": "#5b8398",
    "area_done": "#cfe5da",
    "area_planned": "#d6e3f1",
    "radius": "#22306b",
    "accuracy": "#8b6d2f",
    "selected": "#e0007a",
    "sketch": "#a33c00",
    "halo": "#ffffff",
}
"""Colours of what lies under the symbols."""


COUNTRY = "#d9d3bf"
"""The country on the small map that tells where in it a print lies."""


def to_dict() -> dict[str, object]:
    """Return the palette as plain values, for JSON."""
    return {
        "classes": {name: asdict(CLASS_SYMBOLS[name]) for name in CLASSES},
        "statuses": {name: asdict(STATUS_SYMBOLS[name]) for name in PANO_STATUSES},
        "venue": asdict(VENUE_SYMBOL),
        "historical": asdict(HISTORICAL_SYMBOL),
        "layers": dict(LAYERS),
    }
