"""Runs are measured where they are computed, as the stage `metrics` would have done it of the stored rows.

Of those whose detail is not kept, nothing of it reaches the writer: they are audited as well, and then it is let go.
What is left of a chunk is its orders and its figures. Where all is kept, its figures come with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flows.detail.figures import LISTS
from flows.detail.stretches import stretches
from schemas.backtest import DETAIL
from schemas.canonical import canonical_json

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from sdengine.history.run import Chunk
    from sdengine.scenario import Scenario
    from warehouse.errors import Finding

MEASURED = tuple(f"metrics.{name}" for name in ("runs", *LISTS))
"""What a chunk's runs amount to: it stands beside their detail, or in its place."""
DAYS = ("run", "date", "total_value", "bank", "nav_value", "withdrawn")
"""What days are compared by."""


def with_figures(chunk: Chunk, scenarios: Sequence[Scenario], bars: pl.DataFrame, twins: Sequence[str | None]) -> Chunk:
    """Add to a chunk what its runs amount to; of one that cannot be measured, which the stage `metrics` tells, nothing.

    `scenarios`, `twins`: as `let_go` takes them.
    """
    from sdengine.history.run import Chunk

    sound = [position for position in chunk.positions if position not in chunk.failures]
    if not sound:
        return chunk
    parameters = {position: scenarios[position].parameters() for position in sound}
    whole = [(sound, chunk.tables)]  # the writer holds much beside it, and small pieces would be kept: 40 MiB more
    figures, _ = _figures(whole, parameters, scenarios, bars, twins)
    return Chunk(chunk.positions, chunk.tables | figures, chunk.failures)


def let_go(
    chunk: Chunk,
    scenarios: Sequence[Scenario],
    bars: pl.DataFrame,
    twins: Sequence[str | None],
    *,
    detail_stays: bool = False,
) -> Chunk:
    """Measure and audit the runs of a chunk, and leave orders and figures alone; and detail that stays elsewhere.

    `scenarios`: all that the chunk's positions mean; `twins`: the run_id of the buy and hold twin of each, None for a
    twin: to make one of each scenario, only to see that they are the same, is slow. A run that cannot be measured, or
    whose rows break a rule of their table, joins the failures. AuditFailed where the books do not balance: that is the
    engine's fault, and no run's.
    """
    from sdengine.history.run import Chunk

    if not chunk.tables:
        return chunk
    parameters = {position: scenarios[position].parameters() for position in chunk.positions}
    broken = _audited(chunk.tables, chunk.positions, scenarios, bars)
    sound = [position for position in chunk.positions if position not in chunk.failures.keys() | broken.keys()]
    tables = {name: _rows_of(table, sound) if broken else table for name, table in chunk.tables.items()}
    figures, failed = _figures(stretches(tables, sound), parameters, scenarios, bars, twins)
    stays = ("orders", *DETAIL) if detail_stays else ("orders",)
    whole = sorted(set(sound) - failed.keys())
    left = {name: _rows_of(tables[name], whole) if failed else tables[name] for name in stays}
    return Chunk(chunk.positions, left | figures, chunk.failures | broken | failed)


def _figures(
    pieces: Iterable[tuple[Sequence[int], Mapping[str, Any]]],
    parameters: Mapping[int, Mapping[str, Any]],
    scenarios: Sequence[Scenario],
    bars: pl.DataFrame,
    twins: Sequence[str | None],
) -> tuple[dict[str, pa.Table], dict[int, str]]:
    """Measure runs and set them beside their twins; tables of figures, and who has none.

    `pieces`: runs that are measured at once, with their tables. `parameters`: of these runs, and of others perhaps.
    """
    import polars as pl

    import schemas
    from sdengine.metrics import batch_metrics

    held = _held(parameters, scenarios, bars, twins)
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in MEASURED}
    failures: dict[int, str] = {}
    for some, rows in pieces:
        measured = batch_metrics({run: parameters[run] for run in some}, rows, bars)
        failures |= measured.failures
        for name in MEASURED:
            frame: pl.DataFrame = getattr(measured, name.removeprefix("metrics."))
            if name == "metrics.runs":
                frame = held.beside(frame, rows["portfolio_days"], parameters)
            frames[name].append(frame)
    figures = {}
    for name in MEASURED:
        frame = pl.concat(frames[name])
        types: dict[str, pl.DataType] = {"run": pl.Int32(), **schemas.table(name).polars_schema()}
        figures[name] = frame.with_columns(pl.col(n).cast(types[n]) for n in frame.columns).to_arrow()
    return figures, failures


@dataclass(frozen=True)
class _Held:
    """Buy and hold twins of runs: which place whose has, what they are run by, and their days under their places."""

    places: Mapping[int, int]
    parameters: Mapping[int, Mapping[str, Any]]
    days: Sequence[pl.DataFrame]

    def beside(self, runs: pl.DataFrame, days: Any, parameters: Mapping[int, Mapping[str, Any]]) -> pl.DataFrame:
        """Add what each run is day by day beside its twin."""
        import polars as pl

        from sdengine.metrics import compare_daily

        own = runs["run"].to_list()
        mine = pl.DataFrame(pl.from_arrow(days.select(DAYS))).cast({"run": pl.Int64})
        pairs = {"buy_and_hold": {run: self.places[run] for run in own if run in self.places}}
        of_all = {**{run: parameters[run] for run in own}, **self.parameters}
        daily = compare_daily(of_all, pl.concat([mine, *self.days]), pairs)
        return runs.cast({"run": pl.Int64}).join(daily, on="run", how="left", maintain_order="left")


def _held(runs: Iterable[int], scenarios: Sequence[Scenario], bars: pl.DataFrame, twins: Sequence[str | None]) -> _Held:
    """Run the buy and hold twins of runs: many share one. A benchmark is compared with by the stage `metrics`."""
    import polars as pl

    from sdengine import run_scenarios
    from sdengine.scenario.twins import make_twin

    beside = {run: name for run in runs if (name := twins[run]) is not None}
    asking = {name: run for run, name in beside.items()}
    places = {name: len(scenarios) + k for k, name in enumerate(asking)}
    played = [make_twin(scenarios[run], "buy_and_hold") for run in asking.values()]
    days = []
    for chunk in run_scenarios(played, bars) if played else ():
        if "portfolio_days" in chunk.tables:
            frame = pl.DataFrame(pl.from_arrow(chunk.tables["portfolio_days"].select(DAYS)))
            days.append(frame.with_columns(run=pl.col("run").cast(pl.Int64) + len(scenarios)))
    parameters = {place: twin.parameters() for place, twin in zip(places.values(), played, strict=True)}
    return _Held({run: places[name] for run, name in beside.items()}, parameters, days)


def _audited(
    tables: Mapping[str, Any], positions: Sequence[int], scenarios: Sequence[Scenario], bars: pl.DataFrame
) -> dict[int, str]:
    """Hold rows against the rules of their tables and the books against each other; who breaks a rule, and why."""
    from schemas import InvalidTable
    from warehouse.errors import AuditFailed
    from warehouse.in_memory import audit_in_memory

    runs = _runs(positions, scenarios, tables["portfolio_days"])
    broken: dict[int, str] = {}
    try:
        findings = audit_in_memory(runs, tables, bars)
    except InvalidTable:
        findings = []
        for (position,), run in runs.partition_by("run_id", as_dict=True).items():
            try:
                own = {name: _rows_of(table, [position]) for name, table in tables.items()}
                findings += audit_in_memory(run, own, bars)
            except InvalidTable as error:
                broken[position] = f"its result breaks a rule: {error.without_rows}"
    if findings:
        named = [_with_names(finding, scenarios) for finding in findings]
        raise AuditFailed("nothing is stored: " + "\n  ".join(map(str, named)), named)
    return broken


def _runs(positions: Sequence[int], scenarios: Sequence[Scenario], days: Any) -> pl.DataFrame:
    """Make of the rows of `backtest.runs` what the audits look at, runs being called by their positions.

    Of their parameters that alone which a check asks for, of their data the tickers.
    """
    import polars as pl

    spans = pl.DataFrame(pl.from_arrow(days.select(["run", "date"])))
    if spans["run"].is_sorted():  # to be told so takes polars a seventh of the time
        spans = spans.with_columns(pl.col("run").set_sorted())
    spans = spans.group_by("run").agg(first_date=pl.min("date"), last_date=pl.max("date"))
    own = [scenarios[position] for position in positions]
    rows = {
        "run": positions,
        "scenario": [scenario.name for scenario in own],
        "parameters": [_cash(scenario.portfolio.initial_cash) for scenario in own],
        "data": [_data(tuple(asset.ticker for asset in scenario.assets)) for scenario in own],
    }
    frame = pl.DataFrame(rows, schema_overrides={"run": pl.Int32})
    return frame.join(spans, on="run", how="left").rename({"run": "run_id"})


@lru_cache(maxsize=1024)
def _cash(initial: float) -> str:
    """Write down what a run begins with, where its parameters have it."""
    return canonical_json({"portfolio": {"initial_cash": initial}})


@lru_cache(maxsize=1024)
def _data(tickers: tuple[str, ...]) -> str:
    """Write down whose bars a run ran on: the same for most of a sweep."""
    return canonical_json({ticker: [] for ticker in tickers})


def _with_names(finding: Finding, scenarios: Sequence[Scenario]) -> Finding:
    """Call the runs of a finding by their scenarios: their numbers mean nothing to anybody."""
    places = [k for k, name in enumerate(finding.columns) if name == "run_id"]
    rows = [tuple(scenarios[cell].name if k in places else cell for k, cell in enumerate(row)) for row in finding.rows]
    return replace(finding, rows=tuple(rows))


def _rows_of(table: Any, positions: Sequence[int]) -> Any:
    """Take the rows of those runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["run"], pa.array(positions, pa.int32())))
