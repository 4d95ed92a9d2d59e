"""What one scenario's run left behind, as polars frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sdengine.market.bars import BarStore
from sdengine.results.asset_days import asset_days
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


@dataclass(frozen=True)
class ScenarioResult:
    """One run. The frames have the columns of the tables `backtest.*`, without `run_id`.

    `fills`: the transaction history, skips included. `portfolio_days`: the portfolio at each close. `lots`: each piece
    of a lot, opened and closed. `opportunities`: spreads of premiums above the threshold. `orders`: what rests after
    the last bar.
    """

    scenario: Scenario
    bars: pl.DataFrame
    fills: pl.DataFrame
    portfolio_days: pl.DataFrame
    lots: pl.DataFrame
    opportunities: pl.DataFrame
    orders: pl.DataFrame

    @classmethod
    def of(cls, scenario: Scenario, tables: dict[str, pa.Table], store: BarStore) -> ScenarioResult:
        """Make the result from the Arrow tables of a chunk that holds this scenario alone."""
        frames = {name: _frame(table) for name, table in tables.items()}
        frames["lots"] = frames["lots"].sort("ticker", "lot", "close_seq", nulls_last=True)
        return cls(scenario, store.frame([asset.ticker for asset in scenario.assets]), **frames)

    @cached_property
    def asset_days(self) -> pl.DataFrame:
        """Each asset at each close since it entered (see `sdengine.results.asset_days`)."""
        return asset_days(self.fills, self.portfolio_days, self.bars)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The metrics of the run by name (see `sdengine.metrics`); None where one is not defined."""
        from sdengine.metrics import run_metrics

        measured = run_metrics(
            self.scenario.parameters(),
            self.portfolio_days,
            self.fills,
            self.lots,
            self.bars,
            opportunities=self.opportunities,
        )
        return dict(measured.summary)


def _frame(table: pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(table.drop_columns(["run"]))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
