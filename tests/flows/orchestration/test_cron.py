"""When a schedule was due last, over the changes of the clocks, too, and which schedules there may be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from flows.errors import UsageError
from flows.orchestration.cron import check_schedule, is_missed, last_due

EVENING = ("0 21 * * *", "America/New_York")
AT_NIGHT = ("30 2 * * *", "Europe/Berlin")
"""An hour that Berlin skips on 29 March 2026 (2:00 is 3:00) and has twice on 25 October (3:00 is 2:00)."""


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # New York is five hours behind UTC in winter, four in summer
        (datetime(2026, 1, 15, 1, 59, tzinfo=UTC), datetime(2026, 1, 14, 2, 0, tzinfo=UTC)),
        (datetime(2026, 1, 15, 2, 0, tzinfo=UTC), datetime(2026, 1, 15, 2, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 0, 59, tzinfo=UTC), datetime(2026, 7, 14, 1, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 1, 30, tzinfo=UTC), datetime(2026, 7, 15, 1, 0, tzinfo=UTC)),
        # the evenings around 8 March and 1 November 2026, when its clocks change
        (datetime(2026, 3, 8, 12, 0, tzinfo=UTC), datetime(2026, 3, 8, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 9, 1, 0, tzinfo=UTC), datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        (datetime(2026, 11, 2, 1, 59, tzinfo=UTC), datetime(2026, 11, 1, 1, 0, tzinfo=UTC)),
        (datetime(2026, 11, 2, 2, 0, tzinfo=UTC), datetime(2026, 11, 2, 2, 0, tzinfo=UTC)),
    ],
)
def test_when_a_night_was_due_last(now: datetime, due: datetime) -> None:
    assert last_due(*EVENING, now) == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # 2:30 that is skipped is an hour later by the new clock: 3:30 of summer, 1:30 UTC
        (datetime(2026, 3, 29, 1, 29, tzinfo=UTC), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # of 2:30 that is there twice, the first: 2:30 of summer, 0:30 UTC
        (datetime(2026, 10, 25, 0, 29, tzinfo=UTC), datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 45, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_that_is_skipped_or_there_twice_is_due_once(now: datetime, due: datetime) -> None:
    assert last_due(*AT_NIGHT, now) == due


@pytest.mark.parametrize("cron", ["0 * * * *", "*/20 1-3 * * *", "30 2 * * *", "0 3 * * 0"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_what_was_due_is_what_prefect_starts(cron: str, zone: str, month: int) -> None:
    """Prefect's scheduler goes forward from the present; at each instant that it finds, that one is the last due."""
    from prefect.server.schemas.schedules import CronSchedule

    first = datetime(2026, month, 1, tzinfo=UTC)
    coming = [
        instant.astimezone(UTC)
        for instant in asyncio.run(
            CronSchedule(cron=cron, timezone=zone).get_dates(start=first, end=first + timedelta(days=31))
        )
    ]
    assert len(coming) >= 4
    for before, after in zip(coming[:-1:7], coming[1::7], strict=False):
        assert last_due(cron, zone, before) == before
        assert last_due(cron, zone, after - timedelta(seconds=1)) == before


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("0 0 29 2 *", datetime(2024, 2, 29, tzinfo=UTC)),
        ("* * 1 * *", datetime(2026, 11, 1, 23, 59, tzinfo=UTC)),  # the last of 1440 in a row
    ],
)
def test_a_night_that_was_due_long_ago_is_found(cron: str, due: datetime) -> None:
    assert last_due(cron, "UTC", datetime(2026, 11, 26, 4, 0, tzinfo=UTC)) == due


def test_a_night_is_missed_when_none_was_carried_out_since_it_was_due() -> None:
    now = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)  # the last night was due ten hours ago
    assert is_missed(*EVENING, now, now - timedelta(hours=11))
    assert not is_missed(*EVENING, now, now - timedelta(hours=9))
    assert not is_missed(*EVENING, now, None)


def test_a_night_that_began_in_the_future_counts_as_none() -> None:
    now = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    assert is_missed(*EVENING, now, now + timedelta(days=2000))


@pytest.mark.parametrize("cron", ["*/10 * * * * *", "0 21 * * * 30", "0 0 21 * * * 2027"])
def test_a_schedule_that_fires_more_often_than_once_a_minute_is_refused(cron: str) -> None:
    with pytest.raises(UsageError, match="fires once a minute at most, so its fields are minute, hour, day"):
        check_schedule(cron, "UTC")


@pytest.mark.parametrize(
    ("cron", "zone", "sentence"),
    [
        ("0 25 * * *", "UTC", "--cron '0 25 .*Bad hour; an example is '0 21"),
        ("0 0 30 2 *", "UTC", "Bad day-of-month"),
        ("0 21 * *", "UTC", "Wrong number of fields"),
        ("0 21 * * *", "Mars/Base", "--timezone Mars/Base: there is no such time zone; an example is America/New_York"),
        ("0 21 * * *", "America", "there is no such time zone"),
        ("0 21 * * *", "../UTC", "there is no such time zone"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(cron: str, zone: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        check_schedule(cron, zone)
    check_schedule("* * * * *", "Europe/Berlin")
