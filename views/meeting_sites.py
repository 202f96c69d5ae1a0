"""Where the next panos would reach most: shown as a calculation, which nobody has proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import Any

import streamlit as st

from geo.site_plan import SitePlan
from geo.siting import siting
from geo.text import Words
from geo.workspace import Workspace
from records.cheapest import recorded_costs
from reports.report_text import left_label
from reports.results import Results
from views.cards import money as amount
from views.lists import Block

PANO_ALONE = ("pano",)
"""Sites are weighed as the desk does at first: leaflets are no answer to where a pano should stand."""
NEXT_SITES = 3
MOST_NAMES = 4


@dataclass(frozen=True)
class Place:
    """A place on the map that a decision can be about.

    Attributes
    ----------
    lat, lon : float
        Decimal degrees WGS 84.
    pick : str
        What it is called by its row and its pin; empty for one that was clicked.
    name : str
        What a pano there may be called.
    note : str
        Why there.
    """

    lat: float
    lon: float
    pick: str = ""
    name: str = ""
    note: str = ""


@st.cache_resource(show_spinner=False, max_entries=16)
def _next_sites(version: str, _workspace: Workspace, on: date) -> SitePlan:
    return siting(_workspace, channels=PANO_ALONE, on=on).best(NEXT_SITES)


def next_sites(workspace: Workspace, on: date) -> SitePlan:
    """Return the sites that add most villages to those that panos reach in plan, kept for all who ask."""
    return _next_sites(workspace.version, workspace, on)


def places(plan: SitePlan, words: Words) -> Mapping[str, Place]:
    """Return each site as a place that can be decided on, by its ``pick``."""
    found = {}
    for site in plan.sites.itertuples():
        pick = _pick(site.Index)
        name = words("meeting.sites.name", label=site.label)
        note = words("meeting.sites.note", n=int(site.gain))
        found[pick] = Place(float(site.lat), float(site.lon), pick, name, note)
    return found


def pins(plan: SitePlan) -> list[dict[str, Any]]:
    """Return a pin with a letter for each site, drawn as what is only computed."""
    return [
        {
            "id": _pick(site.Index),
            "lat": float(site.lat),
            "lon": float(site.lon),
            "mark": _letter(site.Index),
            "label": f"{_letter(site.Index)}. {site.label}",
            "radius_m": plan.radius_m,
            "computed": True,
        }
        for site in plan.sites.itertuples()
    ]


def blocks(plan: SitePlan, found: Results, words: Words) -> list[Block]:
    """Return what the calculation says: the sites in building order, all together, and what they rest on.

    Parameters
    ----------
    plan : SitePlan
        The sites.
    found : Results
        The figures of the snapshot, for the money that is left.
    words : Words
        The reader's language.
    """
    title = words("meeting.sites.title")
    if not len(plan.sites):
        key = "none" if len(plan.target) else "all_reached"
        return [{"type": "rows", "title": title, "rows": [], "empty": words(f"meeting.sites.{key}")}]
    rows = [_row(plan, site, words) for site in plan.sites.itertuples()]
    whole = words(
        "meeting.sites.together",
        n=plan.objective,
        sites=len(rows),
        radius=words.distance(plan.radius_m),
        proof=words(f"meeting.sites.{'optimal' if plan.optimal else 'bounded'}", bound=plan.bound),
    )
    said = [whole]
    if plan.no_location:
        said.append(words("meeting.sites.no_location", n=len(plan.no_location)))
    facts = _money(found, words)
    return [
        {"type": "rows", "title": title, "rows": rows},
        {"type": "note", "text": " ".join(said), "tone": "filters"},
        *([{"type": "facts", "rows": facts}] if facts else []),
    ]


def _row(plan: SitePlan, site: Any, words: Words) -> dict[str, Any]:
    names = plan.target["name"].loc[list(site.villages)].tolist()
    listed = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed = words("desk.sites.and_more", names=listed, n=len(names) - MOST_NAMES)
    chosen = st.session_state.get("meeting_place")
    return {
        "text": f"{_letter(site.Index)}. {site.label}",
        "sub": listed,
        "right": words("meeting.proposed.gain", n=int(site.gain)),
        "pick": _pick(site.Index),
        "selected": chosen is not None and chosen.pick == _pick(site.Index),
    }


def _money(found: Results, words: Words) -> list[list[str]]:
    """Return what is left of the money, what a pano has cost, and how many that pays; as far as known."""
    left = found.money.left_of(found.plan.budget_vnd)
    if left is None:
        return []
    rows = [[left_label(found.money, words), amount(left, words)]]
    cost, of = recorded_costs(found.workspace, found.deeds)["pano"]
    if cost is None:
        return [*rows, [words("meeting.sites.cost"), words("meeting.sites.cost_unknown")]]
    pays = words.number(max(left, 0) // cost) if cost else ""
    rows.append([words("meeting.sites.cost"), words("meeting.sites.median", cost=amount(cost, words), n=of)])
    return [*rows, [words("meeting.sites.pays"), words("meeting.sites.panos", n=pays)]] if pays else rows


def _letter(rank: int) -> str:
    return ascii_uppercase[rank - 1]


def _pick(rank: int) -> str:
    return f"site:{rank}"
