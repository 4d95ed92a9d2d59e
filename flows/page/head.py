"""The head of a page: one sentence, what to be warned of, five figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.page.wording import NOTHING, asked_of, money, percent, points, whole
from flows.results.age import STALE_DAYS
from schemas.shown import counted

if TYPE_CHECKING:
    from flows.page.read import Subject


@dataclass(frozen=True)
class Card:
    """One figure: what it is, the figure, and a line below it."""

    name: str
    figure: str
    below: str = ""


def sentence(subject: Subject) -> str:
    """Say what the scenario did, in one sentence."""
    run = subject.figures
    began = f"{whole(run['initial_cash'])}{subject.currency} in {_assets(run['assets'])}, begun {run['first_date']}"
    paid = f", paid out {whole(run['withdrawals'])}" if run["withdrawals"] else ""
    return f"{began}{paid} and stood at {whole(run['final_value'])} on {run['last_date']}."


def cards(subject: Subject) -> list[Card]:
    """Give value, payments, fall, growth, and the difference to the benchmark (to buying and holding without one)."""
    run = subject.figures
    return [
        Card("value", whole(run["final_value"]) + subject.currency, _cash(run)),
        _payments(subject),
        Card("deepest fall", percent(run["max_drawdown"]), _now(run)),
        Card("growth a year", percent(run["cagr_net"]), f"over {run['years']:.1f} years, taxes due taken off"),
        _against(subject),
    ]


def _cash(run: Mapping[str, Any]) -> str:
    value, bank = whole(run["final_value"]), run["final_bank"]
    if bank <= -0.5:
        return f"{whole(-bank)} of it borrowed"
    part = {"0": "none", value: "all"}.get(whole(abs(bank)), whole(bank))
    return f"{part} of it cash"


def _now(run: Mapping[str, Any]) -> str:
    below = percent(run["current_drawdown"])
    return "now at its high" if below == percent(0.0) else f"now {below} below the high"


def _payments(subject: Subject) -> Card:
    run = subject.figures
    due, paid = run["withdrawals_due"], run["withdrawals"]
    if not due:
        return Card("paid out", "nothing due", f"{money(run['synthetic_dividends'])} earned by the ladder")
    return Card("paid, of what was due", percent(paid / due, 0), f"{money(paid)} of {whole(due)}")


class Trouble(NamedTuple):
    """What is wrong with an asset: one word for the front page, a sentence for the scenario's own."""

    ticker: str
    word: str
    sentence: str


def warnings(subject: Subject) -> list[str]:
    """Say what is stopped, suspect or turned away among the scenario's assets."""
    sentences = [trouble.sentence for trouble in troubles(subject.page.bars.values())]
    if reason := subject.figures.get("benchmark_reason"):
        sentences.append(f"Not compared with {subject.figures['benchmark']}: {reason}.")
    return sentences


def troubles(bars: Iterable[Mapping[str, Any]]) -> list[Trouble]:
    """Find what is wrong with the bars of some tickers, by their rows of `sdengine data`."""
    rows = list(bars)
    newest = max((row["until"] for row in rows if row["until"]), default=None)
    return [trouble for row in rows for trouble in _troubles(row, newest)]


def _troubles(row: Mapping[str, Any], newest: date | None) -> Iterator[Trouble]:
    ticker, until = row["ticker"], row["until"]
    if newest and until and (newest - until).days > STALE_DAYS:
        yield Trouble(ticker, "stopped", f"{ticker} has no bar since {until}.")
    if row["verdict"] == "rejected":
        rows = f"{counted(row['rejected'], 'row')} turned away"
        yield Trouble(ticker, rows, f"{ticker}: {rows} ({row['found']}): {asked_of(ticker)}")
    elif row["verdict"] in ("blocked", "suspect"):
        yield Trouble(ticker, row["verdict"], f"{ticker} is {row['verdict']}: {row['found']}")
    elif row["last_error"]:
        yield Trouble(ticker, "not fetched", f"{ticker} could not be fetched: {row['last_error']}")


def _against(subject: Subject) -> Card:
    run = subject.figures
    name, field, word = "benchmark", "benchmark_excess_cagr", run["benchmark"]
    if run.get(field) is None:
        name, field, word = "buy_and_hold", "excess_cagr", "buy and hold"
    if run[field] is None:
        return Card(f"against {word}", NOTHING, "it is its own twin")
    if dry := subject.ran_dry(name):
        return Card(f"against {word}", "outlived it", f"{word} ran out of money on {dry}")
    return Card(f"against {word}", points(run[field]), _paying(run, name))


def _paying(run: Mapping[str, Any], other: str) -> str:
    """Say whether both took out the same, without which two growths compare only in part."""
    if other not in (run.get("paid_unlike") or "").split():
        return "a year, paying the same" if run["withdrawals"] else "a year"
    return f"a year; but it paid {whole(run['withdrawals'])}, the other {whole(run[f'{other}_withdrawals'])}"


def _assets(count: int) -> str:
    return "one asset" if count == 1 else counted(count, "asset")
