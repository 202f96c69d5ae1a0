"""What proposed work would add: villages that the plan would reach besides, once a proposal is approved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from geo.coverage import coverage
from geo.terms import WORK_STATES, WORK_STATES_COMMITTED
from geo.workspace import Workspace

PROPOSED = WORK_STATES[: WORK_STATES.index(WORK_STATES_COMMITTED[0])]
"""States of a work order that nobody has approved yet."""


@dataclass(frozen=True)
class Addition:
    """What one proposed work order would add to the plan.

    Attributes
    ----------
    work_id, pano_id, kind : str
        The work order, its pano, and what is to be done.
    gained, lost : tuple of str
        Ids of counted villages that the plan would reach besides, or no longer (a removal).
    """

    work_id: str
    pano_id: str
    kind: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def additions(
    ws: Workspace, *, on: date | None = None, channels: Sequence[str] | None = None
) -> tuple[list[Addition], Addition]:
    """Return what each proposed work order would add by itself, and all of them together.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.
    channels : sequence of str, optional
        The channels to look at; all that can reach a village if none is given.

    Returns
    -------
    each : list of Addition
        In the order of the work orders. Two that reach the same village both count it.
    together : Addition
        All at once, with blanks for the ids: each village once.
    """
    works = ws.works[ws.works["state"].isin(PROPOSED)]
    before = _reached(ws, on, channels)

    def added(ids: Collection[str], work_id: str, pano_id: str, kind: str) -> Addition:
        after = _reached(_approved(ws, ids), on, channels)
        gained, lost = (tuple(before.index[mask]) for mask in (after & ~before, before & ~after))
        return Addition(work_id, pano_id, kind, gained, lost)

    each = [added([work.Index], work.Index, work.pano_id, work.kind) for work in works.itertuples()]
    return each, added(works.index, "", "", "")


def _approved(ws: Workspace, ids: Collection[str]) -> Workspace:
    """Return the workspace as it would be if some work orders were approved."""
    state = ws.works["state"].mask(ws.works.index.isin(ids), WORK_STATES_COMMITTED[0])
    return replace(ws, works=ws.works.assign(state=state))


def _reached(ws: Workspace, on: date | None, channels: Sequence[str] | None) -> pd.Series:
    """Say of every counted village whether the plan reaches it."""
    villages = coverage(ws, on=on, channels=channels).villages
    return (villages["plan"] == "reached")[villages["counted"]]
