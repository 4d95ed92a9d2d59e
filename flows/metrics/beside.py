"""Runs beside what they are compared with, day by day: the days of both are read where they are kept, or made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.detail.again import compute_again
from flows.detail.figures import named
from flows.detail.measuring import DAYS
from schemas.backtest import ALL
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from warehouse import Warehouse

Run = Mapping[str, Any]
"""A row of the query `metrics/runs`."""


def with_rules(warehouse: Warehouse, runs: Sequence[Run]) -> list[Run]:
    """Add to runs what they were run by and on: long texts, which few of all runs need."""
    asked = {"run_ids": [run["run_id"] for run in runs]}
    rules = {row["run_id"]: row for row in warehouse.frame(statement("metrics/rules"), asked).iter_rows(named=True)}
    return [{**run, **rules[run["run_id"]]} for run in runs]


def set_beside(
    warehouse: Warehouse, runs: Sequence[Run], finished: Mapping[str, Run], days: Any = None
) -> pl.DataFrame:
    """Compare runs, with their rules, day by day; a row for each that has another, `run` being its place.

    `finished`: all runs by run_id; `days`: those of `runs` by place, if they are at hand.
    """
    import polars as pl

    from sdengine.metrics import OTHERS, compare_daily

    of = {name: {k: run[f"{name}_twin"] for k, run in enumerate(runs)} for name in OTHERS}
    place = {run["run_id"]: k for k, run in enumerate(runs)}
    asked = {other for others in of.values() for other in others.values() if other in finished}
    beyond = with_rules(warehouse, [finished[other] for other in sorted(asked - place.keys())])
    place |= {run["run_id"]: k for k, run in enumerate(beyond, start=len(runs))}
    own = _days_of(warehouse, runs, 0) if days is None else [_plain(days)]
    everyone = pl.concat([*own, *_days_of(warehouse, beyond, len(runs))])
    parameters = {k: json.loads(run["parameters"]) for k, run in enumerate([*runs, *beyond])}
    pairs = {name: {k: place[other] for k, other in others.items() if other in place} for name, others in of.items()}
    return compare_daily(parameters, everyone, pairs)


def set_beside_again(
    warehouse: Warehouse, chunks: Sequence[Sequence[Run]], finished: Mapping[str, Run], stood: pl.DataFrame
) -> pl.DataFrame:
    """Give the figures that `stood` of runs those beside others anew, of the runs in `chunks`."""
    import polars as pl

    from sdengine.metrics import DAILY

    ids = [pl.Series("run_id", [run["run_id"] for run in chunk]) for chunk in chunks]
    if not ids:
        return stood
    daily = pl.concat(
        [
            named(set_beside(warehouse, with_rules(warehouse, chunk), finished), names)
            for chunk, names in zip(chunks, ids, strict=True)
        ]
    )
    moved = pl.col("run_id").is_in(pl.concat(ids).to_list())
    again = stood.filter(moved).drop(DAILY).join(daily, on="run_id", how="left", maintain_order="left")
    return pl.concat([stood.filter(~moved), again], how="diagonal_relaxed")


def to_set_beside(beside: Sequence[Run], finished: Mapping[str, Run], stood: pl.DataFrame) -> list[Run]:
    """List the runs that have another one beside them than when they were compared, or have not been compared yet."""
    from sdengine.metrics import OTHERS

    compared = {
        name: set(stood.drop_nulls(f"{name}_tracking_error")["run_id"]) for name in OTHERS
    }  # where days were compared this exists
    return [
        run
        for run in beside
        if any(
            run[f"{name}_twin"] != run[f"known_{name}_twin"]
            or (run[f"{name}_twin"] in finished and run["run_id"] not in compared[name])
            for name in OTHERS
        )
    ]


def _days_of(warehouse: Warehouse, runs: Sequence[Run], first: int) -> list[pl.DataFrame]:
    """Read the days of runs, or make them again, as places from `first` on; none where they are not to be had."""
    import polars as pl

    frames = []
    for stored in (True, False):
        places = [k for k, run in enumerate(runs) if (run["keep"] == ALL) == stored]
        chosen = [runs[k] for k in places]
        if not chosen:
            continue
        if stored:
            days = warehouse.frame(statement("metrics/days"), {"run_ids": [run["run_id"] for run in chosen]})
        else:
            tables = compute_again(warehouse, chosen).tables
            if "portfolio_days" not in tables:  # nothing is as it was when they were made
                continue
            days = tables["portfolio_days"]
        where = pl.Series([first + k for k in places], dtype=pl.Int64)
        frame = _plain(days)
        frames.append(frame.with_columns(run=where.gather(frame["run"])))
    return frames


def _plain(days: Any) -> pl.DataFrame:
    import polars as pl

    frame = days if isinstance(days, pl.DataFrame) else pl.DataFrame(pl.from_arrow(days))
    return frame.select(DAYS).cast({"run": pl.Int64})
