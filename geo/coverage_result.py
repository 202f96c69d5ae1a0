"""What a coverage is made of, and how it is handed on: as JSON, GeoJSON and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from geo.spreadsheet import csv_of
from geo.terms import CLASSES
from geo.text import fold

COUNT_COLUMNS = ("villages", *CLASSES)
"""What is counted for every commune and for the whole."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """How far the outreach reaches, at a date, on one set of units, over the channels chosen.

    Attributes
    ----------
    on : datetime.date
        The date that everything is given for.
    units : {"2023", "2025"}
        The set of units that commune codes are of.
    channels : tuple of str
        The channels chosen.
    villages : DataFrame
        Indexed by village id, in the order of the register: ``name``, ``commune_code``, ``lat``, ``lon``
        (decimal degrees, EPSG:4326), ``counted``, ``class``, ``now``, ``plan``, ``basis`` (missing where
        nothing reaches it), ``nearest_pano`` and ``nearest_pano_m`` (metres to the centimetre; both missing
        where there is no point, or no way from it to a pano that counts now). Classes, values and bases are
        categoricals whose categories run from the strongest to the weakest.
    channel_now, channel_plan : DataFrame
        Villages by channels: ``reached``, ``possible``, ``no_location`` or ``unreached``.
    communes : DataFrame
        Indexed by commune code: ``name``, ``register_complete``, counts of `COUNT_COLUMNS`, ``share``, the
        part of villages reached now, missing where the register is not complete, ``panos_now``, how many
        of its panos count now, and ``panos_standing``, how many stand.
    summary : dict
        The same of the whole, and how many ``communes`` there are, ``communes_register_complete``,
        ``communes_with_pano`` and ``communes_without_pano`` (one that counts now), ``panos_now`` and
        ``panos_plan`` (how many count), ``panos_standing`` (how many stand).
        ``share`` is None where it can't be given.
    """

    on: date
    units: str
    channels: tuple[str, ...]
    villages: pd.DataFrame
    channel_now: pd.DataFrame
    channel_plan: pd.DataFrame
    communes: pd.DataFrame
    summary: dict[str, object]

    @cached_property
    def by_place(self) -> pd.DataFrame:
        """The counted villages in the order of their communes' and their own names; ``commune`` besides."""
        villages = self.villages[self.villages["counted"]]
        named = villages.assign(commune=villages["commune_code"].map(self.communes["name"]))
        return named.sort_values(["commune", "name"], key=lambda names: names.map(fold))

    def to_dict(self) -> dict[str, object]:
        """Return the coverage as the JSON object of the contract."""
        commune_columns = ["name", "register_complete", *COUNT_COLUMNS]
        communes = self.communes[commune_columns].reset_index()
        return {
            "on": self.on.isoformat(),
            "units": self.units,
            "channels": list(self.channels),
            "villages": self._village_records(),
            "communes": communes.to_dict("records"),
            "summary": {key: value for key, value in self.summary.items() if key != "share"},
        }

    def to_geojson(self) -> dict[str, object]:
        """Return the villages as a GeoJSON FeatureCollection; one without a location has no geometry."""
        features = []
        points = self.villages[["lon", "lat"]].to_numpy().tolist()
        for record, point in zip(self._village_records(), points, strict=True):
            located = not any(np.isnan(point))
            geometry = {"type": "Point", "coordinates": point} if located else None
            channels = record.pop("channels")
            values = {f"{channel}_{run}": v for channel, runs in channels.items() for run, v in runs.items()}
            features.append(
                {
                    "type": "Feature",
                    "id": record["id"],
                    "geometry": geometry,
                    "properties": {**record, **values},
                }
            )
        return {"type": "FeatureCollection", "features": features}

    def to_csv(self) -> str:
        """Return one row a village, with two columns a channel, see `geo.spreadsheet.csv_of`."""
        table = self.villages.copy()
        for channel in self.channels:
            table[f"{channel}_now"] = self.channel_now[channel]
            table[f"{channel}_plan"] = self.channel_plan[channel]
        table["counted"] = np.where(table["counted"], "true", "false")
        return csv_of(table.reset_index())

    def _village_records(self) -> list[dict[str, object]]:
        table = self.villages.drop(columns=["lat", "lon"]).reset_index().astype(object)
        table = table.where(table.notna(), None)
        runs = [
            [{"now": now, "plan": plan} for now, plan in zip(of_now, of_plan, strict=True)]
            for of_now, of_plan in (
                (self.channel_now[channel].tolist(), self.channel_plan[channel].tolist())
                for channel in self.channels
            )
        ]
        records = table.to_dict("records")
        for record, values in zip(records, zip(*runs, strict=True), strict=True):
            record["channels"] = dict(zip(self.channels, values, strict=True))
        return records
