"""`backtest`: what the engine did, run by run. Everything else about a run is derived from these rows."""

from __future__ import annotations

from schemas.columns import (
    RUN_ID,
    TICKER,
    Rule,
    Table,
    day,
    flag,
    fraction,
    integer,
    money,
    number,
    price,
    quantity,
    text,
    whole,
)

ACTIONS = (
    "INITIAL_BUY",
    "BUY",
    "SELL",
    "SKIP_BUY",
    "SKIP_BAND",
    "REBALANCE_BUY",
    "REBALANCE_SELL",
    "ARBITRAGE_BUY",
    "ARBITRAGE_SELL",
    "WITHDRAWAL",
    "SKIP_WITHDRAWAL",
    "FUNDING_SELL",
    "DIVIDEND",
    "INTEREST",
    "TAX",
)
ALL, PARTS, METRICS = KEEP = ("all", "parts", "metrics")
"""What may be kept of a run, the most first: everything, here; its detail (the rows by day, fill, lot and opportunity)
as Parquet files where it was computed; no detail."""
DETAIL = ("fills", "portfolio_days", "lots", "opportunities")
"""The tables of `backtest` that hold these."""
BUYS = tuple(action for action in ACTIONS if action.endswith("BUY") and not action.startswith("SKIP"))
SELLS = tuple(action for action in ACTIONS if action.endswith("SELL"))


class Runs(
    Table,
    name="backtest.runs",
    key=("run_id",),
    written_by="backtest",
    grain="one row is one scenario on one state of the data",
    rules=(
        Rule("failure_has_reason", "(status = 'failed') = (error is not null)"),
        Rule("window_in_order", "first_date <= last_date"),
    ),
):
    """Twins are runs of their own, so that what the algorithm added can be told from what the market gave."""

    run_id = RUN_ID
    scenario = text("Name of the scenario")
    role = text("Asked for, or run only to compare others with", isin=("scenario", "twin"))
    parameters = text("Every parameter of the scenario, resolved, as canonical JSON", alike=True)
    engine = text("Fingerprint of what the engine computes")
    data = text(
        "State of the bars that it ran on: canonical JSON of ticker to [first date, last date, bars, fingerprint]",
        alike=True,
    )
    first_date = day("First portfolio day", nullable=True)
    last_date = day("Last portfolio day", nullable=True)
    status = text("How it ended", isin=("done", "failed"))
    error = text("The reason of a failure, in words", nullable=True)
    buy_and_hold_twin = RUN_ID.of(meaning="Run of the same portfolio that never trades", nullable=True)
    ath_only_twin = RUN_ID.of(meaning="Run of the same portfolio that never buys back", nullable=True)
    benchmark = text("What else it is compared with, as people write it", nullable=True)
    benchmark_twin = RUN_ID.of(meaning="Run that buys the benchmark with the same cash and holds it", nullable=True)
    benchmark_reason = text("Why there is no such run although one is asked for", nullable=True)
    sweep = text("Scenario whose sweep it is a part of", nullable=True)
    asked = flag("Asked for by the last night's scenarios; if not, it stays as of last_date, and out of rankings")
    keep = text(
        "What is kept of it; metrics: all but fills, days, lots, opportunities, and the falls of twins; parts: these as"
        " Parquet files where they were computed, but for the falls",
        isin=KEEP,
    )
    part = text("Part in whose files its detail stands; null: in none", nullable=True)
    description = text("What the scenario is for, in the words of its file", nullable=True)


class Parts(
    Table,
    name="backtest.parts",
    key=("part", "holds"),
    written_by="backtest",
    grain="one row is one Parquet file of detail that stays where it was computed",
):
    """Those that no run names any more go once no published file has runs that do."""

    part = text("The runs whose rows stand in it, by the name that backtest.runs gives them")
    holds = text("Table whose rows it holds", isin=DETAIL)
    place = text("Folder or address of the parts; relative to the warehouse's folder where they lie in it")
    file = text("Name of the file below that place")
    rows = whole("Its rows", ge=0)
    bytes = whole("Its size", unit="bytes", ge=0)


class Fills(
    Table,
    name="backtest.fills",
    key=("run_id", "seq"),
    written_by="backtest",
    grain="one row is one entry of a run's transaction history, skips included",
):
    """A row changes the bank: buys by `-total - costs`, sells by `total - costs`, cash rows by `total`, skips not."""

    run_id = RUN_ID
    seq = integer("Place in the run's history, in the order in which things happened", ge=0)
    date = day("Day on which it happened")
    ticker = TICKER.of(meaning="The asset; null: the row is about cash only", nullable=True)
    action = text("What happened", isin=ACTIONS)
    qty = quantity("Shares traded, or wanted where it was skipped; 0 on cash rows")
    price = price(
        "Price of the fill, slippage included; dividend: cash per share; withdrawal: what was due; else 0",
        ge=0,
        gt=None,
    )
    total = money("Trade: qty * price, without costs, never negative; cash row: signed change of the bank; skip: 0")
    costs = money("Commissions of the fill; slippage is in the price", ge=0)
    bank_after = money("Cash in the bank after the row; negative: margin debt")
    nav_premium = fraction("price / NAV - 1, with the all-time high as it stood before the day; 0 on cash rows")
    anchor = price.of(
        meaning="Price that the resting orders stand around after the row; null on cash-only rows",
        nullable=True,
        gt=0,
        ge=None,
    )
    holdings_after = quantity("Shares of the asset held after the row; null on cash-only rows", nullable=True)


class PortfolioDays(
    Table,
    name="backtest.portfolio_days",
    key=("run_id", "date"),
    written_by="backtest",
    grain="one row is one run's portfolio at one close",
):
    """Every date on which at least one of the run's assets has a bar, from the first entry on."""

    run_id = RUN_ID
    date = day("Trading day")
    total_value = money("Bank plus holdings at their last close")
    bank = money("Cash in the bank at the close; negative: margin debt")
    nav_value = money("Holdings at their all-time highs, bank not included")
    withdrawn = money("Cash taken out on that day", ge=0)


class Lots(
    Table,
    name="backtest.lots",
    key=("run_id", "ticker", "lot", "close_seq"),
    written_by="backtest",
    grain="one row is one piece of a lot: what was bought in one fill and sold in one fill, or is still held",
    rules=(
        Rule("closed_or_open", "(close_seq is null) = (closed_on is null) and (close_seq is null) = (gain is null)"),
        Rule("closed_after_opened", "closed_on >= opened_on"),
    ),
):
    """A partial sale splits a lot in two pieces: one closed, one open."""

    run_id = RUN_ID
    ticker = TICKER
    lot = integer("seq of the fill that opened it", ge=0)
    opened_on = day("Day of purchase")
    opened_by = text("Action that opened it", isin=BUYS)
    qty = quantity("Shares in this piece", gt=0)
    open_price = price("Price paid, slippage included, commissions not")
    unit_cost = price("Price paid for one share with its part of the commissions")
    close_seq = integer("seq of the fill that closed it; null: still held", ge=0, nullable=True)
    closed_on = day("Day of sale; null: still held", nullable=True)
    closed_by = text("Action that closed it; null: still held", isin=SELLS, nullable=True)
    close_price = price("Price received; null: still held", nullable=True)
    gain = money("Realised: proceeds less cost, commissions included on both sides; null: still held", nullable=True)
    long_term = flag("Held for a calendar year or longer; null: still held", nullable=True)


class Opportunities(
    Table,
    name="backtest.opportunities",
    key=("run_id", "date"),
    written_by="backtest",
    grain="one row is one day on which two assets' premiums stood further apart than the threshold",
):
    """Recorded whether it was traded or not."""

    run_id = RUN_ID
    date = day("Day of the observation, at the close")
    sell_ticker = TICKER.of(meaning="The dear asset: highest NAV premium")
    buy_ticker = TICKER.of(meaning="The cheap asset: lowest NAV premium")
    sell_premium = fraction("close / NAV - 1 of the dear asset")
    buy_premium = fraction("close / NAV - 1 of the cheap asset")
    spread = fraction("sell_premium - buy_premium", ge=0)
    traded = flag("A trade followed on that day")


class Orders(
    Table,
    name="backtest.orders",
    key=("run_id", "ticker", "side"),
    written_by="backtest",
    grain="one row is one order that rests at the end of a run, for the next bar",
):
    """What the algorithm would do next, and how far the market is from it."""

    run_id = RUN_ID
    ticker = TICKER
    side = text("Direction", isin=("buy", "sell"))
    limit_price = price("Price at which it fills")
    qty = quantity("Shares", gt=0)
    last_close = price("Last close of the asset")
    distance = number(
        "limit_price / last_close - 1: below 0 for buys that wait under the market", unit="fraction", gt=-1
    )


TABLES = (Runs, Parts, Fills, PortfolioDays, Lots, Opportunities, Orders)
