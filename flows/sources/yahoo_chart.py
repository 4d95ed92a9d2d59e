"""Yahoo's chart answer before yfinance reads it: what it must have is checked, and its events are taken out.

yfinance 1.7 loses part of what the events say: capital gains with a currency end in an error, those of anything that
Yahoo does not call a fund vanish, dividends lose their currency, and an event on a date without a bar is moved to the
bar before it. So the events are read here, from the same answer, and yfinance is left with the bars.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.columns import PRICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

DIGITS = 6
"""Digits to which two amounts must agree to be one that is told twice."""
EXPECTED = {"currency": None, "instrumentType": "", "validRanges": ["1d", "max"]}
"""What yfinance takes for granted in an answer's `meta`, with what stands for it where Yahoo does not say."""


class ChartForm(ValueError):
    """An answer is not formed as a chart is; the message says what it lacks."""


@dataclass(frozen=True)
class Chart:
    """A chart answer in two parts.

    body      the answer as yfinance is given it, without events
    events    the events as Yahoo tells them: kind -> key -> event
    zone      time zone of the exchange
    currency  of the prices, as Yahoo spells it; None where it does not say
    """

    body: bytes
    events: dict[str, Any]
    zone: str
    currency: str | None

    def actions(self) -> tuple[pl.DataFrame, tuple[str, ...]]:
        """Columns date, kind, value, perhaps currency, as `Fetched.actions`, and what is to be told of them.

        A capital gain is cash like a dividend, and is told as one. What is paid on one date in one currency is one sum;
        an event that Yahoo repeats is one event. An event without an amount says nothing and is left out.
        """
        import polars as pl

        schema = {"kind": pl.String, "stamp": pl.Float64, "value": pl.Float64, "currency": pl.String}
        events = pl.DataFrame(list(self._events()), schema=schema, orient="row")
        local = (
            pl.from_epoch(pl.col("stamp").cast(pl.Int64)).dt.replace_time_zone("UTC").dt.convert_time_zone(self.zone)
        )
        # Yahoo misses midnight by an hour or two where daylight saving ended (Brazil): yfinance mends bars alike
        late = (local.dt.hour() >= 22) & (local.dt.minute() == 0)
        dated = events.with_columns(
            date=(local + pl.when(late).then(pl.duration(hours=2)).otherwise(pl.duration(hours=0))).dt.date()
        )
        known = dated.filter(pl.col("value").is_not_null())
        same = pl.struct("kind", "date", "currency", pl.col("value").round_sig_figs(DIGITS))
        once = known.filter(same.is_first_distinct())
        gain = pl.col("kind") == "capital gain"
        splits = once.filter((pl.col("kind") == "split") & (pl.col("value") != 1))
        paid = (
            once.filter((pl.col("kind") != "split") & (pl.col("value") != 0))
            .group_by("date", "currency", kind=pl.when(gain).then(pl.lit("dividend")).otherwise("kind"))
            .agg(pl.col("value").sum())
        )
        rows = pl.concat([frame.select("date", "kind", "value", "currency") for frame in (paid, splits)])
        rows = rows.sort("date", "kind", "currency")
        return rows if rows["currency"].count() else rows.drop("currency"), _notes(dated)

    def _events(self) -> Iterator[tuple[str, float, float | None, str | None]]:
        """Kind, epoch second, value and currency of every event."""
        from flows.currency import read_currency

        prices = read_currency(self.currency or "")
        for name, kind in (("dividends", "dividend"), ("capitalGains", "capital gain"), ("splits", "split")):
            for event in dict(self.events.get(name) or {}).values():
                if kind == "split":
                    new, old = _number(event.get("numerator")), _number(event.get("denominator"))
                    value, currency = (new / old if new is not None and old else None), None
                else:
                    value, currency = _number(event.get("amount")), read_currency(event.get("currency") or "")
                yield kind, float(event["date"]), value, None if currency == prices else currency


def read_chart(body: bytes) -> Chart | None:
    """Take an answer apart; None for one that holds no chart, of which yfinance says why.

    Raises:
        ChartForm: it holds one that lacks what a chart must have.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    chart = answer.get("chart") if isinstance(answer, dict) else None
    if not isinstance(chart, dict):
        raise ChartForm("it holds no chart")
    if chart.get("error") or not chart.get("result"):
        return None
    result = chart["result"][0] or {}
    meta = result.get("meta") or {}
    if not meta.get("exchangeTimezoneName"):
        raise ChartForm("it does not say the time zone of the exchange")
    result["meta"] = EXPECTED | meta
    _check_columns(result)
    events = result.pop("events", None) or {}
    try:
        chart_read = Chart(json.dumps(answer).encode(), events, meta["exchangeTimezoneName"], meta.get("currency"))
        list(chart_read._events())
    except (AttributeError, KeyError, TypeError, ValueError) as trouble:
        raise ChartForm("its dividends, gains or splits are not listed as Yahoo lists them") from trouble
    return chart_read


def _check_columns(result: dict[str, Any]) -> None:
    """ChartForm unless there are as many dates as prices; volumes may be absent."""
    quotes = (result.get("indicators") or {}).get("quote") or [None]
    if quotes[0] is None:
        raise ChartForm("it has no room for prices")
    columns, dates = quotes[0], result.get("timestamp")
    if not columns:
        return  # no bars in the dates asked for; yfinance says so
    if not dates:
        raise ChartForm("it has prices without their dates")
    columns.setdefault("volume", [None] * len(dates))
    for name in (*PRICES, "volume"):
        if len(columns.get(name) or ()) != len(dates):
            raise ChartForm(
                f"it has {len(dates)} dates and {len(columns.get(name) or ())} numbers in the column {name}"
            )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _notes(events: pl.DataFrame) -> tuple[str, ...]:
    """Tell what a reader should know of the events, a sentence each."""
    import polars as pl

    notes = []
    gains = events.filter((pl.col("kind") == "capital gain") & (pl.col("value") != 0)).sort("date")
    if gains.height:
        day, value = gains.select("date", "value").row(-1)
        notes.append(f"capital gains of the fund are paid like dividends ({gains.height}, the last {value:g} on {day})")
    silent = events.filter(pl.col("value").is_null()).sort("date")
    if silent.height:
        kind, day = silent.select("kind", "date").row(-1)
        notes.append(f"events without an amount are left out ({silent.height}, the last a {kind} on {day})")
    return tuple(notes)
