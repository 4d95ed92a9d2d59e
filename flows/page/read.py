"""What a scenario's page is told from: the published tables, each asked once."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schemas.backtest import METRICS
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    import polars as pl

    from flows.results.choosing import PublishedRun
    from flows.results.show import Shown
    from sdengine.figures.value import Curve
    from warehouse import Results

TWINS = {"buy_and_hold": "buy and hold", "ath_only": "ath only", "benchmark": "benchmark"}
"""What the figures of `metrics.runs` begin with, and what the page calls them."""


@dataclass(frozen=True)
class Told:
    """One scenario, as far as it has been published.

    run      which
    shown    what `sdengine show` tells of it
    today    the day from which ages are told
    """

    results: Results
    run: PublishedRun
    shown: Shown
    today: date

    @property
    def figures(self) -> Mapping[str, Any]:
        """The scenario's row of `metrics.runs`."""
        return self.shown.figures[0]

    @cached_property
    def currency(self) -> str:
        """Give the currency word of its money with a blank before it; empty where the sources do not say, or differ."""
        said = set(self.shown.data["currency"])
        return f" {said.pop()}" if len(said) == 1 and None not in said else ""

    def ran_dry(self, other: str) -> date | None:
        """Tell when payments brought to nothing what it is compared with, so that its growth is no measure."""
        from flows.results.show import ran_dry

        rows = (row for row in self.shown.figures[1:] if row["run_id"] == self.figures.get(f"{other}_twin"))
        return next((row["depleted_on"] for row in rows if ran_dry(row)), None)

    def ask(self, name: str, **values: Any) -> pl.DataFrame:
        """Ask a query of the page; `run_id` is known to it."""
        given = values if "run_ids" in values else {"run_id": self.run.run_id} | values
        return self.results.frame(statement(f"page/{name}"), given)

    def sql(self, name: str) -> str:
        """Give the text of a query with this run in it, as it can be pasted into `sdengine sql`."""
        text = statement(f"page/{name}" if "/" not in name else name)
        brought = "" if self.run.keep != METRICS else f"-- sdengine sql --detail {shlex.quote(self.run.scenario)}\n"
        return brought + pasted(text, run_id=self.run.run_id, run_ids=[self.run.run_id, *self.twins.values()])

    @cached_property
    def asset_weeks(self) -> pl.DataFrame:
        """Read weight and premium of each asset at each week's end."""
        return self.ask("asset_weeks")

    @cached_property
    def twins(self) -> dict[str, str]:
        """What the scenario is compared with: the page's word -> run_id."""
        found = {word: self.figures.get(f"{name}_twin") for name, word in TWINS.items()}
        return {word: run_id for word, run_id in found.items() if run_id}

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Thin value and fall of the scenario ("portfolio", first) and of its twins."""
        from sdengine.figures.curves import curve

        cash = float(self.figures["initial_cash"])
        return {
            name: curve(days["date"].to_numpy(), days["total_value"].to_numpy(), days["withdrawn"].to_numpy(), cash)
            for name, days in self.days.items()
        }

    @cached_property
    def days(self) -> dict[str, pl.DataFrame]:
        """Read the days of the scenario and of its twins."""
        names = {self.run.run_id: "portfolio"} | {run_id: word for word, run_id in self.twins.items()}
        frames = self.ask("days", run_ids=list(names)).partition_by("run_id", as_dict=True)
        return {word: frames[(run_id,)] for run_id, word in names.items() if (run_id,) in frames}


def pasted(text: str, **values: str | list[str]) -> str:
    """Write a query as it can be pasted into `sdengine sql`: its values in it, without the comment at its head."""
    text = re.sub(r"\A(--[^\n]*\n)+", "", text)
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        said = [literal(one) for one in ([value] if isinstance(value, str) else value)]
        text = text.replace(f"${name}", said[0] if isinstance(value, str) else f"[{', '.join(said)}]")
    return text.strip()
