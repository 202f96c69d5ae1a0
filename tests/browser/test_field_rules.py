"""The form offers exactly the steps that the life cycle does, whatever the case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain, combinations, product

import pytest

from geo.terms import PANO_STATES, WORK_KINDS
from records import lifecycle
from records.field import rules
from records.lifecycle import WORK_STATES_OPEN, Case
from records.rights import ROLES, Actor
from tests.browser.visit import Visit
from tools.live_app import Server

COMMUNE = "22519"
PHOTO_KINDS = ("before", "after", "finished")
OFFERED = """async (given) => {
  const [rules, cases] = JSON.parse(given);
  const { offers } = await import("/field/rules.js");
  return JSON.stringify(cases.map(({ pano, work, photos, hasPosition }) =>
    offers(rules, pano, work === null ? null : pano.works[work], { photos: new Set(photos), hasPosition })
      .map(({ action, asks, takes, missing }) => ({ action, asks, takes, missing }))));
}"""


def cases() -> list[tuple[Case, Mapping[str, object]]]:
    """Return every case of one pano and one work order, for the server and for the form."""
    photo_sets = [*chain.from_iterable(combinations(PHOTO_KINDS, n) for n in range(len(PHOTO_KINDS) + 1))]
    found = []
    for state, kind, work_state in product(PANO_STATES, WORK_KINDS, WORK_STATES_OPEN):
        for number, photos in enumerate(photo_sets):
            # Yes and no of what else matters, mixed so that each meets each.
            known, mine, has_position = ((number >> bit) & 1 == 1 for bit in range(3))
            others = ((), (kind,), WORK_KINDS[:1], WORK_KINDS[-1:])[number % 4]
            pano = {
                "state": state,
                "commune_code": COMMUNE,
                "lat": 12.7 if number % 3 else None,
                "lon": 109.4,
            }
            work = {
                "kind": kind,
                "state": work_state,
                "cost_vnd": 1_000 if known else None,
                "assignee": "Đội 1" if known else None,
            }
            case = Case(
                pano,
                work,
                other_open=others,
                photos=frozenset(photos),
                has_position=has_position,
                doers=frozenset({"me"} if mine else ()),
            )
            works = [work | {"mine": mine, "photos": [], "has_position": False}]
            works += [{"kind": one, "state": "approved", "photos": []} for one in others]
            on_phone = {"pano": pano | {"works": works}, "photos": photos, "hasPosition": has_position}
            found += [(case, on_phone | {"work": 0}), (Case(pano), on_phone | {"work": None})]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_same_steps_as_the_life_cycle(role: str, demo_server: Server, phone: Visit) -> None:
    actor = Actor("me", "Minh", role, frozenset({COMMUNE}), "minh")
    phone.page.goto(f"{demo_server.url}/field/")
    known = cases()
    given = json.dumps([rules(actor), [on_phone for _, on_phone in known]])
    offered = json.loads(phone.page.evaluate(OFFERED, given))
    for (case, on_phone), steps in zip(known, offered, strict=True):
        expected = [
            {
                "action": one.action,
                "asks": list(one.asks),
                "takes": list(one.takes),
                "missing": list(one.missing),
            }
            for one in lifecycle.available(case, actor)
        ]
        assert steps == expected, on_phone
    assert any(offered) == (role != "viewer")
