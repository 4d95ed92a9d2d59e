"""Which pages there are: the front page, a page for each scenario and for each sweep's best, a page for each sweep."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.page.wording import NEAR
from flows.results.age import STALE_DAYS
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results

INDEX = "index"
"""What the front page is called."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A page that there is to be.

    name     its file without `.html`
    kind     `index`, `scenario` or `sweep`
    rows     of `page/front`: what it is about
    key      names all that it is made from: with the same key it is the same page
    bars     what `sdengine data` says of the tickers, by ticker
    batch    the night that published it
    troubles  what failed in that night, for the front page
    """

    name: str
    kind: str
    rows: tuple[Row, ...]
    key: str
    bars: Mapping[str, Row]
    batch: Row
    troubles: tuple[Row, ...] = ()

    @property
    def file(self) -> str:
        """Its file."""
        return f"{self.name}.html"

    @property
    def run_id(self) -> str:
        """The run that a scenario's page is about."""
        return str(self.rows[0]["run_id"])

    @property
    def last_date(self) -> date | None:
        """The last day that anything on it knows of; None where it is about nothing."""
        return max((row["last_date"] for row in self.rows), default=None)


def pages(results: Results, today: date) -> list[Page]:
    """List the pages of what is published, the front page last: when it is there, what it leads to is there."""
    of = _Published(results, today)
    listed = [of.scenario(row) for row in leading(of.rows)]
    listed += [of.sweep(sweep) for sweep in dict.fromkeys(row["sweep"] for row in of.rows if row["sweep"])]
    return [*listed, of.index()]


def page_of(results: Results, run_ids: Collection[str], today: date) -> Page:
    """Tell the page of one run, or of the sweep that several runs are."""
    of = _Published(results, today)
    meant = [row for row in of.rows if row["run_id"] in run_ids]
    if len(meant) == 1:
        return of.scenario(meant[0])
    if not meant:
        raise UsageError(
            "it has no page: a twin stands on those of the scenarios that it is compared with, and what nobody asks"
            " for any more has none"
        )
    return of.sweep(meant[0]["sweep"])


class _Published:
    """What pages are made from, and the pages."""

    def __init__(self, results: Results, today: date) -> None:
        self._results, self._today = results, today
        self.rows: list[Row] = list(results.records(statement("page/front"), {"near": NEAR}))
        self._bars = _data(results, today)
        (self._batch,) = results.records(statement("results/batch"))

    def scenario(self, row: Row) -> Page:
        """Tell the page of a scenario; where newer bars are to be had depends on the night's source."""
        held = set(row["tickers"].split(" "))
        bars = {ticker: bar for ticker, bar in self._bars.items() if ticker in held}
        return self._page(slug(row["scenario"]), "scenario", [row], bars, self._batch["source"])

    def sweep(self, sweep: str) -> Page:
        """Tell the page of a sweep."""
        return self._page(sweep_slug(sweep), "sweep", [row for row in self.rows if row["sweep"] == sweep], {})

    def index(self) -> Page:
        """Tell the front page."""
        troubles = self._results.records(statement("page/troubles"))
        page = self._page(INDEX, "index", self.rows, self._bars, self._batch, troubles)
        return replace(page, troubles=tuple(troubles))

    def _page(self, name: str, kind: str, rows: Sequence[Row], bars: Mapping[str, Row], *more: Any) -> Page:
        """Name what a page is made from: not today, whose ages the reader's clock tells, but what is too old today."""
        days = [row["last_date"] for row in rows] + [row["until"] for row in bars.values()]
        old = [day is not None and (self._today - day).days > STALE_DAYS for day in days]
        return Page(name, kind, tuple(rows), _key(rows, bars, old, *more), bars, self._batch)


def leading(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield scenarios outside of sweeps, and the best of each sweep, in order of place."""
    seen: set[str] = set()
    for row in rows:
        if row["sweep"] is None or row["sweep"] not in seen:
            seen.add(row["sweep"])
            yield row


def _data(results: Results, today: date) -> dict[str, Row]:
    """Read what is said of each ticker; when it was last asked for is not, nor how old it is today."""
    rows = results.records(statement("results/data_table"), {"today": today})
    return {row["ticker"]: {name: row[name] for name in row if name not in OF_TODAY} for row in rows}


OF_TODAY = ("asked_at", "last_try", "days_old")
"""Columns of `results/data_table` that change though nothing has."""


def slug(name: str) -> str:
    """Make a file's name of a scenario's: readable, and another one for another name."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{plain}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"


def sweep_slug(sweep: str) -> str:
    """Make the name of the file of a sweep's own page; a scenario may be called as the sweep is."""
    return slug(f"{sweep} sweep")


def _key(*parts: Any) -> str:
    text = json.dumps([_code(), *parts], default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def _code() -> str:
    """Hash what draws the pages: another version makes all of them anew."""
    import sdengine.figures
    from warehouse.statements import FOLDER

    digest = hashlib.blake2b(digest_size=8)
    homes = [Path(__file__).parent, Path(str(sdengine.figures.__file__)).parent, FOLDER / "queries" / "page"]
    for home in homes:
        for file in sorted(path for path in home.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".sql")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
