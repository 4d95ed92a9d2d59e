"""Whether detail that was computed anew is that of the run: it leaves the orders and the figures that were kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.detail.again import NO_LONGER, Again, Row
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from warehouse.reading import Reader

OTHERWISE = "its {what} come out otherwise than those kept, so the bars or the engine have changed"


def unlike(reader: Reader, runs: Sequence[Row], again: Again) -> dict[int, str]:
    """Place of each run that comes out otherwise than it was kept -> the reason why its detail is refused.

    Orders are compared to the bit; so are figures, where they were measured as they would be today.
    """
    differing = dict.fromkeys(_unlike_orders(reader, runs, again), "orders")
    differing |= dict.fromkeys(_unlike_figures(reader, runs, again), "figures")
    return {
        place: NO_LONGER.format(name=runs[place]["scenario"], why=OTHERWISE.format(what=what))
        for place, what in differing.items()
    }


def _unlike_orders(reader: Reader, runs: Sequence[Row], again: Again) -> set[int]:
    import polars as pl

    kept = _placed(reader.frame(statement("detail/orders"), _ids(runs)), runs)
    now = pl.DataFrame(pl.from_arrow(again.tables["orders"])).cast({"ticker": pl.String, "side": pl.String})
    return _differ(kept, now, again)


def _unlike_figures(reader: Reader, runs: Sequence[Row], again: Again) -> set[int]:
    import polars as pl

    from sdengine.metrics import batch_metrics
    from sdengine.metrics.version import metrics_fingerprint

    kept = _placed(reader.frame(statement("detail/figures"), _ids(runs)), runs)
    kept = kept.filter(pl.col("metrics_version") == metrics_fingerprint())
    places = set(kept["run"]) - again.refused.keys()
    if not places:
        return set()
    parameters = {place: json.loads(runs[place]["parameters"]) for place in sorted(places)}
    now = batch_metrics(parameters, again.tables, again.bars).runs
    return _differ(kept.filter(pl.col("run").is_in(list(places))), now, again)


def _ids(runs: Sequence[Row]) -> dict[str, Any]:
    return {"run_ids": [run["run_id"] for run in runs]}


def _placed(frame: pl.DataFrame, runs: Sequence[Row]) -> pl.DataFrame:
    """Put a run's place in the place of its run_id."""
    import polars as pl

    places = {run["run_id"]: place for place, run in enumerate(runs)}
    return frame.with_columns(run=pl.col("run_id").replace_strict(places, return_dtype=pl.Int32)).drop("run_id")


def _differ(kept: pl.DataFrame, now: pl.DataFrame, again: Again) -> set[int]:
    """Places of the runs that have rows in one of two frames and not in the other."""
    import polars as pl

    kept = kept.filter(~pl.col("run").is_in(list(again.refused)))
    names = now.columns
    kept = kept.select(names)
    now = now.cast(kept.schema)
    apart = [one.join(other, on=names, how="anti", nulls_equal=True) for one, other in ((kept, now), (now, kept))]
    return {place for frame in apart for place in frame["run"]}
