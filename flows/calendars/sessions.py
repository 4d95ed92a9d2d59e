"""The sessions of a calendar: on which dates it trades, and when each session closes.

Exchanges' sessions, half days included, come from exchange_calendars. Importing it and building a calendar costs
seconds, so what it says is kept in a small Parquet file per calendar and version, and read from there in the nights
that follow: in the warehouse's folder, and in the user's cache, where a new warehouse finds it.

A frame of sessions has one row a date: date; close_at (UTC, without zone); required (a bar is missing if there is
none; a date that is allowed but not required is a holiday on which some venues trade). Outside [first, last] nothing
is known, and nothing is judged.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flows.calendars.extra import EXTRA
from flows.calendars.markets import ALWAYS, FUTURES, NEW_YORK, UNKNOWN, WEEKDAYS
from flows.private import private_folder, write_private
from warehouse.installed import version

if TYPE_CHECKING:
    import polars as pl

#: From when an exchange's holidays are believed: New York's agree with the S&P 500's own history from 1970 on (before,
#: the package lists sessions on holidays); the others have not been compared with anything older.
BELIEVED_FROM = {NEW_YORK: date(1970, 1, 1), ALWAYS: date(2009, 1, 3), "XSAU": date(2021, 1, 1)}
BELIEVED_FROM_OTHERWISE = date(2000, 1, 1)
#: Banks the world over are shut: currencies and futures may have a bar, nobody misses it.
QUIET_DAYS = ((1, 1), (12, 25))
#: A closing auction and its reports go on for a while after the bell; a source may serve the last price before them.
SETTLES_AFTER = timedelta(minutes=30)
#: Which make of our own frames a remembered file holds; raised whenever what is made of a calendar changes.
MAKE = 2


class CalendarError(ValueError):
    """A calendar is unknown, or cannot be had for the dates asked."""


@dataclass(frozen=True)
class Sessions:
    """The sessions of one calendar from first to last.

    Attributes:
        calendar: its code.
        frame: date, close_at, required; sorted, one row a date.
        first: the first date judged, inclusive.
        last: the last date known, inclusive.
    """

    calendar: str
    frame: pl.DataFrame = field(repr=False)
    first: date
    last: date

    def close_of(self, day: date) -> datetime | None:
        """When the session of a date has settled (UTC aware): its close and half an hour; None if it is no session."""
        closes_at = self._closes.get(day)
        return None if closes_at is None else closes_at.replace(tzinfo=UTC) + SETTLES_AFTER

    def last_settled(self, now: datetime) -> date | None:
        """Find the last required session that has settled by `now` (UTC aware)."""
        import polars as pl

        cut = (now - SETTLES_AFTER).astimezone(UTC).replace(tzinfo=None)
        settled = self.frame.filter(pl.col("required") & (pl.col("close_at") <= cut))
        return _last(settled) if settled.height else None

    def back(self, day: date, sessions: int) -> date:
        """Go back so many required sessions from a date, itself not counted; to the first known if there are fewer."""
        import polars as pl

        before = self.frame.filter(pl.col("required") & (pl.col("date") < day))["date"].tail(sessions)
        return before[0] if len(before) else day

    def settled(self, day: date, now: datetime) -> bool:
        """Whether a bar of this date is finished by `now`: its session has settled, or, if it is no session, the UTC
        day is over."""
        close_at = self.close_of(day)
        if close_at is None:
            close_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        return close_at <= now

    @cached_property
    def _closes(self) -> dict[date, datetime]:
        return dict(self.frame.select("date", "close_at").iter_rows())


class Calendars:
    """Sessions by calendar, computed once, remembered in a folder.

    Args:
        folder: where small files are kept between nights; None keeps nothing.
        shared: where those of other warehouses are found, too; None looks nowhere else.
    """

    def __init__(self, folder: Path | None = None, shared: Path | None = None) -> None:
        self._folders = [place for place in (folder, shared) if place is not None]
        self._known: dict[str, Sessions] = {}

    def sessions(self, calendar: str, until: date) -> Sessions:
        """Give the sessions of a calendar, as far back as it is believed, to the end of the year of `until`."""
        known = self._known.get(calendar)
        if known is None or known.last < until:
            known = self._arithmetic(calendar, until) or self._exchange(calendar, until)
            self._known[calendar] = known
        return known

    def known_or_none(self, calendar: str, until: date) -> Sessions:
        """As `sessions`, but a calendar that cannot be had is one of which nothing is known, and judges nothing."""
        try:
            return self.sessions(calendar, until)
        except CalendarError:
            return self.sessions(UNKNOWN, until)

    def _arithmetic(self, calendar: str, until: date) -> Sessions | None:
        """Calendars that follow from the week alone."""
        if calendar not in (ALWAYS, WEEKDAYS, UNKNOWN):
            return None
        import polars as pl

        first = BELIEVED_FROM.get(calendar, BELIEVED_FROM_OTHERWISE)
        last = date(until.year + 1, 12, 31)
        if calendar == WEEKDAYS:
            return Sessions(calendar, _weekdays(first, last).with_columns(required=~_quiet()), first, last)
        days = _every_day(first, last)
        return Sessions(calendar, days.with_columns(required=pl.lit(calendar == ALWAYS)), first, last)

    def _exchange(self, calendar: str, until: date) -> Sessions:
        name = f"{calendar}-{version('exchange_calendars')}-{MAKE}.parquet"
        lacking = []
        for folder in self._folders:
            frame = _kept(folder / name)
            if frame is not None and _last(frame) >= until:
                break
            lacking.append(folder)
        else:
            frame = _longest(calendar, until)
        for folder in lacking:
            content = BytesIO()
            frame.write_parquet(content)
            with suppress(OSError):  # what cannot be kept is built again
                write_private(private_folder(folder) / name, content.getvalue())
        return self._of(calendar, frame)

    @staticmethod
    def _of(calendar: str, frame: pl.DataFrame) -> Sessions:
        return Sessions(calendar, frame, frame.row(0)[0], _last(frame))


def _kept(path: Path) -> pl.DataFrame | None:
    """Read what was kept; None where nothing was, or what is there is damaged."""
    import polars as pl

    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return None


def _last(frame: pl.DataFrame) -> date:
    day: date = frame.row(-1)[0]
    return day


def _longest(calendar: str, until: date) -> pl.DataFrame:
    """To the end of next year, or of this one where holidays are not known further."""
    build = _futures if calendar == FUTURES else partial(_with_extra, calendar)
    try:
        return build(date(until.year + 1, 12, 31))
    except CalendarError:
        return build(date(until.year, 12, 31))


def _every_day(first: date, last: date) -> pl.DataFrame:
    """Every date, closing at midnight UTC, required."""
    import polars as pl

    days = pl.select(date=pl.date_range(first, last))
    midnight = (pl.col("date") + pl.duration(days=1)).cast(pl.Datetime("us"))
    return days.with_columns(close_at=midnight, required=pl.lit(True))


def _weekdays(first: date, last: date) -> pl.DataFrame:
    import polars as pl

    return _every_day(first, last).filter(pl.col("date").dt.weekday() <= 5)


def _quiet() -> pl.Expr:
    import polars as pl

    day = pl.col("date").dt
    return pl.any_horizontal([(day.month() == month) & (day.day() == number) for month, number in QUIET_DAYS])


def _with_extra(calendar: str, end: date) -> pl.DataFrame:
    """Build an exchange's sessions, special ones that the package does not list among them.

    Those are allowed and not required, for not every source has them.
    """
    import polars as pl

    frame = _exchange_frame(calendar, end)
    extra = [day for day in EXTRA.get(calendar, ()) if frame["date"][0] <= day <= end]
    if not extra:
        return frame
    days = pl.DataFrame({"date": extra}, schema={"date": pl.Date}).join(frame, on="date", how="anti")
    midnight = (pl.col("date") + pl.duration(days=1)).cast(pl.Datetime("us"))
    return pl.concat([frame, days.with_columns(close_at=midnight, required=pl.lit(False))]).sort("date")


def _exchange_frame(calendar: str, end: date) -> pl.DataFrame:
    """Build an exchange's sessions from as early as the package can tell them."""
    import exchange_calendars
    import polars as pl

    from flows.calendars.offsets import mend_offsets

    mend_offsets()
    wanted = BELIEVED_FROM.get(calendar, BELIEVED_FROM_OTHERWISE)
    try:
        with warnings.catch_warnings():
            # what it does inside makes pandas 3.1 warn; nobody here can act on it
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            warnings.filterwarnings("ignore", category=FutureWarning)
            exchange = exchange_calendars.get_calendar(calendar, start=wanted.isoformat(), end=end.isoformat())
            closes = exchange.closes
            days, times = closes.index.date.tolist(), closes.dt.tz_localize(None).dt.to_pydatetime().tolist()
    except exchange_calendars.errors.InvalidCalendarName:
        raise CalendarError(f"calendar {calendar!r} is unknown to exchange_calendars") from None
    except ValueError as refusal:
        raise CalendarError(
            f"calendar {calendar!r} cannot be had from {wanted} to {end}: {str(refusal)[:160]}"
        ) from None
    return pl.DataFrame(
        {"date": days, "close_at": times},
        schema={"date": pl.Date, "close_at": pl.Datetime("us")},
    ).with_columns(required=pl.lit(True))


def _futures(end: date) -> pl.DataFrame:
    """US futures: allowed on every weekday, required on full days that both CME and New York trade.

    Sources list a settlement on some US holidays and half days and none on others, so those prove nothing either way.
    """
    import polars as pl

    venue = _exchange_frame("CMES", end).select("date")
    street = _exchange_frame(NEW_YORK, end)
    half = pl.col("close_at").dt.hour() < 19  # 13:00 in New York is 17:00 or 18:00 UTC
    full = street.filter(~half).select("date", full=pl.lit(True)).join(venue, on="date", how="semi")
    days = _weekdays(BELIEVED_FROM_OTHERWISE, end).join(full, on="date", how="left").sort("date")
    return days.select("date", "close_at", required=pl.col("full").fill_null(False) & ~_quiet())
