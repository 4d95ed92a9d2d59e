"""Random scenarios over every feature of the engine; each feature can be left out, so a failure shrinks to few."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.strategies.markets import TICKERS, Bars, markets

Table = dict[str, Any]

VARIANTS = ("full", "ath_only", "ath_sell", "buy_and_hold")
PATHS = ("nearest", "high_first", "low_first", "calm", "busy", "random")
REQUOTES = ("at_once", "nightly")
MODES = ("nav_opportunistic", "simple", "rebalancing", "hybrid")
FUNDINGS = ("bank", "highest_premium", "overweight", "pro_rata", "least_tax")
LOT_METHODS = ("lifo", "fifo", "hifo", "lofo")


def rarely(strategy: st.SearchStrategy[Any], nothing: Any) -> st.SearchStrategy[Any]:
    """`nothing` more often than not, and first when a failure shrinks."""
    return st.one_of(st.just(nothing), st.just(nothing), strategy)


def portfolios() -> st.SearchStrategy[Table]:
    """Draw the `[portfolio]` table."""
    return st.fixed_dictionaries(
        {
            "initial_cash": st.sampled_from((100_000.0, 5_000.0, 1_234_567.0)),
            "rebalancing_mode": st.sampled_from(MODES),
            "path": st.sampled_from(PATHS),
            "requote": st.sampled_from(REQUOTES),
            "seed": st.sampled_from((1, 2, 2**40)),
            "signal_price": st.sampled_from(("close", "prev_close")),
            "cash_rate": rarely(st.sampled_from((0.03, 0.1)), 0.0),
            "margin_rate": rarely(st.sampled_from((0.05, 0.12)), 0.0),
            "allow_margin": rarely(st.just(True), False),
            "on_insufficient_cash": rarely(st.just("partial"), "skip"),
            "slippage_bps": rarely(st.sampled_from((5, 50)), 0),
            "commission": rarely(st.sampled_from((1.0, 5.0)), 0),
            "commission_bps": rarely(st.sampled_from((2, 25)), 0),
            "commission_per_share": rarely(st.sampled_from((0.005, 0.02)), 0),
            "lot_method": st.sampled_from(LOT_METHODS),
        }
    )


@st.composite
def assets_table(draw: st.DrawFn, count: int, portfolio: Table, targets: bool, bands: bool) -> list[Table]:
    """Draw the `[[assets]]` tables: the weights leave some cash, or overdraw it a little."""
    share = draw(st.sampled_from((0.6, 0.3, 0.98, 1.2)))
    target_share = draw(st.sampled_from((0.9, 0.5, 1.0))) / count
    tables = []
    for ticker in TICKERS[:count]:
        table: Table = {
            "ticker": ticker,
            "sd_n": draw(st.sampled_from((8, 4, 12, 20, 1, 2.5))),
            "profit_sharing_pct": draw(st.sampled_from((50.0, 25.0, 100.0, 150.0, 200.0))),
            "variant": draw(st.sampled_from(("full", "full", *VARIANTS))),
            "lot_size": draw(st.sampled_from((1.0, 1e-8, 0.0, 10.0))),
        }
        kind = draw(st.sampled_from(("weight", "value", "quantity")))
        if kind == "weight":
            table["weight"] = round(min(share, 1.0) / count, 6)
        elif kind == "value":
            table["value"] = round(share * portfolio["initial_cash"] / count, 2)
        else:
            table["quantity"] = draw(st.sampled_from((100.0, 10.0, 1000.0)))
        if targets:
            table["target"] = round(target_share * draw(st.sampled_from((1.0, 0.5))), 6)
        if bands:
            table["band"] = draw(st.sampled_from(([0.1, 0.5], [0.0, 0.3], [0.15, 0.2], [0.15, 1.0])))
        tables.append(table)
    return tables


def amounts() -> dict[str, st.SearchStrategy[Table]]:
    """Draw, for each spending rule, how it is asked for and what it alone takes; two are also known by their amount."""
    amount = st.fixed_dictionaries({"monthly_amount": st.sampled_from((500.0, 50.0, 20_000.0))})
    rate = st.fixed_dictionaries({"rate": st.sampled_from((0.04, 0.3))})
    first_rate = st.fixed_dictionaries({"initial_rate": st.sampled_from((0.04, 0.3))})
    years = st.fixed_dictionaries(
        {
            "rule": st.just("vpw"),
            "years": st.sampled_from((1, 2, 3, 30)),
            "stock_share": rarely(st.sampled_from((0.0, 0.9)), None),
            "stock_return": rarely(st.sampled_from((0.0, 0.08)), None),
            "bond_return": rarely(st.sampled_from((0.0, -0.01)), None),
        }
    )
    decided = st.fixed_dictionaries(
        {
            "rule": st.just("guyton_klinger"),
            "initial_rate": st.sampled_from((0.04, 0.3)),
            "years": st.sampled_from((30, 17, 2)),
            "inflation": st.sampled_from((0.0, 0.03, 0.2)),
            "inflation_cap": rarely(st.sampled_from((0.0, 0.15)), None),
            "upper_guardrail": rarely(st.sampled_from((0.05, 0.5)), None),
            "lower_guardrail": rarely(st.sampled_from((0.05, 0.5)), None),
            "adjustment": rarely(st.sampled_from((0.0, 0.3)), None),
        }
    )
    return {
        "constant": st.one_of(amount, first_rate),
        "percent": rate,
        "vpw": years,
        "vanguard": st.builds(lambda share: {"rule": "vanguard", **share}, rate),
        "guyton_klinger": decided,
    }


def withdrawals() -> st.SearchStrategy[Table]:
    """Draw the `[withdrawal]` table."""
    rest = st.fixed_dictionaries(
        {
            "coverage_ratio_min": st.sampled_from((0.0, 0.0, 0.3, 1.0)),
            "funding": st.sampled_from(FUNDINGS),
            "inflation": rarely(st.sampled_from((0.03, 0.2)), 0.0),
            "floor": rarely(st.sampled_from((0.0, 0.05, 0.5)), None),
            "ceiling": rarely(st.sampled_from((0.0, 0.05, 0.5)), None),
        }
    )
    by_rule = amounts()
    decided = by_rule.pop("guyton_klinger")
    guarded = st.builds(lambda first, second: {**first, **second}, st.one_of(*by_rule.values()), rest)
    own_guardrails = ("floor", "ceiling", "inflation")
    unguarded = st.builds(
        lambda first, second: {**first, **{key: second[key] for key in second if key not in own_guardrails}},
        decided,
        rest,
    )
    return st.one_of(guarded, guarded, unguarded)


def fundable(withdrawal: Table, assets: list[Table]) -> Table:
    """Give the table another funding where `overweight` is refused, which sells above targets, for want of one."""
    targets = any(asset.get("target") is not None for asset in assets)
    return withdrawal if targets or withdrawal.get("funding") != "overweight" else {**withdrawal, "funding": "pro_rata"}


def without_nulls(table: Table) -> Table:
    """TOML has no null: what is nothing is left out."""
    return {key: value for key, value in table.items() if value is not None}


@st.composite
def scenarios(draw: st.DrawFn, assets: int, simple: bool = False) -> Table:
    """Draw a scenario of `assets` assets. `simple`: only the ladder, cash, costs and plain withdrawals."""
    portfolio = draw(portfolios())
    if simple and portfolio["rebalancing_mode"] in ("rebalancing", "hybrid"):
        portfolio["rebalancing_mode"] = "simple"
    mode = portfolio["rebalancing_mode"]
    targets = mode == "rebalancing" or draw(rarely(st.just(True), False))
    scenario: Table = {"portfolio": portfolio}
    scenario["assets"] = draw(assets_table(assets, portfolio, targets, mode == "hybrid"))
    withdrawal = draw(rarely(withdrawals(), None))
    if withdrawal is not None:
        if simple:
            withdrawal = {k: withdrawal[k] for k in ("monthly_amount", "coverage_ratio_min") if k in withdrawal}
            withdrawal.setdefault("monthly_amount", 500.0)
        scenario["withdrawal"] = fundable(without_nulls(withdrawal), scenario["assets"])
    if simple:
        return scenario
    if mode == "rebalancing":
        table = {
            "drift": draw(st.sampled_from((0.05, 0.01, 0.3))),
            "calendar": draw(st.sampled_from((None, "month", "quarter", "year"))),
            "signals": draw(st.booleans()),
        }
        scenario["rebalancing"] = without_nulls(table)
    if draw(rarely(st.just(True), False)):
        scenario["taxes"] = draw(st.sampled_from(({"short_rate": 0.3, "long_rate": 0.15}, {"short_rate": 0.25})))
        scenario["taxes"].setdefault("long_rate", 0.1)
    if draw(rarely(st.just(True), False)):
        scenario["arbitrage"] = {
            "threshold": draw(st.sampled_from((0.15, 0.02))),
            "fraction": draw(st.sampled_from((0.0, 0.1, 1.0))),
            "cooldown_days": draw(st.sampled_from((0, 5, 30))),
        }
    if draw(rarely(st.just(True), False)):
        scenario["dynamic_sd_n"] = {"gap_threshold": draw(st.sampled_from((0.02, 0.005)))}
    return scenario


@st.composite
def cases(draw: st.DrawFn, max_assets: int = 4, max_days: int = 60, simple: bool = False) -> tuple[Table, Bars]:
    """Draw a scenario and the market it plays in; now and then a window inside the market."""
    count = draw(st.integers(1, max_assets))
    scenario = draw(scenarios(count, simple=simple))
    bars = draw(markets(count, max_days))
    if draw(st.sampled_from((False, False, False, True))):
        dates = sorted({bar["date"] for bar in bars})
        start, end = dates[len(dates) // 4], dates[-1 - len(dates) // 5]
        if len({bar["ticker"] for bar in bars if start <= bar["date"] <= end}) == count:
            scenario["portfolio"] |= {"start": start, "end": end}
    return scenario, bars
