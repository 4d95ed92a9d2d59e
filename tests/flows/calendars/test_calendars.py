"""Markets told from tickers, and sessions held against what exchanges announced and what traded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.calendars import CalendarError, Calendars, market_of
from flows.calendars.markets import INDICES, SUFFIXES
from tests.flows.data_shared import SHARED, needs_shared

UNTIL = date(2024, 12, 31)


@pytest.fixture(scope="module")
def calendars(tmp_path_factory: pytest.TempPathFactory) -> Calendars:
    return Calendars(tmp_path_factory.mktemp("calendars"))


@pytest.mark.parametrize(
    ("ticker", "asset_class", "kind", "calendar"),
    [
        ("AAPL", "growth_stocks", "stock", "XNYS"),
        ("BRK.B", "", "stock", "XNYS"),
        ("BRK-B", "", "stock", "XNYS"),
        ("GLD", "commodities", "stock", "XNYS"),
        ("AET.L", "", "stock", "XLON"),
        ("4063.T", "", "stock", "XTKS"),
        ("SCR.TO", "", "stock", "XTSE"),
        ("DEX.AX", "", "stock", "XASX"),
        ("ALPHA.PA", "", "stock", "XPAR"),
        ("SAP.DE", "", "stock", "XETR"),
        ("XYZ.QQ", "", "stock", "unknown"),
        ("BTC-USD", "", "crypto", "24/7"),
        ("ETH-EUR", "crypto", "crypto", "24/7"),
        ("BITCOIN", "crypto", "crypto", "24/7"),
        ("BTCUSDT", "", "crypto", "24/7"),
        ("1INCHUSDC", "", "crypto", "24/7"),
        ("ETHEUR", "", "crypto", "24/7"),
        ("ETHBTC", "", "crypto", "24/7"),
        ("BTC/USD", "", "crypto", "24/7"),
        ("SOL_USDT", "", "crypto", "24/7"),
        ("USDT", "", "stock", "XNYS"),
        ("BTC", "", "stock", "XNYS"),
        ("EURUSD=X", "", "currency", "24/5"),
        ("GBPJPY", "", "currency", "24/5"),
        ("GC=F", "commodities", "future", "futures"),
        ("^GSPC", "indices", "index", "XNYS"),
        ("^N225", "", "index", "XTKS"),
        ("^IRX", "", "yield", "XNYS"),
        ("^TNX", "", "yield", "XNYS"),
        ("TEVA.TA", "", "stock", "XTAE"),
        ("OTE.AT", "", "stock", "ASEX"),
        ("BIL", "", "bill_fund", "XNYS"),
        ("MYFUND", "treasury_bills", "bill_fund", "XNYS"),
        ("IB01.L", "treasury_bills", "bill_fund", "XLON"),
    ],
)
def test_markets(ticker: str, asset_class: str, kind: str, calendar: str) -> None:
    found = market_of(ticker, asset_class)
    assert (found.kind, found.calendar) == (kind, calendar)


def sessions_between(calendars: Calendars, calendar: str, first: date, last: date, required: bool = True) -> list[date]:
    frame = calendars.sessions(calendar, UNTIL).frame.filter(pl.col("date").is_between(first, last))
    return frame.filter("required")["date"].to_list() if required else frame["date"].to_list()


def test_new_york_was_shut_after_the_attacks_and_the_hurricane(calendars: Calendars) -> None:
    assert sessions_between(calendars, "XNYS", date(2001, 9, 10), date(2001, 9, 17)) == [
        date(2001, 9, 10),
        date(2001, 9, 17),
    ]
    assert date(2012, 10, 29) not in sessions_between(calendars, "XNYS", date(2012, 10, 26), date(2012, 10, 31))


def test_boxing_day_is_a_session_in_new_york_and_not_in_london(calendars: Calendars) -> None:
    boxing_day = date(2023, 12, 26)
    assert sessions_between(calendars, "XNYS", boxing_day, boxing_day)
    assert not sessions_between(calendars, "XLON", boxing_day, boxing_day)


@pytest.mark.parametrize(
    ("calendar", "day", "settled"),
    [
        ("XNYS", date(2024, 7, 3), datetime(2024, 7, 3, 17, 30, tzinfo=UTC)),  # half day, 13:00 in New York
        ("XNYS", date(2024, 7, 5), datetime(2024, 7, 5, 20, 30, tzinfo=UTC)),  # summer time
        ("XNYS", date(2024, 1, 5), datetime(2024, 1, 5, 21, 30, tzinfo=UTC)),
        ("XTKS", date(2024, 1, 5), datetime(2024, 1, 5, 6, 30, tzinfo=UTC)),
        ("24/7", date(2024, 1, 6), datetime(2024, 1, 7, 0, 30, tzinfo=UTC)),
        ("24/5", date(2024, 1, 5), datetime(2024, 1, 6, 0, 30, tzinfo=UTC)),
    ],
)
def test_when_a_session_has_settled(calendars: Calendars, calendar: str, day: date, settled: datetime) -> None:
    assert calendars.sessions(calendar, UNTIL).close_of(day) == settled


def test_the_last_settled_session_and_the_way_back(calendars: Calendars) -> None:
    new_york = calendars.sessions("XNYS", UNTIL)
    sunday = datetime(2024, 7, 7, 12, tzinfo=UTC)
    assert new_york.last_settled(sunday) == date(2024, 7, 5)
    assert new_york.back(date(2024, 7, 5), 2) == date(2024, 7, 2)  # the 4th is a holiday
    assert new_york.close_of(date(2024, 7, 4)) is None


def test_currencies_rest_on_weekends_and_nobody_misses_christmas(calendars: Calendars) -> None:
    week = (date(2023, 12, 22), date(2023, 12, 26))
    assert sessions_between(calendars, "24/5", *week, required=False) == [
        date(2023, 12, 22),
        date(2023, 12, 25),
        date(2023, 12, 26),
    ]
    assert date(2023, 12, 25) not in sessions_between(calendars, "24/5", *week)


def test_every_suffix_leads_to_a_calendar_that_exists() -> None:
    import exchange_calendars

    known = set(exchange_calendars.get_calendar_names(include_aliases=False))
    assert set(SUFFIXES.values()) | set(INDICES.values()) <= known


def test_indias_special_saturdays_are_sessions(calendars: Calendars) -> None:
    """The exchanges traded on Saturday 2024-01-20 and shut on the Monday after; budget day 2025 was a Saturday."""
    week = sessions_between(calendars, "XBOM", date(2024, 1, 18), date(2024, 1, 24))
    assert week == [date(2024, 1, day) for day in (18, 19, 20, 23, 24)]
    assert sessions_between(calendars, "XBOM", date(2025, 2, 1), date(2025, 2, 2)) == [date(2025, 2, 1)]


@pytest.mark.parametrize("day", [date(2023, 11, 12), date(2024, 3, 2), date(2024, 11, 1)])
def test_indias_evening_of_diwali_and_its_trials_are_allowed_and_not_required(calendars: Calendars, day: date) -> None:
    assert sessions_between(calendars, "XBOM", day, day, required=False) == [day]
    assert sessions_between(calendars, "XBOM", day, day) == []


def test_tel_aviv_trades_on_sundays_until_2026_and_on_fridays_since(calendars: Calendars) -> None:
    """The exchange moved its week to Monday to Friday on 5 January 2026."""
    before = sessions_between(calendars, "XTAE", date(2024, 6, 30), date(2024, 7, 6))
    assert before == [date(2024, 6, 30), *(date(2024, 7, day) for day in (1, 2, 3, 4))]
    frame = calendars.sessions("XTAE", date(2026, 6, 30)).frame
    since = frame.filter(pl.col("date").is_between(date(2026, 1, 11), date(2026, 1, 17)))["date"].to_list()
    assert since == [date(2026, 1, day) for day in (12, 13, 14, 15, 16)]


def test_moscow_worked_on_the_saturdays_that_the_state_moved(calendars: Calendars) -> None:
    assert sessions_between(calendars, "XMOS", date(2024, 4, 27), date(2024, 4, 28)) == [date(2024, 4, 27)]


def test_athens_keeps_the_orthodox_easter(calendars: Calendars) -> None:
    """In 2024 Good Friday was 3 May and Easter Monday 6 May by the Orthodox reckoning."""
    week = sessions_between(calendars, "ASEX", date(2024, 5, 2), date(2024, 5, 7))
    assert week == [date(2024, 5, 2), date(2024, 5, 7)]


@pytest.mark.parametrize("calendar", sorted(set(SUFFIXES.values()) | set(INDICES.values())))
def test_every_calendar_can_be_built(calendars: Calendars, calendar: str) -> None:
    assert calendars.sessions(calendar, UNTIL).frame.filter(pl.col("date").dt.year() == 2024).height > 200


def test_markets_have_a_beginning() -> None:
    assert market_of("BTC-USD").began == date(2009, 1, 3)
    assert market_of("AAPL").began == date(1900, 1, 1)


def test_an_unknown_calendar_is_an_error_of_its_own(calendars: Calendars) -> None:
    with pytest.raises(CalendarError, match="'XXXX' is unknown"):
        calendars.sessions("XXXX", UNTIL)


def test_a_second_night_reads_its_own_file_and_not_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Calendars(tmp_path).sessions("XLON", UNTIL)
    monkeypatch.setitem(__import__("sys").modules, "exchange_calendars", None)  # importing it would now raise
    second = Calendars(tmp_path).sessions("XLON", UNTIL)
    assert second.frame.equals(first.frame)
    assert [file.suffix for file in tmp_path.iterdir()] == [".parquet"]


def test_a_file_that_ends_too_early_is_made_anew(tmp_path: Path) -> None:
    Calendars(tmp_path).sessions("XLON", date(2021, 6, 1))
    assert Calendars(tmp_path).sessions("XLON", date(2024, 6, 3)).close_of(date(2024, 6, 3)) is not None


def test_an_unknown_market_misses_nothing(calendars: Calendars) -> None:
    unknown = calendars.sessions("unknown", UNTIL)
    assert not unknown.frame["required"].any()
    assert unknown.close_of(date(2024, 6, 2)) is not None


@needs_shared
@pytest.mark.parametrize("name", ["SPY", "DIA", "AAPL", "IBM", "EWC"])
def test_new_yorks_calendar_is_what_traded(calendars: Calendars, name: str) -> None:
    traded = pl.read_csv(SHARED / "bars" / f"{name}.csv", try_parse_dates=True)["date"]
    days = traded.sort().to_list()
    assert sessions_between(calendars, "XNYS", days[0], days[-1]) == days


@needs_shared
def test_gold_futures_miss_few_sessions_and_none_is_extra(calendars: Calendars) -> None:
    traded = set(pl.read_csv(SHARED / "bars" / "GC=F.csv", try_parse_dates=True)["date"])
    first, last = min(traded), max(traded)
    assert not traded - set(sessions_between(calendars, "futures", first, last, required=False))
    assert len(set(sessions_between(calendars, "futures", first, last)) - traded) == 9
