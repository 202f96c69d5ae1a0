"""The tables of the store: what happened, what is so now, and the people who may change it.

The rows of the data folder stand here as its cells do: as text, NULL for a blank. So a value comes back
to the byte as it was written (``12.50`` stays ``12.50``), an unknown is never a zero, and what a cell
means has one home, `geo.cells`. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from geo import schema


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, UTC in the database, aware coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a moment as UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Constraints need names that every database gives alike, or migrations can't name them.
METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

ENTITIES = MappingProxyType(
    {
        "village": schema.table("villages"),
        "pano": schema.table("panos"),
        "work": schema.table("works"),
        "venue": schema.table("venues"),
        "activity": schema.table("activities"),
    }
)
"""What has a life of its own, by name: the table of the data folder that holds it. An entity comes after
those that it refers to."""

DOCUMENT = "document"
"""Entity of the files that are kept whole: the layers of communes, the plans, and the layer of roads."""

COLUMNS = MappingProxyType(
    {DOCUMENT: (schema.Column("id", "id", required=True), schema.Column("sha256", required=True))}
    | {entity: one.columns for entity, one in ENTITIES.items()}
)
"""Columns of everything that events add up to, by entity; what others refer to comes first."""

_ENTITY_OF = {one.name: entity for entity, one in ENTITIES.items()}


def _cell(column: schema.Column) -> Column[str]:
    known = [ForeignKey(f"{_ENTITY_OF[column.refers]}.id")] if _is_reference(column) else []
    return Column(column.name, Text, *known, primary_key=column.name == "id", nullable=not column.required)


def _is_reference(column: schema.Column) -> bool:
    # Communes are features of a layer, and a list of ids is no key: both are checked by geo.rules.
    return column.kind == "id" and column.refers in _ENTITY_OF


META = Table(
    "meta",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("workspace", Text),
)
"""One row: the number of the last change, and the name of the data folder that the store was filled from.
Whoever writes holds its lock, so that changes come one by one."""

EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("op_id", Text, nullable=False, unique=True),
    Column("cause_id", Integer, ForeignKey("event.id")),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("happened_at", UtcDateTime),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("reason", Text),
    Column("lat", Float),
    Column("lon", Float),
    Column("accuracy_m", Float),
    Index(None, "entity", "entity_id"),
)
"""What happened, for ever: rows are added, never changed. ``id`` is the version of the store that the event
made. ``changes`` is ``{column: [from, to]}`` in cells, NULL for a blank. ``happened_at`` is NULL for what was
so before the record began. ``cause_id`` is the event that brought this one about, such as the acceptance of
a build that puts its pano in service."""

CONFLICT = Table(
    "conflict",
    METADATA,
    Column("event_id", Integer, ForeignKey("event.id"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("was", Text),
    Column("theirs", Text),
    Column("mine", Text),
    Column("decided_by", Integer, ForeignKey("event.id")),
)
"""A value that waits for a decision: what its author had seen (``was``), what stood there when it arrived
(``theirs``) and what it was to become (``mine``); in cells, NULL for a blank. What an event itself decided
was an inspection older than the last one: it holds for its day (`records.history`), and waits for nobody."""

PRESENT = MappingProxyType(
    {
        entity: Table(
            entity,
            METADATA,
            *map(_cell, one.columns),
            Column("place", Integer, ForeignKey("event.id"), nullable=False, unique=True),
        )
        for entity, one in ENTITIES.items()
    }
)
"""What is so now, by entity: what the events add up to. ``place`` is the event that made the row, which
keeps rows in the order of their file."""

DOCUMENTS = Table(
    "document",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, ForeignKey("content.sha256"), nullable=False),
    Column("place", Integer, ForeignKey("event.id"), nullable=False, unique=True),
)
"""The files that are kept whole, by name."""

CONTENT = Table(
    "content",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""What documents say or once said, to the byte."""

FILED = Table(
    "filed",
    METADATA,
    Column("entity", Text, primary_key=True),
    Column("entity_id", Text, primary_key=True),
    Column("cells", JSON, nullable=False),
)
"""What the data folder said of each row when that was last taken in."""

PHOTO = Table(
    "photo",
    METADATA,
    Column("event_id", Integer, ForeignKey("event.id"), primary_key=True),
    Column("hash", Text, primary_key=True, index=True),
    Column("pano_id", Text, ForeignKey("pano.id"), nullable=False, index=True),
    Column("work_id", Text, ForeignKey("work.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("lat", Float),
    Column("lon", Float),
    Column("accuracy_m", Float),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("removed_by", Integer, ForeignKey("event.id")),
)
"""Photos that came with an event, each by the SHA-256 of its file; ``kind`` is what it shows: before, after,
finished or other. One that an event removed (``removed_by``) is shown no more, and kept."""

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("communes", Text, nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)
"""People who can sign in; ``communes`` are codes of 2023 separated by ``;``."""

SESSION = Table(
    "session",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
"""Sign-ins; the token itself is kept by the browser alone."""

ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("login", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("ok", Boolean, nullable=False),
)
"""Attempts to sign in, so that guessing can be slowed down."""

SETUP_LINK = Table(
    "setup_link",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)
"""Links that let the first account be set up."""

SETTING = Table(
    "setting",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)
"""What was decided for the whole installation on a screen; ``set_by`` is the login of who decided it last.
A setting that nobody touched has no row."""


FIELD_REPORT = Table(
    "field_report",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("account_name", Text, nullable=False),
    Column("brought_by", Text),
    Column("made_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("event_id", Integer, ForeignKey("event.id")),
)
"""Reports from the field as they were sent, kept whether they fit or not; ``id`` is the UUID that the phone
made. ``event_id`` is the event of the pano that its photos hang on. ``brought_by`` is the account that took
the report in from a file, NULL for one that came by air."""

FIELD_PART = Table(
    "field_part",
    METADATA,
    Column("report_id", Text, ForeignKey("field_report.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("outcome", Text, nullable=False, index=True),
    Column("event_id", Integer, ForeignKey("event.id")),
    Column("problem", JSON),
    Column("settled_by", Text),
    Column("settled_at", UtcDateTime),
    Column("settled_why", Text),
)
"""What became of each thing that a report says; ``problem`` is why it does not fit, by language. The last
three columns say who settled what did not fit, and how it was explained."""

FIELD_PHOTO = Table(
    "field_photo",
    METADATA,
    Column("report_id", Text, ForeignKey("field_report.id"), primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("received_at", UtcDateTime),
    Column("problem", JSON),
    Column("kept_hash", Text, index=True),
    Column("width", Integer),
    Column("height", Integer),
    Column("bytes", Integer),
    Column("taken_at", UtcDateTime),
    Column("lat", Float),
    Column("lon", Float),
    Column("accuracy_m", Float),
)
"""Photos that a report names, by the SHA-256 of what the phone sends; ``kept_hash`` and the rest are of the
file that is kept, NULL until it has come. One that can't be kept has a ``problem`` instead, by language."""


def present_table(entity: str) -> Table:
    """Return the table of what is so now of an entity, `DOCUMENT` included."""
    return DOCUMENTS if entity == DOCUMENT else PRESENT[entity]


MEETING = Table(
    "meeting",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("on_day", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("channels", Text, nullable=False, server_default=""),
    Column("checksum", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_by_name", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_by", Text),
    Column("ended_by_name", Text),
    Column("ended_at", UtcDateTime),
)
"""Meetings of leaders, each on a snapshot: what ``version`` of the store knew of the end of ``on_day``, on a
set of units and over some channels (separated by ``;``; none: all). ``checksum`` is of what that says."""

DECISION = Table(
    "decision",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("meeting_id", Text, ForeignKey("meeting.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("said_by", Text, nullable=False, server_default=""),
    Column("taken_by", Text, nullable=False),
    Column("taken_by_name", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Text),
    Column("withdrawn_by_name", Text),
    Column("withdrawn_why", Text),
    Column("outcome", Text, nullable=False),
    Column("event_ids", JSON),
    Column("problem", JSON),
    Column("settled_by_name", Text),
    Column("settled_at", UtcDateTime),
)
"""What a meeting decided, by the name of whoever said so (``said_by``) and of the account that wrote it down;
nothing is changed before the meeting ends. ``outcome`` is one of `records.decisions.OUTCOMES`."""

SCENARIO = Table(
    "scenario",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("moves", JSON, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)
"""What planners tried out, by name: ``moves`` is the list of what `geo.whatif` applies. A removed one is
kept."""
