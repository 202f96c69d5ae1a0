"""Days as they are counted where the panos stand: the day of a moment, the day it is, and when it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Where a day begins and ends. No summer time since before any record here; needs no zone database."""


def local_date(moment: datetime) -> date:
    """Return the day in Vietnam on which a moment falls, wherever the server is.

    Parameters
    ----------
    moment : datetime
        An aware moment.

    Returns
    -------
    date
        Its day at seven hours ahead of UTC.

    Examples
    --------
    >>> local_date(datetime(2024, 2, 29, 17, tzinfo=UTC))
    datetime.date(2024, 3, 1)
    """
    return moment.astimezone(VIETNAM).date()


def today() -> date:
    """Return the day that it is in Vietnam now.

    Where a day can be handed over, hand it over: what is asked for twice around midnight differs.
    """
    return local_date(datetime.now(UTC))


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day in Vietnam, in UTC.

    Parameters
    ----------
    day : date
        The day.

    Examples
    --------
    >>> end_of_day(date(2024, 2, 29)).hour
    16
    """
    return datetime.combine(day, time.max, VIETNAM).astimezone(UTC)
