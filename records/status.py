"""What a person sees of a pano's life: its one status, what is overdue, what is due for inspection.

All of it is derived from states, conditions and dates, and stored nowhere.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from geo.days import today
from geo.terms import WORK_STATES_COMMITTED
from geo.workspace import Workspace
from records.lifecycle import PANO_STATES_STANDING, REPAIR_KINDS, WORK_STATES_OPEN

INSPECTION_VALID_MONTHS = 6
REPAIR_STATES_STARTED = ("in_progress", "paused", "rejected")


def derived_status(
    state: str,
    condition: str,
    works: list[tuple[str, str]],
    *,
    content_until: date | None = None,
    on: date | None = None,
) -> str:
    """Return the one status of a pano that a person sees.

    The first that holds: retired, suspended, awaiting acceptance of any work, being built or still
    to be built, being repaired, in need of repair (damaged, out-of-date canvas, or a repair approved
    and not begun), in service.

    Parameters
    ----------
    state, condition : str
        See ``geo.terms.PANO_STATES`` and ``PANO_CONDITIONS``.
    works : list of (kind, state)
        The pano's work orders, open or ended.
    content_until : date, optional
        Last day on which what the canvas says holds.
    on : date, optional
        The day asked about; today where none is given.

    Returns
    -------
    str
        One of ``geo.terms.PANO_STATUSES``.

    Examples
    --------
    >>> derived_status("in_service", "major_damage", [("repair_frame", "approved")])
    'needs_repair'
    >>> derived_status("planned", "unchecked", [("build", "approved")])
    'planned'
    """
    if state in ("retired", "suspended"):
        return state
    if any(work_state == "awaiting_acceptance" for _, work_state in works):
        return "awaiting_acceptance"
    if state in ("planned", "building"):
        return state
    repairs = [work_state for kind, work_state in works if kind in REPAIR_KINDS]
    if any(work_state in REPAIR_STATES_STARTED for work_state in repairs):
        return "repairing"
    expired = content_until is not None and content_until < (on or today())
    damaged = condition in ("minor_damage", "major_damage")
    if damaged or expired or any(work_state in WORK_STATES_COMMITTED for work_state in repairs):
        return "needs_repair"
    return "in_service"


def pano_statuses(workspace: Workspace, *, on: date | None = None) -> pd.Series:
    """Return the derived status of every pano of a workspace.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    on : date, optional
        The day asked about; today where none is given.

    Returns
    -------
    Series of str
        Status indexed by pano id, in the order of the table.
    """
    works_of: dict[str, list[tuple[str, str]]] = {}
    works = workspace.works
    for pano_id, kind, state in zip(works["pano_id"], works["kind"], works["state"], strict=True):
        works_of.setdefault(pano_id, []).append((kind, state))
    panos = workspace.panos
    statuses = [
        derived_status(state, condition, works_of.get(pano_id, []), content_until=until, on=on)
        for pano_id, state, condition, until in zip(
            panos.index, panos["state"], panos["condition"], panos["content_until"], strict=True
        )
    ]
    return pd.Series(statuses, index=panos.index, dtype="object", name="status")


def is_overdue(state: str, due_on: date | None, *, on: date) -> bool:
    """Return whether a work order is still open after the day on which it was due.

    Parameters
    ----------
    state : str
        See ``geo.terms.WORK_STATES``.
    due_on : date or None
        The last day; unknown is never overdue.
    on : date
        The day asked about.
    """
    return state in WORK_STATES_OPEN and due_on is not None and due_on < on


def is_inspection_due(state: str, checked_on: date | None, *, on: date) -> bool:
    """Return whether a standing pano was never inspected, or last more than six months ago.

    Parameters
    ----------
    state : str
        See ``geo.terms.PANO_STATES``.
    checked_on : date or None
        Day of the last inspection.
    on : date
        The day asked about.

    Examples
    --------
    >>> is_inspection_due("in_service", date(2026, 3, 31), on=date(2026, 9, 30))
    False
    >>> is_inspection_due("in_service", date(2026, 3, 31), on=date(2026, 10, 1))
    True
    """
    if state not in PANO_STATES_STANDING:
        return False
    if checked_on is None:
        return True
    return on > (pd.Timestamp(checked_on) + pd.DateOffset(months=INSPECTION_VALID_MONTHS)).date()
