"""The life of a pano as one table: every step of a work order and of a pano, its gates and its effects.

Code, screens, documents and tests read `ACTIONS`; who may take a step is in `records.rights`, and what a
person sees of it all is derived in `records.status`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType

import pandas as pd

from geo.days import today
from geo.terms import PANO_CONDITIONS, PANO_STATES_STANDING, WORK_EFFECTS, WORK_KINDS, WORK_STATES
from geo.text import fold
from records.errors import RuleBroken
from records.rights import Actor, demand, may

WORK_STATES_ENDED = ("done", "cancelled")
"""States of a work order that nothing leads out of: what is done is never reopened."""
WORK_STATES_OPEN = tuple(state for state in WORK_STATES if state not in WORK_STATES_ENDED)
WORK_STATES_STARTED = ("in_progress", "paused", "awaiting_acceptance", "rejected")

CONDITIONS_SEEN = tuple(condition for condition in PANO_CONDITIONS if condition != "unchecked")
"""Conditions that an inspection can find."""

REPAIR_KINDS = ("repair_frame", "replace_canvas")

PANO_STATES_FOR = MappingProxyType(
    {
        "build": ("planned", "building"),
        "repair_frame": PANO_STATES_STANDING,
        "replace_canvas": PANO_STATES_STANDING,
        "remove": PANO_STATES_STANDING,
    }
)
"""States of a pano in which a kind of work makes sense: what stands is not built, what does not is not
repaired. A suspended pano may be repaired; it stays suspended until someone reinstates it."""


@dataclass(frozen=True)
class Case:
    """What the rules look at: a pano, one of its work orders, and what is known of the work.

    Parameters
    ----------
    pano : mapping
        The pano's row as it is now: ``state``, ``commune_code``, ``lat``, ``lon``.
    work : mapping, optional
        The work order's row: ``kind``, ``state``, ``cost_vnd``, ``assignee``. One that is only to be
        proposed has a ``kind`` alone. None: the step is the pano's own.
    other_open : tuple of str
        Kinds of the pano's other open work orders.
    photos : frozenset of str
        Kinds of the photos of this work: ``before``, ``after``, ``finished``. Of what was sent back, those
        of the result count no more.
    photos_lost : frozenset of str
        Kinds of which this work had a photo that was taken away, and has none now.
    has_position : bool
        True if a photo of the finished work, or the step, says where it was measured.
    doers : frozenset of str
        Ids of the accounts that started, resumed, restarted or finished this work.
    """

    pano: Mapping[str, object]
    work: Mapping[str, object] | None = None
    other_open: tuple[str, ...] = ()
    photos: frozenset[str] = frozenset()
    photos_lost: frozenset[str] = frozenset()
    has_position: bool = False
    doers: frozenset[str] = frozenset()

    @property
    def state(self) -> str:
        """State of the work order, or of the pano; empty for a work order to be proposed."""
        return str(self.pano["state"] if self.work is None else self.work.get("state", ""))

    @property
    def kind(self) -> str:
        """Kind of the work order; empty if the step is the pano's own."""
        return "" if self.work is None else str(self.work["kind"])


@dataclass(frozen=True)
class Step:
    """What someone does.

    Parameters
    ----------
    action : str
        Name of one of `ACTIONS`.
    actor : Actor
        Who does it.
    on : date
        The day it happens.
    reason : str
        Why, in the person's own words.
    values : mapping
        What the step brings besides, see ``Action.values``; None says "not known" on purpose.
    """

    action: str
    actor: Actor
    on: date
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a step sets: values by column of the work order and of the pano."""

    work: dict[str, object]
    pano: dict[str, object]


@dataclass(frozen=True)
class Gate:
    """What must hold before a step is taken.

    Parameters
    ----------
    holds : callable of (Step, Case) to bool
        Whether it does.
    asks : str
        What the step's form asks for to open it; empty: it must hold beforehand.
    """

    holds: Callable[[Step, Case], bool]
    asks: str = ""


def _known(value: object) -> bool:
    return not (pd.isna(value) or value == "")


def _pano_fits(case: Case) -> bool:
    return case.pano["state"] in PANO_STATES_FOR[case.kind]


def _is_someone_else(step: Step, case: Case) -> bool:
    names = {fold(step.actor.name), fold(step.actor.login)} - {""}
    return step.actor.id not in case.doers and fold(str(case.work.get("assignee") or "")) not in names


GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "pano_fits": Gate(lambda step, case: _pano_fits(case)),
        "no_twin": Gate(lambda step, case: case.kind not in case.other_open),
        "nothing_else_open": Gate(lambda step, case: not case.other_open),
        "site_point": Gate(lambda step, case: _known(case.pano["lat"]) and _known(case.pano["lon"])),
        "cost_or_reason": Gate(
            lambda step, case: _known(case.work.get("cost_vnd")) or bool(step.reason.strip()), asks="reason"
        ),
        "assignee": Gate(
            lambda step, case: bool(
                str(step.values.get("assignee", case.work.get("assignee")) or "").strip()
            ),
            asks="assignee",
        ),
        "photo_before": Gate(lambda step, case: "before" in case.photos),
        "photo_after": Gate(lambda step, case: "after" in case.photos),
        "photo_finished": Gate(lambda step, case: "finished" in case.photos),
        "photos_kept": Gate(lambda step, case: not case.photos_lost),
        "position": Gate(lambda step, case: case.has_position),
        "someone_else": Gate(_is_someone_else),
        "content_until": Gate(lambda step, case: "content_until" in step.values, asks="content_until"),
        "condition": Gate(
            lambda step, case: step.values.get("condition") in CONDITIONS_SEEN, asks="condition"
        ),
        "reason": Gate(lambda step, case: bool(step.reason.strip()), asks="reason"),
    }
)
"""Every gate by name. ``cost_or_reason``: a cost, or a word on why it is not known yet."""


class Marker(Enum):
    """Stands in the table for a value that only the step knows."""

    GIVEN = "as given"
    THE_DAY = "the day"


GIVEN, THE_DAY = Marker


@dataclass(frozen=True)
class Action:
    """One row of the life cycle: a step that a work order or a pano can take.

    Parameters
    ----------
    name : str
        Name of the step; several rows share one where the kinds of work differ.
    before : tuple of str
        States that it leads out of; empty text: before there is a work order.
    after : str
        State that it leads to; empty: the state stays.
    kinds : tuple of str
        Kinds of work that it applies to; empty: it is a step of the pano itself.
    gates : tuple of str
        What must hold, see `GATES`.
    takes : tuple of str
        Columns of the work order that the step may set besides.
    effect : mapping
        What it sets on the pano: value by column, `GIVEN` for the step's own, `THE_DAY` for its day.
    """

    name: str
    before: tuple[str, ...]
    after: str = ""
    kinds: tuple[str, ...] = WORK_KINDS
    gates: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    effect: Mapping[str, object] = field(default_factory=dict)

    @property
    def values(self) -> tuple[str, ...]:
        """Columns for which the step can bring a value."""
        return (*self.takes, *(column for column, value in self.effect.items() if value is GIVEN))

    def applies_to(self, case: Case) -> bool:
        """Return whether this row is about the case's kind and state."""
        return case.state in self.before and (case.kind in self.kinds if case.kind else not self.kinds)


_BUILD = ("build",)
_NOT_BUILD = tuple(kind for kind in WORK_KINDS if kind != "build")
_BEFORE_START = tuple(state for state in WORK_STATES_OPEN if state not in WORK_STATES_STARTED)
_INSPECTED = {"condition": GIVEN, "checked_on": THE_DAY}
PLANNED_VALUES = ("due_on", "cost_vnd", "assignee", "plan_ref", "note")
"""Columns of a work order that can be known when it is proposed."""


def _accept(kind: str, *gates: str) -> Action:
    effect = {column: GIVEN if value is None else value for column, value in WORK_EFFECTS[kind].items()}
    if "condition" in effect:
        effect["checked_on"] = THE_DAY
    gates = ("pano_fits", "someone_else", "photos_kept", *gates)
    return Action("accept", ("awaiting_acceptance",), "done", (kind,), gates, effect=effect)


ACTIONS = (
    Action("propose", ("",), "proposed", gates=("pano_fits", "no_twin"), takes=PLANNED_VALUES),
    Action("survey", ("proposed",), "surveyed", _BUILD, ("pano_fits",)),
    Action("approve", ("surveyed",), "approved", _BUILD, ("pano_fits", "site_point", "cost_or_reason")),
    Action("approve", ("proposed",), "approved", _NOT_BUILD, ("pano_fits",)),
    Action(
        "assign", ("approved",), "assigned", gates=("pano_fits", "assignee"), takes=("assignee", "due_on")
    ),
    Action("start", ("assigned",), "in_progress", _BUILD, ("pano_fits",), effect={"state": "building"}),
    Action("start", ("assigned",), "in_progress", _NOT_BUILD, ("pano_fits",)),
    Action("pause", ("in_progress",), "paused", gates=("reason",)),
    Action("resume", ("paused",), "in_progress", gates=("pano_fits",)),
    Action(
        "finish",
        ("in_progress",),
        "awaiting_acceptance",
        _BUILD,
        ("pano_fits", "photo_finished", "position"),
    ),
    Action(
        "finish",
        ("in_progress",),
        "awaiting_acceptance",
        REPAIR_KINDS,
        ("pano_fits", "photo_before", "photo_after"),
    ),
    Action("finish", ("in_progress",), "awaiting_acceptance", ("remove",), ("pano_fits",)),
    _accept("build"),
    _accept("repair_frame"),
    _accept("replace_canvas", "content_until"),
    _accept("remove", "nothing_else_open"),
    Action("send_back", ("awaiting_acceptance",), "rejected", gates=("reason",)),
    Action("restart", ("rejected",), "in_progress", gates=("pano_fits",)),
    Action("cancel", WORK_STATES_STARTED, "cancelled", _BUILD, ("reason",), effect={"state": "planned"}),
    Action("cancel", WORK_STATES_STARTED, "cancelled", _NOT_BUILD, ("reason",)),
    Action("cancel", _BEFORE_START, "cancelled", gates=("reason",)),
    Action("suspend", ("in_service",), "suspended", (), ("reason",)),
    Action("reinstate", ("suspended",), "in_service", ()),
    Action("inspect", PANO_STATES_STANDING, "", (), ("condition",), effect=_INSPECTED),
)
"""The life cycle. Steps of a work order first, in the order of its life, then those of a pano."""


def find(name: str, case: Case) -> Action | None:
    """Return the row by which a step is taken in a case; None if there is no such step from there."""
    return next((row for row in ACTIONS if row.name == name and row.applies_to(case)), None)


def sets_state(name: str) -> bool:
    """Return whether a step of that name leads to another state, rather than telling what someone found."""
    return any(action.after for action in ACTIONS if action.name == name)


@dataclass(frozen=True)
class Offer:
    """A step that an actor may take in a case, as a screen offers it.

    Parameters
    ----------
    action : str
        Name of the step.
    asks : tuple of str
        What its form must ask for: ``reason``, ``assignee``, ``content_until``, ``condition``.
    takes : tuple of str
        What its form can take besides.
    missing : tuple of str
        Gates that nothing in the form can open; empty: it can be taken now.
    """

    action: str
    asks: tuple[str, ...]
    takes: tuple[str, ...]
    missing: tuple[str, ...]


def available(case: Case, actor: Actor, *, on: date | None = None) -> list[Offer]:
    """Return the steps that an actor may take, in the order of the table.

    Parameters
    ----------
    case : Case
        The pano and, unless its own steps are asked for, the work order.
    actor : Actor
        Who would take the step.
    on : date, optional
        The day; today where none is given.

    Returns
    -------
    list of Offer
        Also those for which something is still missing: it is named, so that a screen can say so.
    """
    offers = []
    for action in ACTIONS:
        if not action.applies_to(case) or not may(actor, action.name, commune_code=case.pano["commune_code"]):
            continue
        blank = Step(action.name, actor, on or today())
        unmet = _unmet(action, blank, case)
        asks = tuple(GATES[name].asks for name in unmet if GATES[name].asks)
        takes = tuple(name for name in action.values if name not in asks)
        missing = tuple(name for name in unmet if not GATES[name].asks)
        offers.append(Offer(action.name, asks, takes, missing))
    return offers


def apply(step: Step, case: Case) -> Outcome:
    """Return what a step sets, if the actor may take it and every gate is open.

    Parameters
    ----------
    step : Step
        What someone does.
    case : Case
        The pano and, unless the step is the pano's own, the work order, as they are now.

    Returns
    -------
    Outcome
        Values to set.

    Raises
    ------
    Forbidden
        If the actor may not take the step.
    RuleBroken
        If there is no such step from here, or a gate is closed: all that are, at once.
    ValueError
        If the step brings a value that it does not take: a fault of the program.
    """
    demand(step.actor, step.action, commune_code=case.pano["commune_code"])
    action = find(step.action, case)
    if action is None:
        raise RuleBroken("not_possible", step.action, state=case.state)
    if unknown := sorted(set(step.values) - set(action.values)):
        raise ValueError(f"{step.action} takes {', '.join(action.values) or 'no values'}, got {unknown}")
    if unmet := _unmet(action, step, case):
        raise RuleBroken("missing", step.action, state=case.state, missing=unmet)
    on_work = {column: value for column, value in step.values.items() if column in action.takes}
    on_pano = {
        column: _value(value, column, step)
        for column, value in action.effect.items()
        if not case.kind or _pano_fits(case)
    }
    if action.after:
        (on_work if case.kind else on_pano)["state"] = action.after
    return Outcome(on_work, on_pano)


def _value(value: object, column: str, step: Step) -> object:
    if value is GIVEN:
        return step.values[column]
    return step.on if value is THE_DAY else value


def _unmet(action: Action, step: Step, case: Case) -> tuple[str, ...]:
    return tuple(name for name in action.gates if not GATES[name].holds(step, case))
