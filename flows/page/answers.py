"""What the pages of some scenarios are told from: the published tables, each query asked once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.results.choosing import PublishedRun, published_runs
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from flows.results.news import Item, Since
    from warehouse import Results

Row = dict[str, Any]
Columns: TypeAlias = "Mapping[str, NDArray[Any]]"
"""Rows by their columns."""
TWINS = {"buy_and_hold": "buy and hold", "ath_only": "ath only", "benchmark": "benchmark"}
"""What the figures of `metrics.runs` begin with, and what the page calls them."""


class Answers:
    """Answers about the scenarios of `run_ids`; `today` is the day from which ages are told.

    runs  all that are published, by run_id; read unless given
    """

    def __init__(
        self, results: Results, run_ids: Sequence[str], today: date, runs: Mapping[str, PublishedRun] | None = None
    ) -> None:
        self.results, self.today = results, today
        self.runs = runs_by_id(results) if runs is None else runs
        self._run_ids = list(run_ids)
        self._rows: dict[str, dict[str, list[Row]]] = {}
        self._frames: dict[str, dict[str, pl.DataFrame]] = {}

    def rows(self, name: str, run_id: str) -> list[Row]:
        """Answer a query of the page for one of the scenarios."""
        if name not in self._rows:
            asked = {"run_ids": self._run_ids}
            self._rows[name] = _by_run(self.results.records(statement(f"page/{name}"), asked))
        return self._rows[name].get(run_id, [])

    def frame(self, name: str, run_id: str) -> pl.DataFrame | None:
        """Answer a query that has many rows for one of the runs; None where it has none."""
        if name not in self._frames:
            asked = {"run_ids": self._run_ids}
            self._frames[name] = split(self.results.frame(statement(f"page/{name}"), asked), "run_id")
        return self._frames[name].get(run_id)

    @cached_property
    def bars(self) -> Mapping[str, Columns]:
        """The bars of all that the scenarios hold, by ticker."""
        bars = self.results.frame(statement("page/bars"), {"run_ids": self._run_ids})
        return {ticker: columns(rows) for ticker, rows in split(bars, "ticker").items()}

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        """The rows of `metrics.runs` of the scenarios and of what they are compared with, by run_id."""
        figures = self.results.records(statement("page/figures"), {"run_ids": self._run_ids})
        return {row["run_id"]: row for row in figures}

    @cached_property
    def _orders(self) -> Mapping[str, list[Row]]:
        from flows.results.orders import resting_orders

        return _by_run(resting_orders(self.results, self._meant, self.today).records())

    def orders(self, run_id: str) -> list[Row]:
        """List what rests of a scenario, as `sdengine orders` does."""
        return self._orders.get(run_id, [])

    def without_sell(self, run_id: str) -> list[str]:
        """Say why some sells do not rest."""
        from flows.results.orders import without_sell

        return without_sell(self.results, [self.runs[run_id]]) if run_id in self._costly else []

    @cached_property
    def _costly(self) -> set[str]:
        asked = {"run_ids": self._run_ids}
        return {run_id for (run_id,) in self.results.rows(statement("results/costly"), asked)}

    @cached_property
    def _since(self) -> Since:
        from flows.results.news import since

        return since(self.results, self._meant, None)

    @cached_property
    def _news(self) -> Mapping[str, list[Item]]:
        from flows.results.news import news

        own = {run_id: day for run_id, day in self._since.days.items() if run_id in self._run_ids}
        return _by_run(news(self.results, own))

    def news(self, run_id: str) -> tuple[list[Item], str]:
        """List what happened in a scenario since the night before, and say since when."""
        return self._news.get(run_id, []), self._since.of(run_id).words

    @property
    def _meant(self) -> list[PublishedRun]:
        return [self.runs[run_id] for run_id in self._run_ids]


def split(frame: pl.DataFrame, by: str) -> dict[str, pl.DataFrame]:
    """Split a frame by a column of names: as `as_dict` does, in a fraction of the time."""
    return {rows[by][0]: rows for rows in frame.partition_by(by)}


def columns(frame: pl.DataFrame) -> Columns:
    """Give what is no text of a frame as arrays."""
    return {column.name: column.to_numpy() for column in frame if column.name not in ("run_id", "ticker")}


def runs_by_id(results: Results) -> dict[str, PublishedRun]:
    """Read all runs that are published, by run_id."""
    return {run.run_id: run for run in published_runs(results)}


def _by_run(rows: Sequence[Row]) -> dict[str, list[Row]]:
    by_run: dict[str, list[Row]] = {}
    for row in rows:
        by_run.setdefault(row["run_id"], []).append(row)
    return by_run
