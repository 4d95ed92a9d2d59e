"""What is known is not lost, from a folder of files to what can be trusted: rows left out, dividends, repetitions."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.results.data import data_table
from flows.settings import Settings
from flows.stages import INGEST, VALIDATE
from warehouse import Warehouse

SCENARIO = """
[portfolio]
initial_cash = 10000
[[assets]]
ticker = "OWN"
asset_class = "crypto"
weight = 1.0
"""
FIRST = date(2024, 1, 1)
DAYS = 40
Night = Callable[[list[str]], NightOutcome]


def row(day: int, scale: float = 1.0, volume: float = 1000.0, dividend: float | str = "") -> str:
    """Write one bar around a close that climbs by one a day from 100, on this scale; four decimals."""
    close = 100.0 + day
    prices = ",".join(f"{(close + gap) * scale:.4f}" for gap in (-0.5, 1.0, -1.0, 0.0))
    return f"{FIRST + timedelta(days=day)},{prices},{volume:g},{dividend}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a folder with a scenario and an empty folder of files."""
    (tmp_path / "own.toml").write_text(SCENARIO)
    (tmp_path / "bars").mkdir()
    return tmp_path


@pytest.fixture
def night(home: Path) -> Night:
    """Write the file of OWN and let a night read and judge it."""
    settings = Settings(home / "data", home / "own.toml", source="files", files=home / "bars")

    def run(rows: list[str]) -> NightOutcome:
        (home / "bars" / "OWN.csv").write_text("\n".join(["Date,Open,High,Low,Close,Volume,Dividends", *rows]) + "\n")
        return run_night(Request(settings, stages=(INGEST, VALIDATE)), Listener())

    return run


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with Warehouse.open(home / "data") as warehouse:
        return warehouse.rows(sql)


def failed(home: Path) -> dict[str, int]:
    """Find the rules that found something, with how many rows."""
    return dict(asked(home, "select rule, rows_failed from clean.checks where rows_failed > 0"))


EVERY = [row(day) for day in range(DAYS)]


def test_a_bar_that_the_file_has_lost_stays_trusted_and_is_flagged(home: Path, night: Night) -> None:
    night(EVERY)
    night(EVERY[:20] + EVERY[21:])
    lost = FIRST + timedelta(days=20)
    assert asked(home, f"select close from clean.bars where date = '{lost}'") == [(120.0,)]
    assert failed(home) == {"bar_left_out": 1}
    with Warehouse.open(home / "data") as warehouse:
        [told] = data_table(warehouse, today=lost).to_dicts()
    assert (told["bars"], told["trusted"], told["left_out"], told["found"]) == (DAYS, DAYS, 1, "bar_left_out 1")
    again = night(EVERY[:20] + EVERY[21:])
    assert [stage.status for stage in again.stages] == ["skipped", "skipped"], "run it again: nothing is done"
    night(EVERY)
    assert failed(home) == {}


def test_a_bar_that_is_given_without_its_volume_is_not_said_to_be_gone(home: Path, night: Night) -> None:
    night(EVERY)
    night([*EVERY[:-1], EVERY[-1].replace(",1000,", ",,")])
    [(detail,)] = asked(home, "select detail from clean.checks where rule = 'bar_left_out'")
    assert detail == "2024-02-09: the source's last answer left it out, or a number of it; it is kept"
    assert asked(home, "select volume from clean.bars order by date desc limit 1") == [(1000.0,)]


def test_a_bar_that_was_lost_between_two_scales_is_set_aside(home: Path, night: Night) -> None:
    night(EVERY)
    night([row(day, 0.98 if day < 20 else 1.0) for day in range(DAYS) if day != 20])
    lost = FIRST + timedelta(days=20)
    assert asked(home, f"select count(*) from clean.bars where date = '{lost}'") == [(0,)]
    assert asked(home, "select date, rule from clean.rejects") == [(lost, "bar_set_aside")]
    assert asked(home, f"select close from raw.bars where date = '{lost}'") == [(120.0,)]


def test_a_dividend_that_the_file_has_lost_is_still_paid(home: Path, night: Night) -> None:
    night([row(day, dividend=0.24 if day == 10 else "") for day in range(DAYS)])
    night(EVERY)
    assert asked(home, "select date, value from clean.actions") == [(FIRST + timedelta(days=10), 0.24)]
    assert failed(home) == {"action_left_out": 1}


def test_a_dividend_told_in_a_column_and_in_a_file_of_its_own_is_one(home: Path, night: Night) -> None:
    day = FIRST + timedelta(days=10)
    (home / "bars" / "OWN_dividends.csv").write_text(f"Date,Dividends\n{day},0.24\n")
    rows = [row(n, dividend=0.23999999463558197 if n == 10 else "") for n in range(DAYS)]
    night(rows)
    assert asked(home, "select date, value from clean.actions") == [(day, 0.24)]
    assert night(rows).stages[0].status == "skipped"
    assert asked(home, "select count(*) from raw.revisions") == [(0,)]


def test_a_dividend_without_a_trusted_bar_is_paid_at_the_next_one(home: Path, night: Night) -> None:
    rows = [row(day) for day in range(DAYS)]
    rows[10] = f"{FIRST + timedelta(days=10)},,,,,,1.0"
    night(rows)
    assert asked(home, "select date, value from clean.actions") == [(FIRST + timedelta(days=11), 1.0)]
    assert failed(home)["dividend_without_bar"] == 1


@pytest.mark.parametrize("order", [1, -1])
def test_a_date_given_twice_is_compared_in_any_order(home: Path, night: Night, order: int) -> None:
    night([*EVERY, row(DAYS - 1, volume=900.0)])
    again = night([*EVERY, row(DAYS - 1, volume=900.0)][::order])
    assert again.stages[0].status == "skipped"
    assert asked(home, "select count(*) from raw.revisions") == [(0,)]
    assert asked(home, "select count(*) from clean.bars") == [(DAYS,)], "the day is kept"


def test_bars_of_a_file_that_lack_are_never_asked_for_alone(home: Path, night: Night) -> None:
    night(EVERY[:20] + EVERY[21:])
    assert asked(home, "select count(*) from raw.holes") == [(0,)]
