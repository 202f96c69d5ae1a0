"""What a sheet says in words and figures: title, day, head figures, filters, how sure, from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo import palette
from geo.basemap import Basemap
from geo.country import country
from geo.coverage import Coverage
from geo.scene import HIDDEN
from geo.sheet.paper import Projection
from geo.text import Words, fold
from geo.units import commune_name
from geo.workspace import Workspace

if TYPE_CHECKING:
    from geo.sheet.body import Body

MOST_NAMED = 14
"""Villages without a place that are named; of more, the number is given."""


_TONES = {"good": "reached", "plan": "planned", "bad": "unreached"}
"""Class of villages whose colour a tone has."""


@dataclass(frozen=True)
class Headline:
    """One head figure as it is shown.

    Attributes
    ----------
    name : str
        What it is.
    value : str
        The figure, as it is written.
    label : str
        What it counts.
    more : str
        What there is to add; may be blank.
    tone : {"good", "plan", "bad", ""}
        How it is coloured.
    """

    name: str
    value: str
    label: str
    more: str = ""
    tone: str = ""

    @property
    def color(self) -> str:
        """The colour of its tone, that of the map; blank without one."""
        return palette.CLASS_SYMBOLS[_TONES[self.tone]].color if self.tone else ""

    @property
    def said(self) -> str:
        """The figure as part of a sentence."""
        said = f"{self.value} {self.label}"
        return f"{said} ({self.more})" if self.more else said


@dataclass(frozen=True)
class Facts:
    """The words and figures of a sheet.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    reach : Coverage
        The reach of every village.
    view : mapping
        What is shown, by `geo.scene.view`.
    figures : sequence of Headline
        The head figures.
    basemap : Basemap
        What lies under the map.
    drawn_in : Projection
        How the map is projected.
    words : Words
        The reader's language.
    """

    workspace: Workspace
    reach: Coverage
    view: Mapping[str, Any]
    figures: Sequence[Headline]
    basemap: Basemap
    drawn_in: Projection
    words: Words

    @property
    def title(self) -> str:
        """What the sheet is; of one commune where one is chosen."""
        commune = self.view["commune"]
        if not commune:
            return self.words("sheet.title")
        name = commune_name(commune, self.workspace, self.view["units"])
        kind = self.workspace.units(self.view["units"]).at[commune, "kind"]
        return self.words("sheet.title_commune", commune=f"{kind} {name}".strip())

    @property
    def subtitle(self) -> str:
        """The plan that it serves."""
        plan, words = self.workspace.plan, self.words
        if not plan.number:
            return plan.title
        if plan.issued_on:
            issued = words("sheet.plan_issued", number=plan.number, date=words.date(plan.issued_on))
        else:
            issued = words("sheet.plan", number=plan.number)
        return f"{issued}: {plan.title}" if plan.title else issued

    @property
    def day(self) -> str:
        """The day that it shows, and how far the data go."""
        words = self.words
        day = words("map.on", date=words.date(self.reach.on))
        if not self.view["data_date"]:
            return day
        until = words("map.data_date", date=words.date(date.fromisoformat(self.view["data_date"])))
        return f"{day} · {until}"

    @property
    def commune_rows(self) -> list[tuple[str, ...]]:
        """Header and rows of the table of communes, by name: villages, reached, planned, neither.

        In the rows a mark stands behind the name, blank where the register is complete.
        """
        words, table = self.words, self.reach.communes
        keys = ("villages", "reached", "planned", "left")
        rows = [tuple(words(f"sheet.table_{key}") for key in ("commune", *keys))]
        for _, commune in table.sort_values("name", key=lambda names: names.map(fold)).iterrows():
            left = commune["villages"] - commune["reached"] - commune["planned"]
            counts = (commune["villages"], commune["reached"], commune["planned"], left)
            # An incomplete register is marked, as its counts are not those of the commune.
            mark = "" if commune["register_complete"] else " *"
            rows.append((commune["name"], mark, *(words.number(int(n)) for n in counts)))
        return rows

    def class_name(self, name: str) -> str:
        """Return the name of a class; without the plan, what nothing reaches is simply not reached."""
        now_only = name == "unreached" and self.view["show"] == "now"
        return self.words("map.unreached_now" if now_only else f"terms.class.{name}")

    @property
    def projection(self) -> str:
        """How the map is projected."""
        degrees = int(self.drawn_in.central_meridian)
        minutes = round((self.drawn_in.central_meridian - degrees) * 60)
        meridian = f"{degrees}°{minutes:02d}′"
        key = "sheet.projection" if self.drawn_in.is_national else "sheet.projection_local"
        return self.words(key, meridian=meridian)

    def notes(self, body: Body) -> Iterator[tuple[str, str]]:
        """Yield heading and text of what must be known to read the map."""
        words = self.words
        yield words("sheet.filters"), self.filters
        if missing := self._without_place():
            yield words("map.unlocated"), missing
        yield words("sheet.sure"), " ".join(self._how_sure(body))
        yield words("sheet.sources"), "; ".join(self._sources())

    @property
    def filters(self) -> str:
        """What is shown and what is left out, in words."""
        words, view = self.words, self.view
        channels = view["channels"]
        named = ", ".join(words(f"terms.channel.{name}").lower() for name in channels)
        parts = [
            words(f"sheet.show_{view['show']}"),
            words("sheet.units", year=view["units"]),
            words("sheet.channels", channels=named) if channels else words("sheet.all_channels"),
        ]
        classes = view["shown"]["classes"]
        if len(classes) < len(view["legend"]["classes"]):
            names = ", ".join(self.class_name(name).lower() for name in classes)
            parts.append(words("sheet.only_classes", classes=names))
        statuses = view["shown"]["statuses"]
        if "pano" in self.reach.channels and set(statuses) < set(palette.STATUS_SYMBOLS):
            names = ", ".join(words(f"terms.status.{name}").lower() for name in statuses)
            parts.append(words("sheet.only_statuses", statuses=names))
        return "; ".join(parts) + "."

    def _without_place(self) -> str:
        table = self.workspace.villages
        counted = self.reach.villages["counted"].to_numpy(bool)
        names = [
            name
            for name, lat, digit, counts in zip(
                table["name"], table["lat"], self.view["villages"], counted, strict=True
            )
            if counts and digit != HIDDEN and lat != lat
        ]
        if len(names) <= MOST_NAMED:
            return ", ".join(names)
        return self.words("sheet.and_more", names=", ".join(names[:MOST_NAMED]), n=len(names) - MOST_NAMED)

    def _how_sure(self, body: Body) -> Iterator[str]:
        words, plan = self.words, self.workspace.plan
        if body.has_rough_points:
            yield words("sheet.approximate")
        if self.workspace.panos["radius_m"].isna().any():
            radius = words.distance(plan.pano_radius_m)
            yield words(
                "sheet.radius_assumed" if plan.radius_is_assumed else "sheet.radius_plan_gives", radius=radius
            )
        yield words("sheet.borders")

    def _sources(self) -> Iterator[str]:
        communes = self.workspace.units(self.view["units"])["source"]
        each = [source.split("; ") for source in dict.fromkeys(communes) if source]
        if each:
            yield from (part for part in each[0] if all(part in others for others in each))
        yield from (source for source in self.basemap.sources if source not in "; ".join(communes))
        yield self.words("sheet.source_country", source=country().source)
