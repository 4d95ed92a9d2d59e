"""Holds the text of an explanation against the tables, figure by figure, and the limits against their formula."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import Any

from warehouse import Results

NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:e-\d+)?(?![\w-])")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
Row = dict[str, Any]


def figures(text: str) -> list[str]:
    """Every number of a text, dates aside, as it is written."""
    return NUMBER.findall(DATE.sub("", text))


def figures_of(text: str, pattern: str) -> list[float]:
    """Read the groups of the pattern as numbers."""
    match = re.search(pattern, text)
    assert match is not None, text
    return [float(group.replace(",", "")) for group in match.groups()]


def rows_of(results: Results, sql: str, **values: Any) -> list[Row]:
    return list(results.records(sql, values))


def limits(asset: Row, position: Row) -> dict[str, tuple[float, float]]:
    """Both orders of `sdengine/RULES.md`, from the recorded anchor, holdings and NAV: side -> (limit, quantity)."""
    r = 2.0 ** (1.0 / asset["sd_n"]) - 1.0
    bracket = r * position["holdings"] * asset["profit_sharing_pct"] / 100.0
    lot, anchor, orders = asset["lot_size"], position["anchor"], {}

    def lots(qty: float) -> float:
        return qty if lot == 0 else math.floor(qty / lot + 1e-9) * lot

    if asset["variant"] in ("full", "ath_sell") and lots(bracket) > 0:
        orders["buy"] = (anchor / (1 + r), lots(bracket))
    sold = min(lots(bracket / (1 + r)), position["holdings"])
    if asset["variant"] != "buy_and_hold" and sold > 0:
        limit = anchor * (1 + r)
        limit = max(limit, position["nav"]) if asset["variant"] == "ath_sell" else limit
        orders["sell"] = (limit, sold)
    return orders


def rests(order: tuple[float, float], portfolio: Row) -> bool:
    """Tell whether a sell rests: it does where it brings more than it costs at its limit."""
    price = order[0] * (1 - portfolio["slippage_bps"] / 1e4)
    costs = portfolio["commission"] + portfolio["commission_per_share"] * order[1]
    return order[1] * price > costs + portfolio["commission_bps"] / 1e4 * order[1] * price


def agrees(written: str, value: float) -> bool:
    """Check that a number as written is the value, rounded to the decimals that it is written with."""
    decimals = len(written.partition(".")[2]) if "e" not in written else 12
    return abs(float(written.replace(",", "")) - value) <= 0.5000001 * 10.0**-decimals + 1e-12 * abs(value)


def check_text(results: Results, run_id: str, day: dt.date, ticker: str, lines: list[str]) -> None:
    """Assert that every figure is a table's, every row of the asset is told in order, and the limits are right."""
    run = rows_of(results, "select * from backtest.runs where run_id = $run", run=run_id)[0]
    parameters = json.loads(run["parameters"])
    asset = next(asset for asset in parameters["assets"] if asset["ticker"] == ticker)
    named = {"run": run_id, "ticker": ticker, "day": day}
    upto = "where run_id = $run and date <= $day order by"
    fills = rows_of(results, f"from backtest.fills {upto} seq", run=run_id, day=day)
    before = [parameters["portfolio"]["initial_cash"], *(row["bank_after"] for row in fills)]
    today = [(bank, row) for bank, row in zip(before, fills, strict=False) if row["date"] == day]
    where = "where run_id = $run and ticker = $ticker and date <= $day order by date desc limit 2"
    positions = rows_of(results, f"from backtest.asset_days {where}", **named)
    days = rows_of(results, f"from backtest.portfolio_days {upto} date desc limit 2", run=run_id, day=day)
    quoted = "select open, high, low, close from clean.bars where ticker = $ticker and date = $day"
    bar = rows_of(results, quoted, ticker=ticker, day=day)
    spread = rows_of(
        results,
        "select sell_premium, buy_premium, spread from backtest.opportunities where run_id = $run and date = $day",
        run=run_id,
        day=day,
    )

    pool: list[float] = []
    for row in [*positions, *days, *bar]:
        pool += [value for value in row.values() if isinstance(value, float)]
        pool += [100.0 * row[name] for name in ("weight", "nav_premium") if row.get(name) is not None]
    for bank, row in today:
        pool += [bank, -row["total"], 100.0 * row["nav_premium"]]
        pool += [value for value in row.values() if isinstance(value, float)]
        costs = parameters["portfolio"]
        whole = row["qty"] * row["price"] * (1.0 + costs["commission_bps"] / 1e4)
        pool.append(whole + costs["commission"] + costs["commission_per_share"] * row["qty"])
    for row in spread:
        pool += [100.0 * value for value in row.values()]
    pool += [100.0 * edge for edge in asset["band"] or ()] + [asset["lot_size"]]
    pool += [(parameters["withdrawal"] or {}).get("coverage_ratio_min", 0.0)]
    expected = [limits(asset, position) for position in positions]
    pool += [value for orders in expected for pair in orders.values() for value in pair]

    text = "\n".join(lines[1:])
    dynamic = parameters["dynamic_sd_n"] is not None
    for written in figures(re.sub(r"^(orders|next|.*nothing:).*$", "", text, flags=re.M) if dynamic else text):
        assert any(agrees(written, value) for value in pool), (run["scenario"], day, ticker, written, text)
    at = 0
    for _, row in today:
        if row["ticker"] == ticker:
            at = text.find(row["action"], at) + 1
            assert at, (row, text)
    assert text.count("nothing: ") == (
        bar != []
        and len(positions) == 2
        and not any(
            row["ticker"] == ticker and row["action"] in ("BUY", "SELL", "SKIP_BUY", "SKIP_BAND") for _, row in today
        )
    )
    silent = parameters["portfolio"]["rebalancing_mode"] == "rebalancing" and not parameters["rebalancing"]["signals"]
    for label, orders in zip(("next", "orders"), expected, strict=False):
        line = next(line for line in lines if line.startswith(label))
        for side in ("buy", "sell"):
            match = re.search(rf"\b{side} ([\d.,]+) at ([\d.,]+\d)", line)
            if dynamic:
                continue
            resting = side in orders and (side == "buy" or rests(orders[side], parameters["portfolio"]))
            assert (match is not None) == (resting and not silent), (side, line, orders)
            if match is not None:
                limit, qty = orders[side]
                assert agrees(match[1], qty), (line, orders)
                assert agrees(match[2], limit), (line, orders)
    check_path(lines, bar, parameters["portfolio"]["path"], entered=len(positions) == 1)


def check_path(lines: list[str], bar: list[Row], path: str, *, entered: bool) -> None:
    """List the four prices in the order of the rule, in five digits."""
    paths = [line for line in lines if line.startswith("path")]
    assert len(paths) == (0 if entered or not bar else 1)
    if not paths or path in ("calm", "busy", "random"):
        return
    high_first = path == "high_first" or (
        path == "nearest" and bar[0]["high"] - bar[0]["open"] <= bar[0]["open"] - bar[0]["low"]
    )
    order = ("open", "high", "low", "close") if high_first else ("open", "low", "high", "close")
    written = paths[0].removeprefix("path").partition(", by ")[0].split("→")
    assert all(agrees(text.strip(), bar[0][name]) for text, name in zip(written, order, strict=True)), (paths, bar)
