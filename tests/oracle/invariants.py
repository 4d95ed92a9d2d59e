"""What always holds (`sdengine/RULES.md`, "What always holds"), checked on the tables of a run, whoever made them.

Everything is worked out again from the rows of fills and the bars alone: cash and shares are replayed row by row.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from tests.oracle.path import nearer_is_high, short_walk
from tests.oracle.state import Bar

Row = dict[str, Any]
Tables = dict[str, list[Row]]

BUYS = {"INITIAL_BUY", "BUY", "REBALANCE_BUY", "ARBITRAGE_BUY"}
SELLS = {"SELL", "REBALANCE_SELL", "ARBITRAGE_SELL", "FUNDING_SELL"}
CASH = {"DIVIDEND", "INTEREST", "TAX", "WITHDRAWAL"}
SKIPS = {"SKIP_BUY", "SKIP_BAND", "SKIP_WITHDRAWAL"}


def change_of_bank(row: Row) -> float:
    """Work out what one row of fills does to the bank."""
    if row["action"] in BUYS:
        return -float(row["total"]) - float(row["costs"])
    if row["action"] in SELLS:
        return float(row["total"]) - float(row["costs"])
    assert row["action"] in CASH | SKIPS, row
    return float(row["total"])


def change_of_holdings(row: Row) -> float:
    """Work out what one row of fills does to the shares of its ticker."""
    return float(row["qty"]) * ((row["action"] in BUYS) - (row["action"] in SELLS))


def size_of(scenario: Row, fills: list[Row]) -> float:
    """Return the money that went through the books: what a relative error is relative to."""
    return float(scenario["portfolio"]["initial_cash"]) + math.fsum(abs(r["total"]) for r in fills)


def check_bank(scenario: Row, tables: Tables) -> None:
    """Check that the bank is, after every row, the initial cash and all that came and went, and stays above zero."""
    cash, fills = scenario["portfolio"]["initial_cash"], tables["fills"]
    slack = 1e-12 * size_of(scenario, fills) + 1e-9
    margin, overdrawn = scenario["portfolio"].get("allow_margin", False), False
    before = cash
    for row in fills:
        assert math.isclose(row["bank_after"], before + change_of_bank(row), rel_tol=1e-9, abs_tol=slack), row
        overdrawn = overdrawn or (row["action"] == "INITIAL_BUY" and row["bank_after"] < 0)
        assert row["action"] not in SELLS or row["total"] > row["costs"], row
        assert margin or overdrawn or row["bank_after"] >= -slack, row
        if row["action"] in {"BUY", "REBALANCE_BUY", "WITHDRAWAL", "TAX"} and not margin:
            assert row["bank_after"] >= -slack, row
        before = row["bank_after"]
    whole = cash + math.fsum(change_of_bank(row) for row in fills)
    assert math.isclose(tables["portfolio_days"][-1]["bank"], whole, rel_tol=1e-6, abs_tol=slack)


def check_holdings(scenario: Row, tables: Tables) -> None:
    """Shares are the sum of the open lots, never negative; each sale is the sum of the pieces it took."""
    held: dict[str, float] = defaultdict(float)
    bought: dict[str, float] = defaultdict(float)
    for row in tables["fills"]:
        if row["ticker"] is not None:
            held[row["ticker"]] += change_of_holdings(row)
            bought[row["ticker"]] += max(change_of_holdings(row), 0)
            slack = 1e-9 * bought[row["ticker"]]
            assert math.isclose(row["holdings_after"], held[row["ticker"]], rel_tol=1e-9, abs_tol=slack), row
            assert row["holdings_after"] >= 0, row
            held[row["ticker"]] = row["holdings_after"]
    still_open: dict[str, float] = defaultdict(float)
    taken: dict[int, float] = defaultdict(float)
    for lot in tables["lots"]:
        assert lot["qty"] >= 0, lot
        assert lot["opened_by"] in BUYS
        if lot["closed_on"] is None:
            still_open[lot["ticker"]] += lot["qty"]
        else:
            taken[lot["close_seq"]] += lot["qty"]
            assert lot["closed_on"] >= lot["opened_on"]
    for ticker, qty in held.items():
        assert math.isclose(still_open[ticker], qty, rel_tol=1e-9, abs_tol=1e-9 * bought[ticker]), ticker
    sales = {row["seq"]: row for row in tables["fills"] if row["action"] in SELLS}
    assert set(taken) == set(sales)
    for seq, qty in taken.items():
        assert math.isclose(qty, sales[seq]["qty"], rel_tol=1e-9, abs_tol=1e-9 * bought[sales[seq]["ticker"]])


def check_gains(scenario: Row, tables: Tables) -> None:
    """All proceeds, net of costs, are the cost of what was sold plus its gain."""
    proceeds = math.fsum(change_of_bank(row) for row in tables["fills"] if row["action"] in SELLS)
    sold = [lot for lot in tables["lots"] if lot["closed_on"] is not None]
    explained = math.fsum(lot["qty"] * lot["unit_cost"] + lot["gain"] for lot in sold)
    assert math.isclose(proceeds, explained, rel_tol=1e-9, abs_tol=1e-9 * size_of(scenario, tables["fills"]))


def days_of(bars: list[Row], scenario: Row) -> Iterator[tuple[date, dict[str, Row]]]:
    """Return the bars of the scenario's window, date by date."""
    tickers = {a["ticker"] for a in scenario["assets"]}
    start, end = scenario["portfolio"].get("start"), scenario["portfolio"].get("end")
    by_date: dict[date, dict[str, Row]] = defaultdict(dict)
    for bar in bars:
        inside = (start is None or bar["date"] >= start) and (end is None or bar["date"] <= end)
        if inside and bar["ticker"] in tickers:
            by_date[bar["date"]][bar["ticker"]] = bar
    yield from sorted(by_date.items())


def check_values(scenario: Row, tables: Tables, bars: list[Row]) -> None:
    """Total value = bank + holdings x last close; NAV value = holdings x highest price since the entry."""
    fills = tables["fills"]
    held: dict[str, float] = defaultdict(float)
    close: dict[str, float] = defaultdict(float)
    nav: dict[str, float] = {}
    bank, position = scenario["portfolio"]["initial_cash"], 0
    calendar = list(days_of(bars, scenario))
    assert [day["date"] for day in tables["portfolio_days"]] == [today for today, _ in calendar]
    for day, (today, market) in zip(tables["portfolio_days"], calendar, strict=True):
        withdrawn = 0.0
        while position < len(fills) and fills[position]["date"] == today:
            row = fills[position]
            if row["ticker"] is not None:
                held[row["ticker"]] = row["holdings_after"]
            bank = row["bank_after"]
            withdrawn -= row["total"] if row["action"] == "WITHDRAWAL" else 0.0
            position += 1
        for ticker, bar in market.items():
            nav[ticker] = max(nav[ticker], bar["high"]) if ticker in nav else bar["close"]
            close[ticker] = bar["close"]
        size = abs(bank) + sum(held[t] * nav[t] for t in nav)
        for column, value in (
            ("bank", bank),
            ("withdrawn", withdrawn),
            ("total_value", bank + sum(held[t] * close[t] for t in nav)),
            ("nav_value", sum(held[t] * nav[t] for t in nav)),
        ):
            assert math.isclose(day[column], value, rel_tol=1e-9, abs_tol=1e-11 * size), (today, column, day, value)
    assert position == len(fills), "rows on days that are none, or out of order"


def check_path(scenario: Row, tables: Tables, bars: list[Row]) -> None:
    """Check that a bar's own fills follow its path: their runs of buys and sells match the legs, one after the other.

    At the open either side may fill (a gap has come from anywhere); after it a run of buys needs a falling leg and a
    run of sells a rising one, so the runs alternate at most as often as the path turns. No price lies outside the bar.
    Orders that are laid over night fill once each. A path drawn at random turns as often as it likes.
    """
    path = scenario["portfolio"].get("path", "nearest")
    once = scenario["portfolio"].get("requote") == "nightly"
    slippage = scenario["portfolio"].get("slippage_bps", 0) / 1e4
    market = {(b["ticker"], b["date"]): b for b in bars}
    runs: dict[tuple[str, date], list[str]] = defaultdict(list)
    for row in tables["fills"]:
        if row["action"] in ("BUY", "SELL"):
            key = (row["ticker"], row["date"])
            price = row["price"] / (1 + slippage if row["action"] == "BUY" else 1 - slippage)
            assert market[key]["low"] * (1 - 1e-12) <= price <= market[key]["high"] * (1 + 1e-12), row
            if once or not runs[key] or runs[key][-1] != row["action"]:
                runs[key].append(row["action"])
    for key, sides in runs.items():
        if once:
            assert len(sides) == len(set(sides)), (key, sides)
        if path == "random":
            continue
        b = market[key]
        bar = Bar(b["open"], b["high"], b["low"], b["close"], 0.0)
        first = {"high_first": [True], "low_first": [False], "nearest": [nearer_is_high(bar)]}
        walks = [short_walk(bar, high_first) for high_first in first.get(path, [True, False])]
        legs = [["BUY" if to < start else "SELL" for start, to in pairwise(walk) if to != start] for walk in walks]
        assert any(follows(sides, one) or follows(sides[1:], one) for one in legs), (key, sides, legs)


def follows(runs: list[str], legs: list[str]) -> bool:
    """Do the runs occur among the legs, in their order?"""
    remaining = iter(legs)
    return all(any(leg == run for leg in remaining) for run in runs)


def check_all(scenario: Row, tables: Tables, bars: list[Row]) -> None:
    """Every invariant."""
    assert [row["seq"] for row in tables["fills"]] == list(range(len(tables["fills"])))
    check_bank(scenario, tables)
    check_holdings(scenario, tables)
    check_gains(scenario, tables)
    check_values(scenario, tables, bars)
    check_path(scenario, tables, bars)
