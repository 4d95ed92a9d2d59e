"""`sdengine orders`: what rests after the last bar, as a table, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.flows.nights import DAYS, FIRST, command, hold, make_home, night, write_scenarios
from warehouse import Results

R = 2 ** (1 / 8) - 1


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a night on which SAW stopped trading twenty days before the end."""
    home = make_home(tmp_path_factory.mktemp("orders"))
    lines = (home / "bars" / "SAW.csv").read_text().splitlines()
    (home / "bars" / "SAW.csv").write_text("\n".join(lines[: DAYS - 19]) + "\n")
    night(home)
    return home


def rows(home: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(command(home, "orders", *words, "--format", "csv").stdout)))


def test_every_order_of_every_scenario(home: Path) -> None:
    orders = rows(home)
    with Results.open(home / "data") as results:
        sql = "select count(*) from backtest.orders join backtest.runs using (run_id) where role = 'scenario'"
        assert len(orders) == results.scalar(sql) > 0
    assert {row["scenario"] for row in orders} == {"full", "grid[sd_n=4]", "grid[sd_n=16]"}  # hold places none
    assert [row["side"] for row in orders[:4]] == ["buy", "sell", "buy", "sell"]
    assert [row["ticker"] for row in orders[:4]] == ["UP", "UP", "SAW", "SAW"]  # in the order of adding


def test_limits_stand_around_the_anchor(home: Path) -> None:
    with Results.open(home / "data") as results:
        sql = """select anchor, holdings, close from backtest.asset_days join backtest.runs using (run_id)
                 where scenario = 'full' and ticker = 'UP' order by date desc limit 1"""
        anchor, holdings, close = results.rows(sql)[0]
    buy, sell = (row for row in rows(home, "full") if row["ticker"] == "UP")
    assert float(buy["limit_price"]) == pytest.approx(anchor / (1 + R))
    assert float(sell["limit_price"]) == pytest.approx(anchor * (1 + R))
    assert float(buy["qty"]) == pytest.approx(R * holdings * 0.5)
    assert float(sell["qty"]) == pytest.approx(R * holdings * 0.5 / (1 + R))
    assert float(buy["distance"]) == pytest.approx(anchor / (1 + R) / close - 1)
    assert float(buy["last_close"]) == close


def test_a_ticker_that_stopped_trading_is_flagged(home: Path) -> None:
    last, stopped = FIRST + timedelta(days=DAYS - 1), FIRST + timedelta(days=DAYS - 21)
    for row in rows(home):
        assert row["as_of"] == str(last)
        assert date.fromisoformat(row["last_bar"]) == (stopped if row["ticker"] == "SAW" else last)
        assert row["stopped"] == str(row["ticker"] == "SAW").lower()
    table = command(home, "orders", "full").stdout
    assert f"SAW has stopped trading: its last bar is of {stopped}, and it is carried at that close" in table
    assert "UP has stopped" not in table
    text = command(home, "explain", "full", str(last), "SAW").stdout
    assert "SAW has no bar on this day, though other assets have; it does nothing" in text
    assert f"last bar  {stopped}, and there has been none since: it has stopped trading" in text


def test_table_json_and_names(home: Path) -> None:
    records = json.loads(command(home, "orders", "grid", "--format", "json").stdout)
    assert len(records) == 8
    assert {row["scenario"] for row in records} == {"grid[sd_n=4]", "grid[sd_n=16]"}
    one = command(home, "orders", records[0]["run_id"][:12]).stdout
    lines = one.splitlines()
    assert lines[0].startswith(f"the last bar is of {FIRST + timedelta(days=DAYS - 1)}, ")
    assert lines[2].split()[:5] == ["scenario", "ticker", "side", "shares", "limit"]
    assert "no order rests: these runs place none" in command(home, "orders", "hold").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("orders", "ful"), "run ful: no scenario is called so and no run_id begins so; did you mean full?"),
        (("orders", "full", "--format", "xml"), "allowed are table, csv, json"),
        (("explain", "full", "yesterday", "UP"), "date yesterday: allowed is YYYY-MM-DD, such as 2008-10-10"),
        (("explain", "full", "2024-01-05", "UPP"), "did you mean UP?; it has UP, SAW"),
    ],
)
def test_wrong_names_are_2_in_one_sentence(home: Path, words: tuple[str, ...], sentence: str) -> None:
    done = command(home, *words, check=2)
    assert sentence in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    write_scenarios(tmp_path / "scenarios", hold=hold())
    (tmp_path / "bars").mkdir()
    done = command(tmp_path, "orders", check=1)
    assert "run" in done.stderr
    assert "Traceback" not in done.stderr
