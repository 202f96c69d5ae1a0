"""What a phone sends of a visit to a pano, and what it is answered: shapes and limits, no office rules."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from records.journal import Position
from records.lifecycle import ACTIONS, CONDITIONS_SEEN

MOST_PHOTOS = 20
"""Photos that one report may name."""
MOST_PHOTO_BYTES = 8 * 1024 * 1024
"""Largest photo that is taken in from a phone, which makes its photos small itself."""
MOST_REPORT_BYTES = 64 * 1024
"""Largest report, without its photos."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Condition = Literal[CONDITIONS_SEEN]
PhotoKind = Literal["before", "after", "finished", "other"]
PanoStepName = Literal[tuple(dict.fromkeys(one.name for one in ACTIONS if not one.kinds and one.after))]
WorkStepName = Literal[
    tuple(dict.fromkeys(one.name for one in ACTIONS if one.kinds and "" not in one.before))
]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a moment is written as text")
    return value


def _in_reach(moment: datetime) -> datetime:
    """Return a moment that every database can hold: the clock of a phone can say anything."""
    return min(max(moment, _FIRST), _LAST)


Id = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_plain)]
Words = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_plain)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_reach)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Latitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-90, le=90)]
Longitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-180, le=180)]
Metres = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1e7)]
Cell = Annotated[str, StringConstraints(max_length=200), AfterValidator(_plain)] | Number | None
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Point(_Sent):
    """A corrected place of a pano: decimal degrees, WGS 84, and its accuracy in metres."""

    lat: Latitude
    lon: Longitude
    accuracy_m: Metres | None = None


class Standing(Point):
    """Where the phone was, and when it knew."""

    at: Moment | None = None

    def position(self) -> Position:
        """Return it as it is recorded."""
        return Position(self.lat, self.lon, self.accuracy_m)


class PanoSeen(_Sent):
    """What the phone showed of the pano, as the bundle gave it; what is left out was not shown."""

    state: Cell = None
    condition: Cell = None
    checked_on: Cell = None
    lat: Cell = None
    lon: Cell = None
    accuracy_m: Cell = None


class WorkSeen(_Sent):
    """What the phone showed of a work order."""

    state: Cell = None


class Seen(_Sent):
    """What the phone showed when the report was made; ``version`` is the bundle's."""

    version: Annotated[int, Field(strict=True, ge=0, lt=2**31)] = 0
    pano: PanoSeen = PanoSeen()
    works: Annotated[dict[Id, WorkSeen], Field(max_length=50)] = {}


class PanoStep(_Sent):
    """A step of the pano itself."""

    action: PanoStepName
    reason: Words = ""


class WorkStep(_Sent):
    """A step of one of its work orders, with what the step brings besides."""

    work_id: Id
    action: WorkStepName
    values: Annotated[dict[Id, Cell], Field(max_length=10)] = {}
    reason: Words = ""


class SentPhoto(_Sent):
    """A photo that follows: the SHA-256 and the size of the bytes that will be sent, and what it shows."""

    hash: Digest
    bytes: Annotated[int, Field(strict=True, gt=0, le=MOST_PHOTO_BYTES)]
    kind: PhotoKind = "other"
    taken_at: Moment | None = None
    position: Standing | None = None


class Report(_Sent):
    """One visit to one pano. What is null or left out is not said."""

    pano_id: Id
    made_at: Moment
    made_by: Id
    seen: Seen = Seen()
    position: Standing | None = None
    far_reason: Words = ""
    condition: Condition | None = None
    state_step: PanoStep | None = None
    work_step: WorkStep | None = None
    point: Point | None = None
    word: Words = ""
    photos: Annotated[tuple[SentPhoto, ...], Field(max_length=MOST_PHOTOS)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Report:
        if not self.parts:
            raise ValueError("a report says something")
        if len({photo.hash for photo in self.photos}) < len(self.photos):
            raise ValueError("each photo is named once")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """What it says, by name: see `PARTS`."""
        said = {what: getattr(self, "photos" if what == "photo" else what) for what in PARTS}
        return tuple(what for what, value in said.items() if value)

    @property
    def reason(self) -> str:
        """The person's words, and why the report was made far from the pano."""
        return "\n".join(filter(None, (self.word, self.far_reason)))

    def stored(self) -> dict[str, object]:
        """Return it as it was sent, so that a field that later versions know changes no digest."""
        return self.model_dump(mode="json", exclude_unset=True)

    def digest(self) -> str:
        """Return what tells it from any other report."""
        return hashlib.sha256(json.dumps(self.stored(), sort_keys=True).encode()).hexdigest()


PARTS = ("condition", "point", "word", "photo", "state_step", "work_step")
"""What a report can say, in the order in which it is taken."""

Outcome = Literal["stored", "merged", "needs_decision", "waiting_for_photos", "in_review", "closed"]
OUTCOMES = (
    "in_review",
    "waiting_for_photos",
    "needs_decision",
    "closed",
    "merged",
    "stored",
)
"""What can become of a part; of a report it is the first of these that one of its parts came to.
``in_review``: it does not fit, is kept, and a planner looks at it. ``closed``: a planner did, and left it."""


class ReceiptPart(BaseModel):
    """What became of one thing that a report says; ``problem`` is for the person, in Vietnamese."""

    what: Literal[PARTS]
    outcome: Outcome
    event_id: int | None = None
    problem: str | None = None


class FieldReceipt(BaseModel):
    """What the server holds of a report; the same however often the report arrives.

    ``photos`` says of each photo, by the hash that was sent, whether it is ``missing``, ``received`` or
    ``refused`` since it is no photo. ``repeated``: the report had arrived before.
    """

    report_id: UUID
    received_at: datetime
    outcome: Outcome
    parts: list[ReceiptPart]
    photos: dict[str, Literal["missing", "received", "refused"]]
    repeated: bool = False


def whole_outcome(outcomes: Iterable[str]) -> str:
    """Return what became of a report from what became of its parts.

    Examples
    --------
    >>> whole_outcome(["stored", "in_review"])
    'in_review'
    """
    return min(outcomes, key=OUTCOMES.index)
