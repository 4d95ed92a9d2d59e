"""When a schedule is due: its cron line, read as Prefect's scheduler reads it, also where the clocks change."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.asked import Asked
from flows.errors import UsageError

if TYPE_CHECKING:
    from prefect.server.schemas.schedules import CronSchedule

FIELDS = ("minute", "hour", "day", "month", "weekday")
LONGEST = timedelta(days=366 * 9)
"""So far back a due night is looked for: a 29 February comes every eight years at least."""


def check_schedule(cron: str, timezone: str) -> None:
    """`UsageError` for a time zone that does not exist, a cron line that cannot be, or one with seconds."""
    from cronsim import CronSim, CronSimError

    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"--timezone {timezone}: there is no such time zone; an example is {Asked.timezone}"
        ) from error
    example = f"an example is {Asked.cron!r}, every evening at nine"
    if len(cron.split()) > len(FIELDS):
        raise UsageError(
            f"--cron {cron!r}: a schedule fires once a minute at most, so its fields are {', '.join(FIELDS)},"
            f" and nothing more; {example}"
        )
    try:
        CronSim(cron, datetime(2000, 1, 1))
    except CronSimError as error:
        raise UsageError(f"--cron {cron!r}: {error}; {example}") from error


def last_due(cron: str, timezone: str, now: datetime) -> datetime | None:
    """Find the latest instant at or before `now` at which the schedule was due, in UTC; None where it never was.

    Prefect is asked, whose scheduler starts the nights: an hour that the clocks skip, or have twice, means the same to
    both.
    """
    from prefect.server.schemas.schedules import CronSchedule

    schedule = CronSchedule(cron=cron, timezone=timezone)
    span = timedelta(hours=1)
    while not (dues := _due_between(schedule, now - span, now)):
        if span > LONGEST:
            return None
        span *= 2
    while later := _due_between(schedule, dues[-1] + timedelta(seconds=1), now):
        dues = later
    return dues[-1]


def _due_between(schedule: CronSchedule, first: datetime, last: datetime) -> list[datetime]:
    """List the instants from first to last, both included, at which a schedule is due; of many the first thousand."""
    return [instant.astimezone(UTC) for instant in asyncio.run(schedule.get_dates(start=first, end=last))]


def is_missed(cron: str, timezone: str, now: datetime, last_start: datetime | None) -> bool:
    """Whether no night has been carried out since the schedule was due last.

    Args:
        cron: when it is due.
        timezone: by whose clock.
        now: this instant, with its time zone.
        last_start: when the last night began that was carried out. One in the future, which a wrong clock has written,
            counts as none. None: there has been no night at all, so none was missed: the first one is the next.
    """
    due = last_due(cron, timezone, now)
    return due is not None and last_start is not None and not due <= last_start <= now
