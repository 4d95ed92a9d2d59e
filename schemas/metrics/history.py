"""One row a scenario and batch: how figures moved from night to night."""

from __future__ import annotations

from schemas.columns import BATCH_ID, RUN_ID, Table, text, whole
from schemas.figures import Figure
from schemas.metrics.activity import Baseline
from schemas.metrics.comparison import BUY_AND_HOLD
from schemas.metrics.falls import Falls
from schemas.metrics.growth import Growth
from schemas.metrics.income import Income, Payments, Worst
from schemas.metrics.risk import Risk
from schemas.metrics.span import Span, Values


class History(
    Table,
    name="metrics.history",
    key=("batch_id", "scenario"),
    written_by="metrics",
    grain="one row is one scenario's headline metrics as of a batch that computed them anew",
):
    """How the numbers moved from night to night; a scenario without a row in a batch stood as in the batch before."""

    batch_id = BATCH_ID
    scenario = text("Name of the scenario")
    run_id = RUN_ID
    rules_version = whole(
        "Version of sdengine/RULES.md by which run and comparison were made: where it differs from the row before, "
        "figures may have moved by a changed rule; 1 is any before they were counted",
        ge=1,
        figure=Figure("as RULES.md counts its versions"),
    )
    last_date = Span.last_date
    final_value = Values.final_value
    total_return = Growth.total_return
    cagr = Growth.cagr
    volatility = Risk.volatility
    sharpe = Risk.sharpe
    max_drawdown = Falls.max_drawdown
    synthetic_dividends = Income.synthetic_dividends
    withdrawals = Payments.withdrawals
    coverage = Worst.coverage
    excess_return = BUY_AND_HOLD["excess_return"]
    baseline_volatility_alpha = Baseline.baseline_volatility_alpha
