"""`sdengine orders`: what rests after the last bar, as a table, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.results.holdings import scale
from tests.flows.cli.home import ask, records
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


def test_what_is_not_to_be_placed_stands_apart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked on the day after the last bar, UP is live; SAW has stopped; a month later nothing is live."""
    last = FIRST + timedelta(days=DAYS - 1)
    monkeypatch.setattr("flows.cli.orders.today", lambda: last + timedelta(days=1))
    text = ask(home, monkeypatch, "orders", "full").stdout
    assert text.splitlines()[0] == f"the last bar is of {last}, 1 day old"
    live, other = text.split("\nlive\n")[1].split("\nnot to be placed\n")
    assert "UP" in live
    assert "SAW" not in live
    assert "SAW" in other
    states = {(row["ticker"], row["state"]) for row in records(home, monkeypatch, "orders", "full")}
    assert states == {("UP", "live"), ("SAW", "stopped")}
    monkeypatch.setattr("flows.cli.orders.today", lambda: last + timedelta(days=8))
    text = ask(home, monkeypatch, "orders", "full").stdout
    assert text.startswith(f"the last bar is of {last}, 8 days old: these orders rested then")
    assert "\nlive\n" not in text
    assert "\nnewer bars, once there are newer files:\n  sdengine run\n" in text, "whole, on a line of its own"


def test_worth_is_shares_at_their_limit(home: Path) -> None:
    for row in rows(home, "full"):
        assert float(row["worth"]) == pytest.approx(float(row["qty"]) * float(row["limit_price"]))


def test_what_one_owns_scales_the_orders(home: Path, tmp_path: Path) -> None:
    with Results.open(home / "data") as results:
        sql = (
            "select holdings from metrics.assets join backtest.runs using (run_id) where scenario = $1 and ticker = $2"
        )
        held = results.scalar(sql, ["full", "UP"])
    whole = {row["side"]: float(row["qty"]) for row in rows(home, "full") if row["ticker"] == "UP"}
    for name, text in (("mine.csv", f"Ticker, Shares\nUP, {held / 4}\n"), ("mine.toml", f"UP = {held / 4}\n")):
        (tmp_path / name).write_text(text)
        done = command(home, "orders", "full", "--holdings", str(tmp_path / name), "--format", "csv")
        scaled = list(csv.DictReader(io.StringIO(done.stdout)))
        assert {row["side"]: float(row["qty"]) for row in scaled} == pytest.approx(
            {side: qty / 4 for side, qty in whole.items()}  # a quarter is owned, and any fraction trades
        )
        assert {row["ticker"] for row in scaled} == {"UP"}
        assert "SAW is not in " + name in done.stderr


def order(**changes: Any) -> dict[str, Any]:
    return {"ticker": "UP", "side": "sell", "qty": 10.0, "limit_price": 5.0, "lot_size": 1.0} | changes


def test_scaled_orders_are_whole_lots_and_sell_no_more_than_is_owned(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    # 10 of 100 held is 2.5 of 25 owned: 2 whole lots, worth 10
    found = scale([order()], {"UP": 25.0}, file, {"UP": 100.0})
    assert [(one["qty"], one["worth"], one["owned"], one["scenario_qty"]) for one in found.orders] == [(2, 10, 25, 10)]
    found = scale([order(qty=150.0)], {"UP": 25.0}, file, {"UP": 100.0})
    assert [one["qty"] for one in found.orders] == [25]
    found = scale([order()], {"UP": 5.0}, file, {"UP": 100.0})
    assert found.orders == []
    assert "less than one lot" in found.remarks[0]
    found = scale([order(), order(side="buy")], {"UP": 0.0}, file, {"UP": 100.0})
    assert found.remarks == ["UP: you own none, so that its orders cannot be scaled"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "", "line 1: its columns are none; allowed is a CSV file with the columns ticker and quantity"),
        ("a.csv", "ticker;quantity\nUP;5\n", "line 1: its columns are ticker;quantity; allowed is"),
        ("a.csv", "ticker,quantity\nUP,many\n", "line 2: the quantity of UP is 'many'; allowed is a number such as"),
        ("a.csv", "ticker,quantity\nUP,-1\n", "line 2: the quantity of UP is '-1'"),
        ("a.csv", "ticker,quantity\nUP,nan\n", "line 2: the quantity of UP is 'nan'"),
        ("a.csv", "ticker,quantity\nUP\n", "line 2: 1 values where the first line names 2 columns"),
        ("a.csv", "ticker,quantity\nUP,1\n\nUP,2\n", "line 4: UP stands there twice; allowed is once"),
        ("a.csv", "ticker,quantity\n,2\n", "line 2: there is no ticker"),
        ("a.csv", "ticker,quantity\nABC,2\n", "none of ABC is an asset of this scenario; it has UP, SAW"),
        ("a.csv", "ticker,quantity\n", "there is no ticker in it"),
        ("a.toml", "UP 5", "is not valid TOML"),
        ("a.toml", "UP = true", "key UP: the quantity of UP is True"),
        ("a.toml", "BRK.B = 5", 'BRK: it is a table; allowed is a number, and "BRK.B" for a name with a dot'),
    ],
)
def test_holdings_that_cannot_be_meant_are_refused_with_their_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, sentence: str
) -> None:
    (tmp_path / name).write_text(text)
    done = ask(home, monkeypatch, "orders", "full", "--holdings", str(tmp_path / name))
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_holdings_need_a_file_and_one_scenario(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ask(home, monkeypatch, "orders", "full", "--holdings", str(tmp_path / "none.csv"))
    assert (done.exit_code, "cannot be read: No such file or directory" in done.stderr) == (2, True)
    (tmp_path / "a.toml").write_text("UP = 1")
    done = ask(home, monkeypatch, "orders", "--holdings", str(tmp_path / "a.toml"))
    assert (done.exit_code, "no scenario is named: name the one that you follow" in done.stderr) == (2, True)
    done = ask(home, monkeypatch, "orders", "grid", "--holdings", str(tmp_path / "a.toml"))
    assert (done.exit_code, "grid is 2 runs" in done.stderr) == (2, True)
