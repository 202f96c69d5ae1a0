"""What the search for sites answers, and how it is handed on: as JSON, GeoJSON and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo.spreadsheet import csv_of


@dataclass(frozen=True, eq=False)
class SitePlan:
    """Sites to build, in that order, and what is known of how good they are.

    Attributes
    ----------
    on : datetime.date
        The date that reach in plan is given for.
    channels : tuple of str
        The channels that it is given over.
    weight : {"villages", "households", "poor_households"}
        What reaching a village counts.
    radius_m : float
        Service radius in metres.
    sites : DataFrame
        Indexed by ``rank`` from 1: ``candidate`` (its id), ``label``, ``lat``, ``lon``, ``cost_vnd`` (NaN:
        not known), ``gain`` (weight that it adds to the sites before it), ``cumulative`` and ``villages``
        (ids of those that it adds, also of those whose weight is not known).
    target : DataFrame
        The counted villages not reached in plan, indexed by id: ``name``, ``located`` and ``weight``.
    objective, bound : int
        Weight that the sites add together, and the most that any choice could.
    candidates : int
        How many places were compared.
    uncosted, excluded : int
        How many were left out: with no cost known where there is a budget; in excluded areas.
    """

    on: date
    channels: tuple[str, ...]
    weight: str
    radius_m: float
    sites: pd.DataFrame
    target: pd.DataFrame
    objective: int
    bound: int
    candidates: int
    uncosted: int
    excluded: int

    @property
    def optimal(self) -> bool:
        """Whether it is proven that no other choice reaches more."""
        return self.objective == self.bound

    @property
    def weight_unknown(self) -> tuple[str, ...]:
        """Ids of the villages in the target whose weight is not known; they count as nothing."""
        return tuple(self.target.index[self.target["weight"].isna()])

    @property
    def no_location(self) -> tuple[str, ...]:
        """Ids of the villages in the target that have no point, which no site can be said to reach."""
        return tuple(self.target.index[~self.target["located"]])

    @property
    def cost_vnd(self) -> int | None:
        """What all sites cost together; None if that of one is not known."""
        costs = self.sites["cost_vnd"]
        return None if costs.isna().any() else round(costs.sum())

    def to_dict(self) -> dict[str, object]:
        """Return the plan as the JSON object of the contract, and what it rests on."""
        return {
            "sites": self._records(),
            "target": self.target.index.tolist(),
            "objective": self.objective,
            "bound": self.bound,
            "optimal": self.optimal,
            "weight": self.weight,
            "on": self.on.isoformat(),
            "channels": list(self.channels),
            "radius_m": self.radius_m,
            "cost_vnd": self.cost_vnd,
            "weight_unknown": list(self.weight_unknown),
            "no_location": list(self.no_location),
            "candidates": {
                "compared": self.candidates,
                "without_cost": self.uncosted,
                "excluded": self.excluded,
            },
        }

    def to_geojson(self) -> dict[str, object]:
        """Return the sites as a GeoJSON FeatureCollection of points."""
        features = []
        for record in self._records():
            point = [record.pop("lon"), record.pop("lat")]
            geometry = {"type": "Point", "coordinates": point}
            features.append({"type": "Feature", "geometry": geometry, "properties": record})
        return {"type": "FeatureCollection", "features": features}

    def to_csv(self) -> str:
        """Return one row a site, ids of villages separated by semicolons; see `geo.spreadsheet.csv_of`."""
        columns = ["rank", "lat", "lon", "label", "gain", "cumulative", "villages", "cost_vnd"]
        table = pd.DataFrame(self._records(), columns=columns)
        table["villages"] = table["villages"].map(";".join)
        # As objects: a cost that is not known would make the others decimals.
        table["cost_vnd"] = table["cost_vnd"].astype("Int64").astype(object)
        return csv_of(table)

    def _records(self) -> list[dict[str, object]]:
        return [
            {
                "rank": site.Index,
                "lat": float(site.lat),
                "lon": float(site.lon),
                "label": site.label,
                "gain": int(site.gain),
                "cumulative": int(site.cumulative),
                "villages": list(site.villages),
                "cost_vnd": None if pd.isna(site.cost_vnd) else round(site.cost_vnd),
            }
            for site in self.sites.itertuples()
        ]
