"""One scenario, as its page tells it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError
from flows.page.answers import TWINS, Answers, Columns, columns, split
from flows.page.pages import Page
from flows.results.show import ran_dry, without_figures
from schemas.backtest import METRICS
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from sdengine.figures.value import Curve


@dataclass(frozen=True)
class Subject:
    """One scenario, as far as it has been published.

    answers  what the tables say of it
    page     which, and what `sdengine data` says of its tickers
    """

    answers: Answers
    page: Page

    @property
    def run(self) -> PublishedRun:
        """Which run it is."""
        return self.answers.runs[self.page.run_id]

    @property
    def figures(self) -> Mapping[str, Any]:
        """The scenario's row of `metrics.runs`; `PipelineError` where its metrics could not be computed."""
        row = self.answers.figures.get(self.run.run_id)
        if row is None:
            raise PipelineError(without_figures(self.run))
        return row

    @cached_property
    def compared(self) -> dict[str, Mapping[str, Any]]:
        """The figures of the scenario ("portfolio", first) and of what it is compared with, by the page's words."""
        known = self.answers.figures
        return {"portfolio": self.figures} | {word: known[one] for word, one in self.twins.items() if one in known}

    @cached_property
    def currency(self) -> str:
        """Give the currency word of its money with a blank before it; empty where the sources do not say, or differ."""
        currencies = {row["currency"] for row in self.page.bars.values()}
        return f" {currencies.pop()}" if len(currencies) == 1 and None not in currencies else ""

    def ran_dry(self, other: str) -> date | None:
        """Tell when payments brought to nothing what it is compared with, so that its growth is no measure."""
        row = self.compared.get(TWINS[other])
        return row["depleted_on"] if row is not None and ran_dry(row) else None

    def ask(self, name: str) -> list[dict[str, Any]]:
        """Ask a query of the page about this run."""
        return self.answers.rows(name, self.run.run_id)

    def sql(self, name: str) -> str:
        """Give the text of a query with this run in it, as it can be pasted into `sdengine sql`."""
        text = statement(f"page/{name}")
        brought = "" if self.run.keep != METRICS else f"-- sdengine sql --detail {shlex.quote(self.run.scenario)}\n"
        return brought + pasted(text, run_ids=[self.run.run_id])

    @cached_property
    def asset_weeks(self) -> dict[str, Columns]:
        """Reckon what `page/asset_weeks` tells, by asset, in a tenth of its time; empty where nothing was ever held."""
        from sdengine.figures.curves import week_ends
        from sdengine.results.asset_days import asset_at

        fills, days = self.answers.frame("fills", self.run.run_id), self.days["portfolio"]
        if fills is None:
            return {}
        closes = {name: days[name][week_ends(days["date"])] for name in ("date", "total_value")}
        by_ticker = sorted(split(fills, "ticker").items())
        return {ticker: asset_at(closes, columns(own), self.answers.bars[ticker]) for ticker, own in by_ticker}

    @cached_property
    def twins(self) -> dict[str, str]:
        """What the scenario is compared with: the page's word -> run_id."""
        twins = {word: self.figures.get(f"{name}_twin") for name, word in TWINS.items()}
        return {word: run_id for word, run_id in twins.items() if run_id}

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Thin value and fall of the scenario ("portfolio", first) and of its twins."""
        from sdengine.figures.curves import curve

        cash = float(self.figures["initial_cash"])
        return {
            name: curve(days["date"], days["total_value"], days["withdrawn"], cash) for name, days in self.days.items()
        }

    @cached_property
    def days(self) -> dict[str, Columns]:
        """Read the days of the scenario ("portfolio", first) and of its twins."""
        names = {"portfolio": self.run.run_id} | self.twins
        frames = {word: self.answers.frame("days", run_id) for word, run_id in names.items()}
        return {word: columns(frame) for word, frame in frames.items() if frame is not None}


HEAD = re.compile(r"\A(--[^\n]*\n)+")


def pasted(text: str, **values: str | list[str]) -> str:
    """Write a query as it can be pasted into `sdengine sql`: its values in it, without the comment at its head."""
    text = HEAD.sub("", text)
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        literals = [literal(one) for one in ([value] if isinstance(value, str) else value)]
        text = text.replace(f"${name}", literals[0] if isinstance(value, str) else f"[{', '.join(literals)}]")
    return text.strip()
