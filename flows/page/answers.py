"""What the pages of some scenarios are told from: the published tables, each query asked once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.results.choosing import PublishedRun
    from flows.results.news import Item, Since
    from warehouse import Results

Row = dict[str, Any]
TWINS = {"buy_and_hold": "buy and hold", "ath_only": "ath only", "benchmark": "benchmark"}
"""What the figures of `metrics.runs` begin with, and what the page calls them."""


class Answers:
    """Answers about the scenarios of `run_ids`; `today` is the day from which ages are told."""

    def __init__(self, results: Results, run_ids: Sequence[str], today: date) -> None:
        self.results, self.today = results, today
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
            frames = self.results.frame(statement(f"page/{name}"), asked).partition_by("run_id", as_dict=True)
            self._frames[name] = {str(run_id): frame for (run_id,), frame in frames.items()}
        return self._frames[name].get(run_id)

    @cached_property
    def runs(self) -> Mapping[str, PublishedRun]:
        """All runs that are published, by run_id."""
        from flows.results.choosing import published_runs

        return {run.run_id: run for run in published_runs(self.results)}

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        """The rows of `metrics.runs` of the scenarios and of what they are compared with, by run_id."""
        found = self.results.records(statement("page/figures"), {"run_ids": self._run_ids})
        return {row["run_id"]: row for row in found}

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


def _by_run(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["run_id"], []).append(row)
    return found
