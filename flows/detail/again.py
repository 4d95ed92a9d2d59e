"""Detail that is not kept, computed anew: by the same engine on the same bars, or refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from sdengine.scenario import Scenario
    from warehouse.fingerprints import Bars
    from warehouse.reading import Reader

Row = Mapping[str, Any]
"""Of `backtest.runs`: run_id, scenario, parameters, engine and data at least."""
NO_LONGER = (
    "{name}: its detail is not kept and is no longer reproducible: {why} since; `sdengine run` runs anew what is asked"
    " for"
)


@dataclass(frozen=True)
class Again:
    """Detail computed anew.

    tables   as the engine gives them (`sdengine.history.run.Chunk`), `run` being the place among the runs asked for
    bars     what they ran on
    refused  place to the reason why it cannot be had, in a sentence
    """

    tables: dict[str, Any]
    bars: pl.DataFrame
    refused: dict[int, str]


def compute_again(reader: Reader, runs: Sequence[Row]) -> Again:
    """Compute the detail of runs on the bars that lie beside them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from sdengine import engine_fingerprint, run_scenarios
    from sdengine.scenario import Scenario
    from warehouse.fingerprints import Bars

    scenarios = [Scenario.from_parameters(json.loads(run["parameters"]), name=run["scenario"]) for run in runs]
    tickers = sorted({asset.ticker for scenario in scenarios for asset in scenario.assets})
    bars = reader.frame(statement("backtest/bars"), {"tickers": tickers})
    states, engine = Bars(bars), engine_fingerprint()
    refused = {
        place: NO_LONGER.format(name=run["scenario"], why=why)
        for place, (run, scenario) in enumerate(zip(runs, scenarios, strict=True))
        if (why := _changed(run, scenario, states, engine))
    }
    places = pa.array([place for place in range(len(runs)) if place not in refused], pa.int32())
    held: dict[str, list[Any]] = {}
    for chunk in run_scenarios([scenarios[place] for place in places.to_pylist()], bars) if len(places) else ():
        assert not chunk.failures, "what ran on these bars runs on them again"
        for name, table in chunk.tables.items():
            own = pc.take(places, table["run"].combine_chunks())
            held.setdefault(name, []).append(table.set_column(0, "run", own))
    return Again({name: pa.concat_tables(tables).unify_dictionaries() for name, tables in held.items()}, bars, refused)


def _changed(run: Row, scenario: Scenario, states: Bars, engine: str) -> str:
    """Say what is no longer as it was when the run was made; "" where nothing is."""
    window = scenario.portfolio
    tickers = [asset.ticker for asset in scenario.assets]
    bars = states.data(tickers, window.start, window.end, scenario.bars_before) != run["data"]
    what = ["the bars"] * bars + ["the engine"] * (run["engine"] != engine)
    return f"{' and '.join(what)} {'have' if bars else 'has'} changed" if what else ""
