"""What happened since a night or a date: fills, payments, what was skipped, orders that moved; each in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.results.explain.figures import money, number, price
from flows.settings import Note, tell
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from warehouse import Results

FIELDS = ("scenario", "date", "kind", "ticker", "text", "qty", "price", "total", "run_id")
TOGETHER = 200
"""Runs whose detail is looked at at once."""
Row = Mapping[str, Any]
Item = dict[str, Any]


@dataclass(frozen=True)
class Since:
    """The day of each run (by run_id) after which something is news, and what that day is, in words.

    days     run_id -> day
    begins   the words
    night    whether the days are those on which the bars of a night ended
    """

    days: Mapping[str, date]
    begins: str
    night: bool = False

    @property
    def words(self) -> str:
        """Say what the day is; of a night, on which day its bars ended."""
        last = f", whose bars ended on {max(self.days.values())}" if self.night and self.days else ""
        return f"{self.begins}{last}"

    def of(self, run_id: str) -> Since:
        """Give the same of one run alone."""
        return replace(self, days={run_id: self.days[run_id]} if run_id in self.days else {})


def since(results: Results, runs: Sequence[PublishedRun], given: str | None) -> Since:
    """Find the day after which things are news: a date, the end of a night, by default of the night before.

    `UsageError` for what is neither a date nor the beginning of the one night that it may mean.
    """
    if given is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        try:
            day = date.fromisoformat(given)
        except ValueError:
            raise UsageError(f"--since {given}: there is no such day; allowed is a date such as 2013-02-28") from None
        return Since({run.run_id: day for run in runs}, f"after {day}")
    nights = results.rows(statement("results/news/nights"))
    if given is None:
        earlier = [batch for batch, last in nights if last < nights[0][1]]
        if not earlier:
            asked = {"run_ids": [run.run_id for run in runs]}
            days = dict(results.rows(statement("results/news/days_before"), asked))
            return Since(days, "on the last day; no earlier night is known")
        return _after_night(results, runs, earlier[0])
    meant = [batch for batch, _ in nights if batch.startswith(given)] if given else []
    if len(meant) != 1:
        from sdengine.words import first_few

        known = first_few(meant or [batch for batch, _ in nights], 3) or "none yet"
        which = f"{len(meant)} nights begin so" if meant else "it is no date and no night begins so"
        raise UsageError(f"--since {given}: {which}; allowed is a date such as 2013-02-28, or a night: {known}")
    return _after_night(results, runs, meant[0])


def _after_night(results: Results, runs: Sequence[PublishedRun], batch: str) -> Since:
    known = dict(results.rows(statement("results/news/known"), {"batch_id": batch}))
    days = {run.run_id: known[run.scenario] for run in runs if run.scenario in known}
    return Since(days, f"since the night {batch}", night=True)


def news_since(
    results: Results, runs: Sequence[PublishedRun], given: str | None, note: Note = tell
) -> tuple[list[Item], str]:
    """List what happened in runs since what is given, see `since`; and what that is, in words.

    `note` is told of runs whose detail can be had no longer; PipelineError where it can be of none.
    """
    words, items = since(results, runs, given).words, list[Item]()
    for detailed, some in _with_detail(results, runs, note):
        days = since(detailed, some, given).days
        items += news(detailed, {run.run_id: days[run.run_id] for run in some if run.run_id in days})
    return items, words


def news_after(
    results: Results, runs: Sequence[PublishedRun], days: Mapping[str, date], note: Note = tell
) -> list[Item]:
    """List what happened in runs after the day of each of `days`, by scenario; else as `news_since`."""
    items = list[Item]()
    for detailed, some in _with_detail(results, [run for run in runs if run.scenario in days], note):
        items += news(detailed, {run.run_id: days[run.scenario] for run in some})
    return items


def _with_detail(
    results: Results, runs: Sequence[PublishedRun], note: Note
) -> Iterator[tuple[Results, list[PublishedRun]]]:
    """Give results with the detail of some runs at a time: a large sweep has more of it than there is memory."""
    from flows.detail.door import with_reproducible

    for k in range(0, len(runs), TOGETHER):
        some = runs[k : k + TOGETHER]
        with with_reproducible(results, [run.run_id for run in some], note) as (detailed, there):
            yield detailed, [run for run in some if run.run_id in there]


def news(results: Results, days: Mapping[str, date]) -> list[Item]:
    """List what happened in each run after its day, in order of scenario and time, the orders that moved last."""
    asked = {"run_ids": list(days), "since": list(days.values())}
    rows = results.records(statement("results/news/rows"), asked)
    moved = results.records(statement("results/news/anchors"), asked)
    items = [*_happened(rows), *map(_moved, moved)]
    return sorted(items, key=lambda item: (item["scenario"], item["run_id"], item["kind"] == "order", item["date"]))


def _happened(rows: Iterable[Row]) -> list[Item]:
    """Tell each row; an order that was reached on several days and not done is told once."""
    items: dict[Any, Item] = {}
    days: dict[Any, set[date]] = {}
    for k, row in enumerate(rows):
        kind, sentence = KINDS[row["action"]]
        order = (row["run_id"], row["ticker"], row["action"], row["anchor"], row["qty"])
        resting = order if row["action"] in RESTING else k
        days.setdefault(resting, set()).add(row["date"])
        times = f", on {len(days[resting])} days" if len(days[resting]) > 1 else ""
        items[resting] = _item(row, row["date"], kind, sentence(row) + times)
    return list(items.values())


def _item(row: Row, day: date, kind: str, text: str) -> Item:
    return {name: row.get(name) for name in FIELDS} | {"date": day, "kind": kind, "text": text}


def _moved(row: Row) -> Item:
    sides = [f"{side} {number(row[f'{side}_qty'])} at {price(row[side])}" for side in ("buy", "sell") if row[side]]
    stand = f"they stand around {price(row['after'])}: {', '.join(sides) or 'none rests'}"
    before = f", before around {price(row['before'])}" if row["before"] else ""
    return _item(row, row["moved_on"], "order", f"{row['ticker']}: its orders moved; {stand}{before}")


def _trade(verb: str, why: str = "") -> Callable[[Row], str]:
    return lambda row: (
        f"{verb} {number(row['qty'])} {row['ticker']} at {price(row['price'])}, {money(row['total'])} in all{why}"
    )


def _skipped(row: Row) -> str:
    cost = row["qty"] * row["price"]
    order = f"skipped a buy of {number(row['qty'])} {row['ticker']} at {price(row['price'])}"
    return f"{order}: it costs {money(cost)}, commissions aside, and the bank held {money(row['bank_after'])}"


def _beyond_band(row: Row) -> str:
    return f"skipped an order of {number(row['qty'])} {row['ticker']} at {price(row['price'])}: its band forbids it"


def _paid(row: Row) -> str:
    paid, due = money(-row["total"]), money(row["price"])
    return f"paid out {paid}" + ("" if paid == due else f" of {due} due")


def _unpaid(row: Row) -> str:
    return f"paid out nothing of {money(row['price'])} due"


def _dividend(row: Row) -> str:
    return f"{row['ticker']} paid a dividend of {price(row['price'])} a share, {money(row['total'])} in all"


RESTING = ("SKIP_BUY", "SKIP_BAND")
KINDS: dict[str, tuple[str, Callable[[Row], str]]] = {
    "INITIAL_BUY": ("fill", _trade("entered with", ", the first purchase")),
    "BUY": ("fill", _trade("bought")),
    "SELL": ("fill", _trade("sold", ", a synthetic dividend")),
    "REBALANCE_BUY": ("fill", _trade("bought", ", towards its target or band")),
    "REBALANCE_SELL": ("fill", _trade("sold", ", towards its target or band")),
    "ARBITRAGE_BUY": ("fill", _trade("bought", ", with the proceeds of a dearer asset")),
    "ARBITRAGE_SELL": ("fill", _trade("sold", ", to buy a cheaper asset")),
    "FUNDING_SELL": ("fill", _trade("sold", ", to pay what was due")),
    "WITHDRAWAL": ("payment", _paid),
    "SKIP_WITHDRAWAL": ("payment", _unpaid),
    "DIVIDEND": ("payment", _dividend),
    "INTEREST": ("payment", lambda row: f"interest of {money(row['total'])}"),
    "TAX": ("payment", lambda row: f"tax of {money(-row['total'])}"),
    "SKIP_BUY": ("skip", _skipped),
    "SKIP_BAND": ("skip", _beyond_band),
}
"""What each action of a history is, and how it is said."""
