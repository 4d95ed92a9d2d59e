"""One wide row a run: what it is, its settings, its figures, and those of what it is compared with."""

from __future__ import annotations

from schemas.columns import RUN_ID, Table, text
from schemas.metrics.activity import Activity, Baseline, Gains, Trades
from schemas.metrics.comparison import ATH_ONLY, BENCHMARK, BUY_AND_HOLD
from schemas.metrics.falls import Falls
from schemas.metrics.growth import Growth, Periods
from schemas.metrics.income import Charges, Income, Months, Payments, Worst
from schemas.metrics.risk import Risk, Shape, Tails
from schemas.metrics.settings import RunSettings
from schemas.metrics.span import Span, Values


class Identity:
    """Which run it is."""

    run_id = RUN_ID
    scenario = text("Name of the scenario")
    role = text("A scenario somebody asked for, or a twin that others are compared with", isin=("scenario", "twin"))
    sweep = text("Name of the sweep that the scenario is a member of; null for none", nullable=True)


class Runs(
    Table,
    name="metrics.runs",
    key=("run_id",),
    written_by="metrics",
    grain="one row is one run: its parameters flattened, its metrics as columns, beside those of its twins",
    parts=(
        *(Identity, RunSettings, Span, Values, Growth, Risk, Falls, Tails, Shape, Periods),
        *(Income, Payments, Months, Worst, Charges, Trades, Activity, Gains, Baseline),
        *(BUY_AND_HOLD, ATH_ONLY, BENCHMARK),
    ),
):
    """Rankings filter `role = 'scenario'`: the twins that scenarios are compared with stand here too.

    Every setting that a sweep can vary is a column. One that assets have, each its own, is null where they differ;
    `metrics.assets` has it for each. What each figure is stands in `metrics.definitions`.
    """

    metrics_version = text("Fingerprint of the code that computed the row", matches="[0-9a-f]{16}")
