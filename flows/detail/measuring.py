"""Runs whose detail is not kept: measured and audited where they are computed, and then the detail is let go.

Nothing of it reaches the writer. What is left of a chunk is what is kept of it: its orders, and its figures as the
stage `metrics` would have made them of the stored rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.detail.figures import LISTS
from schemas.canonical import canonical_json

if TYPE_CHECKING:
    import polars as pl

    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario

MEASURED = tuple(f"metrics.{name}" for name in ("runs", *LISTS))
"""What stands in the place of a chunk's detail."""


def let_go(chunk: Chunk, scenarios: Sequence[Scenario], bars: pl.DataFrame) -> Chunk:
    """Measure and audit the runs of a chunk, and leave orders and figures alone.

    `scenarios`: all that the chunk's positions mean. A run that cannot be measured, or whose rows break a rule of their
    table, joins the failures. AuditFailed where the books do not balance: that is the engine's fault, and no run's.
    """
    import polars as pl

    import schemas
    from sdengine.history.run import Chunk
    from sdengine.metrics import batch_metrics

    if not chunk.tables:
        return chunk
    broken = _audited(chunk.tables, chunk.positions, scenarios, bars)
    sound = [position for position in chunk.positions if position not in chunk.failures.keys() | broken.keys()]
    tables = {name: _rows_of(table, sound) if broken else table for name, table in chunk.tables.items()}
    measured = batch_metrics({position: scenarios[position].parameters() for position in sound}, tables, bars)
    figures = _beside_twins(measured.runs, tables["portfolio_days"], scenarios, bars)
    left = {"orders": _rows_of(tables["orders"], sorted(set(sound) - measured.failures.keys()))}
    for name in MEASURED:
        frame: pl.DataFrame = figures if name == "metrics.runs" else getattr(measured, name.removeprefix("metrics."))
        types: dict[str, pl.DataType] = {"run": pl.Int32(), **schemas.table(name).polars_schema()}
        left[name] = frame.with_columns(pl.col(n).cast(types[n]) for n in frame.columns).to_arrow()
    return Chunk(chunk.positions, left, chunk.failures | broken | measured.failures)


def _beside_twins(runs: pl.DataFrame, days: Any, scenarios: Sequence[Scenario], bars: pl.DataFrame) -> pl.DataFrame:
    """Add what each run is day by day beside its buy and hold twin, which is run here: many runs share one.

    A benchmark's days are not at hand; the stage `metrics` compares with it.
    """
    import polars as pl

    from sdengine import run_scenarios
    from sdengine.metrics import compare_daily
    from sdengine.scenario.twins import TWIN_MARK, make_twin

    own = {run: scenarios[run] for run in runs["run"].to_list()}
    twins = {run: make_twin(each, "buy_and_hold") for run, each in own.items() if TWIN_MARK not in each.name}
    places = {name: len(scenarios) + k for k, name in enumerate(sorted({twin.name for twin in twins.values()}))}
    played = {places[twin.name]: twin for twin in twins.values()}
    first = len(scenarios)
    found = [pl.DataFrame(pl.from_arrow(days)).cast({"run": pl.Int64})]
    for chunk in run_scenarios([played[place] for place in sorted(played)], bars) if played else ():
        if "portfolio_days" in chunk.tables:
            frame = pl.DataFrame(pl.from_arrow(chunk.tables["portfolio_days"]))
            found.append(frame.with_columns(run=pl.col("run").cast(pl.Int64) + first))
    parameters = {run: each.parameters() for run, each in (own | played).items()}
    daily = compare_daily(
        parameters, pl.concat(found), {"buy_and_hold": {run: places[twin.name] for run, twin in twins.items()}}
    )
    return runs.cast({"run": pl.Int64}).join(daily, on="run", how="left", maintain_order="left")


def _audited(
    tables: Mapping[str, Any], positions: Sequence[int], scenarios: Sequence[Scenario], bars: pl.DataFrame
) -> dict[int, str]:
    """Hold rows against the rules of their tables and the books against each other; who breaks a rule, and why."""
    from schemas import InvalidTable
    from warehouse.errors import AuditFailed
    from warehouse.in_memory import audit_in_memory

    def findings(positions: Sequence[int], tables: Mapping[str, Any]) -> list[Any]:
        return audit_in_memory(_runs(positions, scenarios, tables["portfolio_days"]), _named(tables, scenarios), bars)

    broken: dict[int, str] = {}
    try:
        found = findings(positions, tables)
    except InvalidTable:
        found = []
        for position in positions:
            own = {name: _rows_of(table, [position]) for name, table in tables.items()}
            try:
                found += findings([position], own)
            except InvalidTable as error:
                broken[position] = f"its result breaks a rule: {error}".split(", first in")[0]
    if found:
        raise AuditFailed("nothing is stored: " + "\n  ".join(map(str, found)), found)
    return broken


def _runs(positions: Sequence[int], scenarios: Sequence[Scenario], days: Any) -> pl.DataFrame:
    """Make of the rows of `backtest.runs` what the audits look at."""
    import polars as pl

    spans = pl.DataFrame(pl.from_arrow(days.select(["run", "date"])))
    spans = spans.group_by("run").agg(first_date=pl.min("date"), last_date=pl.max("date"))
    rows = {
        "run": list(positions),
        "run_id": [_id(position) for position in positions],
        "scenario": [scenarios[position].name for position in positions],
        "parameters": [canonical_json(scenarios[position].parameters()) for position in positions],
        "data": [canonical_json({asset.ticker: [] for asset in scenarios[position].assets}) for position in positions],
    }
    return pl.DataFrame(rows, schema_overrides={"run": pl.Int32}).join(spans, on="run", how="left").drop("run")


def _named(tables: Mapping[str, Any], scenarios: Sequence[Scenario]) -> dict[str, Any]:
    from warehouse.store import with_run_ids

    ids = [_id(position) for position in range(len(scenarios))]
    return {name: with_run_ids(table, ids) for name, table in tables.items()}


def _id(position: int) -> str:
    """Name a run within its chunk; what it is called in the warehouse is the writer's business."""
    return f"{position:016x}"


def _rows_of(table: Any, positions: Sequence[int]) -> Any:
    """Take the rows of those runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["run"], pa.array(positions, pa.int32())))
