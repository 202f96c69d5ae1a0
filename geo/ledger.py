"""The reach ledger: every contact of a village through a channel, when, on what basis and what evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.coverage import (
    SCENARIOS,
    accuracy_m,
    activities_that_count,
    checked_date,
    is_located,
    pano_radius,
    panos_that_count,
    points_of,
)
from geo.terms import BASES, REACHING_CHANNELS
from geo.workspace import Workspace

CONTACT_COLUMNS = (
    "village_id",
    "channel",
    "kind",
    "id",
    "counts_now",
    "counts_plan",
    "basis",
    "on",
    "proven",
    "evidence",
)
PEOPLE = ("poor_households", "households")
"""What the villages that nothing reaches are put in order by, the first that is known deciding."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """What reaches every village through which channel, at a date.

    Attributes
    ----------
    on : datetime.date
        The date.
    contacts : DataFrame
        One row a village and a thing that reaches it now or in plan, for certain: ``village_id``,
        ``channel``, ``kind`` (``pano`` or ``activity``), ``id``, ``counts_now``, ``counts_plan``, ``basis``
        (``explicit``, ``distance`` or ``commune``), ``on`` (the day the activity ended, or began where it had
        not ended, or the pano was last checked; never after the date, None: unknown), ``proven`` (there is
        evidence of the activity; someone has checked the pano) and ``evidence`` (what is recorded of the
        activity; blank for a pano, of which the check is all there is).
    villages : DataFrame
        Indexed by the id of every village that is counted, in the order of the register: ``channels_now``
        and ``channels_plan`` (how many channels reach it), ``channels_proven`` (those that reach it now by
        something proven), ``last_on`` (None where unknown) and ``basis`` (the strongest now; blank if nothing
        reaches it).
    wide : DataFrame
        Activities that count and reach no village by themselves: of the whole district, or through a
        channel of the ledger; indexed by id, with the columns of the data folder, ``counts_now`` and
        ``counts_plan``.
    """

    on: date
    contacts: pd.DataFrame
    villages: pd.DataFrame
    wide: pd.DataFrame

    def cells(self) -> pd.DataFrame:
        """Return one row a village and channel that reaches it: the matrix, without its empty cells.

        Returns
        -------
        DataFrame
            Indexed by ``village_id`` and ``channel``: ``now`` and ``plan`` (how many things reach it),
            ``last_on`` (of those now), ``basis`` (the strongest of those now, else in plan) and
            ``things_proven`` (how many of those now are).
        """
        return _summed(self.contacts, ["village_id", "channel"])

    def totals(self, groups: pd.Series) -> pd.DataFrame:
        """Return how many villages of each group are reached now, by any channel and by each.

        Parameters
        ----------
        groups : Series
            What each village is counted under, such as the code of its commune, by village id.

        Returns
        -------
        DataFrame
            Indexed by group: ``villages``, ``reached``, ``last_on`` (None where unknown), and a column of
            villages for each of `geo.terms.REACHING_CHANNELS`.
        """
        of = groups.reindex(self.villages.index)
        found = pd.DataFrame({"villages": of.value_counts(sort=False)}).rename_axis(index=groups.name)
        reached = self.villages["channels_now"] > 0
        found["reached"] = of[reached].value_counts().reindex(found.index, fill_value=0)
        days = self.villages["last_on"].dropna().groupby(of).max()
        found["last_on"] = days.reindex(found.index).astype(object).where(found.index.isin(days.index), None)
        now = self.contacts[self.contacts["counts_now"]].drop_duplicates(["village_id", "channel"])
        for channel in REACHING_CHANNELS:
            through = now["village_id"][now["channel"] == channel].map(of)
            found[channel] = through.value_counts().reindex(found.index, fill_value=0)
        return found


def ledger(ws: Workspace, *, on: date | None = None) -> Ledger:
    """Return the reach ledger of a workspace.

    Parameters
    ----------
    ws : Workspace
        The data.
    on : datetime.date, optional
        The date; today if not given.

    Returns
    -------
    Ledger
        Its contacts are what `geo.coverage.coverage` calls reached, thing by thing: a village has one
        through a channel exactly if it is ``reached`` there.
    """
    on = checked_date(on)
    contacts = pd.concat([_pano_contacts(ws, on), _activity_contacts(ws, on)], ignore_index=True)
    counted = ws.villages.index[ws.villages["register_status"] != "historical"]
    contacts = contacts[contacts["village_id"].isin(counted)].reset_index(drop=True)
    return Ledger(on, contacts, _of_villages(contacts, counted), _wide(ws, on))


def gaps(ws: Workspace, reach: pd.DataFrame) -> pd.DataFrame:
    """Return the counted villages that nothing reaches now, those with most poor households first.

    Parameters
    ----------
    ws : Workspace
        The data.
    reach : DataFrame
        ``Coverage.villages``, over the channels that are looked at.

    Returns
    -------
    DataFrame
        Rows of `reach` with ``households`` and ``poor_households`` (NA: unknown). Unknown numbers are no
        zeros: villages without any come last, in the order of the register.
    """
    open_ = reach[reach["counted"] & (reach["class"] != "reached")]
    people = ws.villages.loc[open_.index, list(PEOPLE)]
    return open_.join(people).sort_values(list(PEOPLE), ascending=False, na_position="last", kind="stable")


def _counting(counts: Callable[[Workspace, date, str], pd.Series], ws: Workspace, on: date) -> pd.DataFrame:
    """Return of every pano or activity whether it counts, by scenario."""
    return pd.DataFrame({f"counts_{scenario}": counts(ws, on, scenario) for scenario in SCENARIOS})


def _pano_contacts(ws: Workspace, on: date) -> pd.DataFrame:
    counting = _counting(panos_that_count, ws, on)
    panos = ws.panos[counting.any(axis=1)]
    radius = pano_radius(ws)[panos.index].to_numpy(dtype=float)
    here, there = (np.flatnonzero(is_located(table)) for table in (ws.villages, panos))
    village, pano = ws.ruler.covered_pairs(
        points_of(ws.villages)[here],
        points_of(panos)[there],
        radius[there],
        point_slack_m=accuracy_m(ws.villages)[here],
        centre_slack_m=accuracy_m(panos)[there],
    )
    homes = panos["village_id"][panos["village_id"] != ""]
    found = [
        _named(pd.concat([panos["serves"].explode().dropna(), homes]), "explicit"),
        _pairs(ws.villages.index[here[village]], panos.index[there[pano]], "distance"),
    ]
    contacts = _contacts(found, "pano", counting, _not_after(on, panos["checked_on"]))
    return contacts.assign(channel="pano", proven=contacts["on"].notna(), evidence="")


def _activity_contacts(ws: Workspace, on: date) -> pd.DataFrame:
    counting = _counting(activities_that_count, ws, on)
    acts = ws.activities[counting.any(axis=1) & ws.activities["channel"].isin(REACHING_CHANNELS)]
    codes = acts["commune_codes"][acts["scope"] == "communes"].explode().dropna()
    members = ws.villages.groupby("commune_code").groups
    of_commune = pd.Series([tuple(members.get(code, ())) for code in codes], codes.index, dtype=object)
    found = [
        _named(acts["village_ids"][acts["scope"] == "villages"].explode().dropna(), "explicit"),
        _named(of_commune.explode().dropna(), "commune"),
    ]
    ended = _not_after(on, acts["ends_on"])
    days = ended.where(ended.notna(), _not_after(on, acts["starts_on"]))
    contacts = _contacts(found, "activity", counting, days)
    channel, evidence = (acts.loc[contacts["id"], name].to_numpy() for name in ("channel", "evidence"))
    return contacts.assign(channel=channel, proven=evidence != "", evidence=evidence)


def _not_after(on: date, days: pd.Series) -> pd.Series:
    """Return the days that are known and not after a date; None for the others."""
    return pd.Series([day if day and day <= on else None for day in days], days.index, dtype=object)


def _named(villages: pd.Series, basis: str) -> pd.DataFrame:
    """Return the pairs of a series of village ids that is indexed by what names them."""
    return _pairs(villages.to_numpy(), villages.index, basis)


def _pairs(village_ids: Sequence[str], ids: Sequence[str], basis: str) -> pd.DataFrame:
    return pd.DataFrame({"village_id": village_ids, "id": ids, "basis": basis}, dtype=object)


def _contacts(found: list[pd.DataFrame], kind: str, counting: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return contacts out of pairs; of what reaches a village on several grounds the strongest."""
    pairs = pd.concat(found).drop_duplicates(["village_id", "id"])
    counts = {name: counting[name].loc[pairs["id"]].to_numpy(dtype=bool) for name in counting}
    pairs = pairs.assign(kind=kind, on=days.loc[pairs["id"]].to_numpy(), **counts)
    return pairs.reindex(columns=list(CONTACT_COLUMNS))


def _of_villages(contacts: pd.DataFrame, counted: pd.Index) -> pd.DataFrame:
    cells = _summed(contacts, ["village_id", "channel"]).reset_index("channel")
    whole = _summed(contacts[contacts["counts_now"]], ["village_id"]).reindex(counted)
    channels = {
        "channels_now": cells["now"] > 0,
        "channels_plan": cells["plan"] > 0,
        "channels_proven": cells["things_proven"] > 0,
    }
    table = pd.DataFrame(
        {
            name: cells.index[holds].value_counts().reindex(counted, fill_value=0)
            for name, holds in channels.items()
        }
    )
    table["last_on"] = whole["last_on"].astype(object).where(whole["last_on"].notna(), None)
    table["basis"] = whole["basis"].astype(object).where(whole["basis"].notna(), "")
    return table


def _summed(contacts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return what the contacts of a village, or of one of its channels, add up to."""
    now = contacts["counts_now"].to_numpy(dtype=bool)
    days = [day.toordinal() if day and counts else 0 for day, counts in zip(contacts["on"], now, strict=True)]
    table = contacts[keys].assign(
        now=now,
        plan=contacts["counts_plan"].astype(bool),
        things_proven=now & contacts["proven"].astype(bool),
        # What counts now comes first, whatever it rests on.
        rank=contacts["basis"].map(BASES.index) + len(BASES) * ~now,
        day=days,
    )
    how = {"now": "sum", "plan": "sum", "things_proven": "sum", "rank": "min", "day": "max"}
    summed = table.groupby(keys).agg(how)
    summed["basis"] = [BASES[rank % len(BASES)] for rank in summed.pop("rank")]
    summed["last_on"] = [date.fromordinal(day) if day else None for day in summed.pop("day")]
    return summed


def _wide(ws: Workspace, on: date) -> pd.DataFrame:
    counting = _counting(activities_that_count, ws, on)
    apart = (ws.activities["scope"] == "district") | ~ws.activities["channel"].isin(REACHING_CHANNELS)
    return ws.activities.join(counting)[counting.any(axis=1) & apart]
