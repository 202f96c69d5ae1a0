"""Days begin and end at midnight in Vietnam, wherever the server is."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from geo import days
from geo.coverage import checked_date
from geo.days import end_of_day, local_date

DAY = date(2024, 3, 1)
MIDNIGHT = datetime(2024, 3, 1, 17, tzinfo=UTC)
"""The midnight that ends the day."""


def test_a_day_ends_at_midnight_in_vietnam():
    assert end_of_day(DAY) < MIDNIGHT <= end_of_day(DAY + timedelta(days=1))
    assert local_date(end_of_day(DAY)) == DAY
    assert local_date(MIDNIGHT) == DAY + timedelta(days=1)


@pytest.mark.parametrize("hours", [-11, 0, 7, 14])
def test_a_moment_falls_on_the_same_day_in_whichever_zone_it_is_written(hours):
    zone = timezone(timedelta(hours=hours))
    assert local_date(MIDNIGHT.astimezone(zone)) == DAY + timedelta(days=1)


def test_today_is_the_day_in_vietnam(monkeypatch):
    class Late(datetime):
        """A server's clock a minute after midnight in Vietnam."""

        @classmethod
        def now(cls, tz=None):
            return (MIDNIGHT + timedelta(minutes=1)).astimezone(tz)

    monkeypatch.setattr(days, "datetime", Late)
    assert checked_date(None) == DAY + timedelta(days=1)
