"""Every role against every function that writes: the right is asked there, whatever a screen draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from records.actions import create, edit, propose_work, remove_photo, resolve_conflict, step
from records.errors import Forbidden
from records.folder_io import fill, take_in_folder
from records.importing import prepare
from records.intake import take_in
from records.people import People
from records.rights import ROLES, VIEWER, Actor
from records.store import Store
from tests.folders import GIA, THO
from tests.records.helpers import ADMIN, APPROVER, FIELD, PLANNER, operation, photo

ACTORS = {"viewer": VIEWER, "field": FIELD, "planner": PLANNER, "approver": APPROVER, "admin": ADMIN}
STAND_THERE = {"field", "planner", "approver", "admin"}
"""Who stands before a pano, field staff in their own communes only."""
PLAN = {"planner", "admin"}
DECIDE = {"approver", "admin"}
RUN = {"admin"}

Try = Callable[[Store, Actor], object]


def work_at(*steps: str) -> Callable[[Store], str]:
    """Return a function that brings a removal of p1 through steps, by an administrator, and gives its id."""

    def prepare_work(store: Store) -> str:
        key = propose_work(store, "p1", "remove", operation(ADMIN)).entity_id
        for name in steps:
            values = {"assignee": "Đội 1"} if name == "assign" else {}
            step(store, "work", key, name, operation(ADMIN, reason="thử"), values=values)
        return key

    return prepare_work


def work_step(name: str, *before: str) -> Try:
    def take(store: Store, actor: Actor) -> None:
        key = work_at(*before)(store)
        values = {"assignee": "Đội 2"} if name == "assign" else {}
        doer = replace(actor, id=actor.id and "another")
        step(store, "work", key, name, operation(doer, reason="thử"), values=values)

    return take


def decide(store: Store, actor: Actor) -> None:
    seen = {"radius_m": 800}
    edit(store, "pano", "p1", {"radius_m": 900}, operation(), seen=seen)
    waits = edit(store, "pano", "p1", {"radius_m": 950}, operation(ADMIN), seen=seen)
    resolve_conflict(store, waits.event_id, {"radius_m": "mine"}, operation(actor))


def take_away(store: Store, actor: Actor) -> None:
    shown = photo(store, "other")
    event = edit(store, "pano", "p1", {}, operation(PLANNER, photos=(shown,)))
    remove_photo(store, event.event_id, shown.hash, operation(actor, reason="rõ mặt"))


def reinstate(store: Store, actor: Actor) -> None:
    step(store, "pano", "p1", "suspend", operation(ADMIN, reason="thử"))
    step(store, "pano", "p1", "reinstate", operation(actor))


def new_pano(state: str) -> Try:
    values = {"name": "Mới", "commune_code": GIA, "state": state}
    return lambda store, actor: create(store, "pano", values, operation(actor))


STARTED = ("approve", "assign", "start")
TRIES: dict[str, tuple[set[str], Try]] = {
    "point": (STAND_THERE, lambda s, a: edit(s, "pano", "p1", {"lat": 12.7, "lon": 109.22}, operation(a))),
    "photo": (STAND_THERE, lambda s, a: edit(s, "pano", "p1", {}, operation(a, photos=(photo(s, "other"),)))),
    "inspect": (
        STAND_THERE,
        lambda s, a: step(s, "pano", "p1", "inspect", operation(a), values={"condition": "good"}),
    ),
    "suspend": (STAND_THERE, lambda s, a: step(s, "pano", "p1", "suspend", operation(a, reason="thử"))),
    "reinstate": (PLAN, reinstate),
    "condition": (PLAN, lambda s, a: edit(s, "pano", "p1", {"condition": "unchecked"}, operation(a))),
    "name": (PLAN, lambda s, a: edit(s, "pano", "p1", {"name": "Khác"}, operation(a))),
    "cost": (PLAN, lambda s, a: edit(s, "work", "w1", {"cost_vnd": 1}, operation(a))),
    "village": (PLAN, lambda s, a: edit(s, "village", "v1", {"note": "a"}, operation(a))),
    "new pano": (PLAN, new_pano("planned")),
    "pano from before": (RUN, new_pano("in_service")),
    "propose": (PLAN, lambda s, a: propose_work(s, "p1", "repair_frame", operation(a))),
    "approve": (DECIDE, work_step("approve")),
    "assign": (PLAN, work_step("assign", "approve")),
    "start": (STAND_THERE, work_step("start", "approve", "assign")),
    "pause": (STAND_THERE, work_step("pause", *STARTED)),
    "resume": (STAND_THERE, work_step("resume", *STARTED, "pause")),
    "finish": (STAND_THERE, work_step("finish", *STARTED)),
    "accept": (DECIDE, work_step("accept", *STARTED, "finish")),
    "send back": (DECIDE, work_step("send_back", *STARTED, "finish")),
    "restart": (STAND_THERE, work_step("restart", *STARTED, "finish", "send_back")),
    "cancel": (PLAN, work_step("cancel", *STARTED)),
    "decide": (PLAN, decide),
    "remove photo": (PLAN, take_away),
    "preview": (PLAN, lambda s, a: prepare(s, b"id,note\np1,x\n", "a.csv", "panos", actor=a)),
    "import": (PLAN, lambda s, a: take_in(s, [], operation(a))),
    "folder": (PLAN, lambda s, a: take_in_folder(s, [], operation(a))),
    "fill": (PLAN, lambda s, a: fill(s, operation(a))),
    "people": (RUN, lambda s, a: People(s, "secret").accounts(a)),
    "readers": (RUN, lambda s, a: People(s, "secret").set_readers(a, are_all=False)),
}
"""By what is tried: who may, in the words of the issue, and the function that has to ask."""


@pytest.mark.parametrize("name", TRIES)
@pytest.mark.parametrize("role", ROLES)
def test_the_right_is_asked_where_it_is_written(store, role, name):
    allowed, attempt = TRIES[name]
    if role in allowed:
        attempt(store, ACTORS[role])
    else:
        with pytest.raises(Forbidden):
            attempt(store, ACTORS[role])


@pytest.mark.parametrize("name", [name for name, (allowed, _) in TRIES.items() if allowed == STAND_THERE])
def test_field_staff_of_another_commune_are_refused(store, name):
    elsewhere = replace(FIELD, communes=frozenset({THO}))
    with pytest.raises(Forbidden):
        TRIES[name][1](store, elsewhere)
