"""Cards of what was picked: what reaches it, what is promised, and how well it is known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.coverage import Coverage, pano_radius
from geo.reach import Reach, reached_by_pano, reachers
from geo.terms import LEDGER_CHANNELS
from geo.text import Words
from geo.units import to_units
from geo.workspace import Workspace
from views import panel
from views.lists import Block, pano_row, village_row

Rows = list[list[Any]]


def card(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, kind: str, key: str
) -> list[Block] | None:
    """Return the card of a thing, or None if there is none of that id.

    Parameters
    ----------
    workspace, reach, statuses
        The tables, the reach of every village, the status of every pano.
    words : Words
        The reader's language.
    kind : {"village", "pano", "venue", "commune", "activity"}
        What it is.
    key : str
        Its id; for a commune its code in the coverage's units.
    """
    tables = {
        "village": workspace.villages,
        "pano": workspace.panos,
        "venue": workspace.venues,
        "commune": reach.communes,
        "activity": workspace.activities,
    }
    if key not in tables[kind].index:
        return None
    draw = {"village": _village, "pano": _pano, "venue": _venue, "commune": _commune, "activity": _activity}
    back: Block = {"type": "back", "text": words("screen.back"), "pick": "list:"}
    return [back, *draw[kind](workspace, reach, statuses, words, key)]


def _village(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, key: str
) -> list[Block]:
    village, about = workspace.villages.loc[key], reach.villages.loc[key]
    class_ = about["class"] if about["counted"] else "historical"
    class_name = words(f"terms.class.{class_}") if about["counted"] else words("map.historical")
    facts: Rows = [
        [words("card.commune"), *_commune_link(workspace, reach, village["commune_code"])],
        [words("card.register"), words(f"terms.register_status.{village['register_status']}")],
        [words("card.households"), _count(village["households"], words)],
        [words("card.poor_households"), _count(village["poor_households"], words)],
        [words("card.position"), position(village, words)],
    ]
    if pd.notna(about["nearest_pano_m"]):
        name = workspace.panos.at[about["nearest_pano"], "name"]
        text = f"{name}, {words.distance(about['nearest_pano_m'])}"
        facts.append([words("card.nearest_pano"), text, f"pano:{about['nearest_pano']}"])
    elif pd.notna(village["lat"]):
        facts.append([words("card.nearest_pano"), words("card.no_pano_counts")])
    blocks: list[Block] = [
        {
            "type": "title",
            "text": f"{village['kind']} {village['name']}",
            "sub": class_name,
            "icon": panel.village_icon(class_, label=""),
        }
    ]
    found = reachers(workspace, key, on=reach.on)
    now = [r for r in found if r.scenario == "now" and r.verdict == "reached"]
    planned = [r for r in found if r.scenario == "plan" and r.verdict == "reached"]
    possible = [r for r in found if r.verdict == "possible"]
    rows = [_reach_row(workspace, statuses, words, r) for r in now]
    blocks.append(
        {"type": "rows", "title": words("card.reached_by"), "rows": rows, "empty": words("card.nothing_now")}
    )
    for title, reaches in (("card.promised", planned), ("card.possible", possible)):
        if reaches:
            rows = [_reach_row(workspace, statuses, words, r) for r in reaches]
            blocks.append({"type": "rows", "title": words(title), "rows": rows})
    return [*blocks, {"type": "facts", "rows": facts}, *origin(village, words)]


def _reach_row(workspace: Workspace, statuses: pd.Series, words: Words, reach: Reach) -> Block:
    """Return what reaches a village, on what basis and evidence, and when it did last."""
    basis = words(f"terms.basis.{reach.basis}")
    if reach.kind == "pano":
        checked = workspace.panos.at[reach.id, "checked_on"]
        proof = words("card.checked_on", date=words.date(checked)) if checked else words("card.not_checked")
        return pano_row(
            workspace,
            reach.id,
            statuses[reach.id],
            words,
            sub=f"{basis} · {proof}",
            right=_how_far(reach, words),
        )
    activity = workspace.activities.loc[reach.id]
    parts = [basis]
    if reach.scenario == "now":
        when = words.date(activity["ends_on"] or activity["starts_on"])
        parts += [when, activity["evidence"] or words("card.no_evidence")]
    return {
        "text": f"{words(f'terms.channel.{reach.channel}')}: {activity['title']}",
        "sub": " · ".join(part for part in parts if part),
        "pick": f"activity:{reach.id}",
    }


def _pano(workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, key: str) -> list[Block]:
    pano, status = workspace.panos.loc[key], statuses[key]
    works = workspace.works[workspace.works["pano_id"] == key]
    orders = [
        {
            "text": f"{words(f'terms.work_kind.{work.kind}')}: {words(f'terms.work_state.{work.state}')}",
            "sub": " · ".join(
                [
                    words("card.due", date=words.date(work.due_on)) if work.due_on else words("card.no_due"),
                    money(work.cost_vnd, words),
                    *([work.note] if work.note else []),
                ]
            ),
        }
        for work in works.itertuples()
    ]
    return [
        pano_title(pano, status, words),
        {"type": "button", "text": words("card.open_pano"), "pick": "page:pano"},
        {"type": "rows", "title": words("card.works"), "rows": orders, "empty": words("card.no_works")},
        *pano_reaches(workspace, reach, words, key),
        {"type": "facts", "rows": pano_facts(workspace, reach, words, key)},
        *origin(pano, words),
    ]


def pano_title(pano: pd.Series, status: str, words: Words) -> Block:
    """Return a pano's name, status and icon."""
    return {
        "type": "title",
        "text": pano["name"],
        "sub": words(f"terms.status.{status}"),
        "icon": panel.pano_icon(status),
    }


def pano_facts(workspace: Workspace, reach: Coverage, words: Words, key: str) -> Rows:
    """Return what is known of a pano: label, value and, where it leads somewhere, the pick."""
    pano = workspace.panos.loc[key]
    radius = words.distance(float(pano_radius(workspace)[key]))
    if pd.isna(pano["radius_m"]):
        assumed = workspace.plan.radius_is_assumed
        radius = words("card.radius_assumed" if assumed else "card.radius_of_plan", radius=radius)
    condition = words(f"terms.condition.{pano['condition']}")
    if pano["checked_on"]:
        condition = words("card.condition_on", condition=condition, date=words.date(pano["checked_on"]))
    facts: Rows = [
        [words("card.commune"), *_commune_link(workspace, reach, pano["commune_code"])],
        [words("card.state"), words(f"terms.state.{pano['state']}")],
        [words("card.condition"), condition],
        [words("card.size"), _size(pano, words)],
        [words("card.radius"), radius],
        [words("card.content_until"), words.date(pano["content_until"]) or words("card.unknown")],
        [words("card.position"), position(pano, words)],
    ]
    commitment = next((c for c in workspace.plan.commitments if c.id and c.id == pano["plan_ref"]), None)
    if commitment:
        facts.append([words("card.commitment"), commitment.text])
    return facts


def _not_yet(pano: pd.Series) -> str:
    """Return the name of the words for villages that a pano will reach: once it stands, or again."""
    if pano["state"] == "suspended":
        return "would_reach_again"
    return "would_reach_mended" if pano["state"] == "in_service" else "would_reach"


def pano_reaches(workspace: Workspace, reach: Coverage, words: Words, key: str) -> list[Block]:
    """Return the villages that a pano reaches, or would reach once it is in service."""
    served = reached_by_pano(workspace, key, on=reach.on)
    blocks: list[Block] = []
    counts_now = any(r.scenario == "now" for r in served)
    for verdict, title in (
        ("reached", "card.reaches" if counts_now else f"card.{_not_yet(workspace.panos.loc[key])}"),
        ("possible", "card.may_reach"),
    ):
        rows = [_served_row(reach, words, r) for r in served if r.verdict == verdict]
        if rows or verdict == "reached":
            blocks.append(
                {"type": "rows", "title": words(title), "rows": rows, "empty": words("card.reaches_nothing")}
            )
    return blocks


def _served_row(reach: Coverage, words: Words, served: Reach) -> Block:
    village = reach.villages.loc[served.village_id]
    row = village_row(village, reach, words, sub=words(f"terms.basis.{served.basis}"))
    return row | {"right": _how_far(served, words)}


def _how_far(reach: Reach, words: Words) -> str:
    if reach.distance_m is None:
        return ""
    far = words.distance(reach.distance_m)
    return f"{far} ± {words.distance(reach.uncertainty_m)}" if reach.uncertainty_m else far


def _venue(workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, key: str) -> list[Block]:
    venue = workspace.venues.loc[key]
    held = workspace.activities[workspace.activities["venue_id"] == key]
    return [
        {"type": "title", "text": venue["name"], "sub": words("map.venue"), "icon": panel.venue_icon()},
        {
            "type": "rows",
            "title": words("card.held_here"),
            "rows": [_activity_row(words, i, held.loc[i]) for i in held.index],
            "empty": words("card.nothing_held"),
        },
        {
            "type": "facts",
            "rows": [
                [words("card.commune"), *_commune_link(workspace, reach, venue["commune_code"])],
                [words("card.capacity"), _count(venue["capacity"], words)],
                [words("card.position"), position(venue, words)],
            ],
        },
        *origin(venue, words),
    ]


def _activity_row(words: Words, key: str, activity: pd.Series) -> Block:
    state = words(f"terms.activity_state.{activity['state']}")
    channel = words(f"terms.channel.{activity['channel']}")
    return {
        "text": f"{channel}: {activity['title']}",
        "sub": " · ".join(part for part in (state, words.date(activity["starts_on"])) if part),
        "pick": f"activity:{key}",
    }


def _commune(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, key: str
) -> list[Block]:
    commune, counts = workspace.units(reach.units).loc[key], reach.communes.loc[key]
    complete = words("card.complete" if counts["register_complete"] else "card.incomplete")
    facts: Rows = [
        [words("card.villages"), f"{words.number(int(counts['villages']))} ({complete})"],
        *(
            [[words("card.share"), f"{words.number(100 * counts['share'], 1)} %"]]
            if pd.notna(counts["share"])
            else []
        ),
        *(
            [words(f"terms.class.{name}"), words.number(int(counts[name]))]
            for name in ("reached", "planned", "possible", "no_location", "unreached")
        ),
        [words("card.area"), _number(commune["area_km2"], words, " km²")],
        [words("card.households"), _count(commune["households"], words)],
        [words("card.poor_households"), _count(commune["poor_households"], words)],
        [words("card.code"), words("card.code_in", code=key, units=reach.units)],
    ]
    old = workspace.communes["2023"]
    if reach.units == "2023" and commune["successor_code"] in workspace.communes["2025"].index:
        successor = workspace.communes["2025"].loc[commune["successor_code"]]
        facts.append([words("card.now_in"), f"{successor['kind']} {successor['name']}"])
    elif reach.units == "2025":
        facts.append([words("card.made_of"), ", ".join(old["name"][old["successor_code"] == key])])
    panos = workspace.panos[to_units(workspace.panos["commune_code"], workspace, reach.units) == key]
    codes = {key} if reach.units == "2023" else set(old.index[old["successor_code"] == key])
    wide = workspace.activities[
        (workspace.activities["scope"] == "communes")
        & ~workspace.activities["channel"].isin(LEDGER_CHANNELS)
        & workspace.activities["commune_codes"].map(lambda listed: bool(codes & set(listed)))
    ]
    villages = reach.villages[(reach.villages["commune_code"] == key) & reach.villages["counted"]]
    return [
        {"type": "title", "text": f"{commune['kind']} {commune['name']}", "sub": _period(commune, words)},
        {"type": "facts", "rows": facts},
        {
            "type": "rows",
            "title": words("card.panos"),
            "rows": [pano_row(workspace, i, statuses[i], words) for i in panos.index],
            "empty": words("card.no_panos"),
        },
        {
            "type": "rows",
            "title": words("card.commune_wide"),
            "rows": [_activity_row(words, i, wide.loc[i]) for i in wide.index],
            "empty": words("card.no_activities"),
        },
        {
            "type": "rows",
            "title": words("card.villages"),
            "rows": [
                village_row(village, reach, words, sub=words(f"terms.class.{village['class']}"))
                for _, village in villages.iterrows()
            ],
            "empty": words("card.no_villages"),
        },
        *origin(commune, words),
    ]


def _activity(
    workspace: Workspace, reach: Coverage, statuses: pd.Series, words: Words, key: str
) -> list[Block]:
    activity = workspace.activities.loc[key]
    days = [words.date(activity[name]) for name in ("starts_on", "ends_on") if activity[name]]
    facts: Rows = [
        [words("card.activity_state"), words(f"terms.activity_state.{activity['state']}")],
        [words("card.when"), " – ".join(dict.fromkeys(days)) or words("card.unknown")],
        [words("card.scope"), words(f"terms.scope.{activity['scope']}")],
        [words("card.quantity"), _number(activity["quantity"], words)],
        [words("card.cost"), money(activity["cost_vnd"], words)],
        *(
            [words(f"card.{name}"), activity[name]]
            for name in ("audience", "unit", "evidence")
            if activity[name]
        ),
    ]
    if activity["venue_id"] in workspace.venues.index:
        name = workspace.venues.at[activity["venue_id"], "name"]
        facts.append([words("map.venue"), name, f"venue:{activity['venue_id']}"])
    codes = pd.Series(list(activity["commune_codes"]), dtype="object")
    communes = dict.fromkeys(to_units(codes, workspace, reach.units))
    rows = [
        {"text": reach.communes.at[code, "name"], "pick": f"commune:{code}"}
        for code in communes
        if code in reach.communes.index
    ]
    rows += [village_row(reach.villages.loc[i], reach, words) for i in activity["village_ids"]]
    blocks: list[Block] = [
        {"type": "title", "text": activity["title"], "sub": words(f"terms.channel.{activity['channel']}")},
        {"type": "facts", "rows": facts},
    ]
    if activity["channel"] in LEDGER_CHANNELS or activity["scope"] == "district":
        blocks.append({"type": "note", "text": words("card.reaches_no_village")})
    if rows:
        blocks.append({"type": "rows", "title": words("card.where"), "rows": rows})
    return [*blocks, *origin(activity, words)]


def _commune_link(workspace: Workspace, reach: Coverage, code_2023: str) -> tuple[str, str]:
    code = to_units(pd.Series([code_2023]), workspace, reach.units)[0]
    commune = workspace.units(reach.units).loc[code]
    return f"{commune['kind']} {commune['name']}", f"commune:{code}"


def _period(commune: pd.Series, words: Words) -> str:
    if commune["valid_to"]:
        return words("card.until", date=words.date(commune["valid_to"]))
    return words("card.since", date=words.date(commune["valid_from"])) if commune["valid_from"] else ""


def origin(row: pd.Series, words: Words) -> list[Block]:
    """Return note and source of a row, as far as it has them."""
    facts = [
        [words(f"card.{name}"), row[name]] for name in ("note", "source") if name in row.index and row[name]
    ]
    return [{"type": "facts", "rows": facts}] if facts else []


def position(row: pd.Series, words: Words) -> str:
    """Return where something is and how well that is known."""
    if pd.isna(row["lat"]):
        return words("card.no_position")
    text = f"{row['lat']:.5f}, {row['lon']:.5f}"
    if pd.isna(row["accuracy_m"]):
        return f"{text} ({words('card.accuracy_unknown')})"
    return f"{text} ± {words.distance(row['accuracy_m'])}"


def _size(pano: pd.Series, words: Words) -> str:
    if pd.isna(pano["width_cm"]) or pd.isna(pano["height_cm"]):
        return words("card.unknown")
    return f"{words.number(pano['width_cm'])} × {words.number(pano['height_cm'])} cm"


def _number(value: Any, words: Words, unit: str = "") -> str:
    return words("card.unknown") if pd.isna(value) else words.number(float(value), 2) + unit


def _count(value: Any, words: Words) -> str:
    return words("card.unknown") if pd.isna(value) else words.number(int(value))


def money(value: Any, words: Words) -> str:
    """Return an amount in đồng; unknown is said to be so."""
    return words("card.cost_unknown") if pd.isna(value) else f"{words.number(int(value))} đ"
