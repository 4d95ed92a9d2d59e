"""What one scenario's run left behind, as polars frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.shown import html_table
from sdengine.market.bars import BarStore
from sdengine.results.asset_days import asset_days
from sdengine.results.summary import summary_of
from sdengine.scenario import Scenario
from sdengine.scenario.model import short_name

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from plotly.graph_objects import Figure


TABLES = ("fills", "portfolio_days", "lots", "opportunities", "orders")


@dataclass(frozen=True, repr=False)
class ScenarioResult:
    """One run. The frames have the columns of the tables `backtest.*`, without `run_id`.

    `fills`: the transaction history, skips included. `portfolio_days`: the portfolio at each close. `lots`: each piece
    of a lot, opened and closed. `opportunities`: spreads of premiums above the threshold. `orders`: what rests after
    the last bar. `summary()` tells the figures that matter most, `metrics` holds all, `plot()` draws it.
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

    def summary(self) -> pl.DataFrame:
        """Tell the run in a few figures: figure, value and meaning, with its unit."""
        return summary_of(self.metrics)

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Give every table of the run for pandas, by its name."""
        return {name: getattr(self, name).to_pandas() for name in TABLES}

    def plot(self) -> Figure:
        """Draw its value over time, and below it the fall from the high.

        Raises:
            ImportError: plotly is not installed.
            ValueError: the run has no days.
        """
        from sdengine.figures.curves import curve
        from sdengine.figures.look import need_plotly
        from sdengine.figures.value import value_and_fall

        need_plotly()
        days = self.portfolio_days
        if not days.height:
            raise ValueError(f"{short_name(self.scenario)} has no days to plot")
        dates, values, withdrawn, bank = (
            days[name].to_numpy() for name in ("date", "total_value", "withdrawn", "bank")
        )
        drawn = curve(dates, values, withdrawn, self.scenario.portfolio.initial_cash)
        bank = bank[np.searchsorted(dates, drawn.days)]
        return value_and_fall({"portfolio": drawn}, bank)

    def __repr__(self) -> str:
        days = self.portfolio_days
        if not days.height:
            return f"ScenarioResult({short_name(self.scenario)}, no days)"
        first, last = days["date"][0], days["date"][-1]
        worth = f"final value {days['total_value'][-1]:,.2f}"
        return f"ScenarioResult({short_name(self.scenario)}, {first} to {last}, {self.fills.height:,} fills, {worth})"

    def _repr_html_(self) -> str:
        return html_table(repr(self), ("figure", "value", "meaning"), self.summary().rows())


def _frame(table: pa.Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(table.drop_columns(["run"]))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
