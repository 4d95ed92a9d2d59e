"""The head of a page: one sentence, what to be warned of, five figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.page.wording import NOTHING, percent, points, whole

if TYPE_CHECKING:
    from flows.page.read import Told


@dataclass(frozen=True)
class Card:
    """One figure: what it is, the figure, and a line below it."""

    name: str
    figure: str
    below: str = ""


def sentence(told: Told) -> str:
    """Say what the scenario did, in one sentence."""
    run = told.figures
    began = f"{whole(run['initial_cash'])} in {_assets(run['assets'])}, begun {run['first_date']}"
    paid = f", paid out {whole(run['withdrawals'])}" if run["withdrawals"] else ""
    return f"{began}{paid} and stood at {whole(run['final_value'])} on {run['last_date']}."


def cards(told: Told) -> list[Card]:
    """Give value, payments, fall, growth, and the difference to the benchmark (to buying and holding without one)."""
    run = told.figures
    return [
        Card("value", whole(run["final_value"]), f"{whole(run['final_bank'])} of it cash"),
        _payments(told),
        Card("deepest fall", percent(run["max_drawdown"]), f"now {percent(run['current_drawdown'])} below the high"),
        Card("growth a year", percent(run["cagr_net"]), f"over {run['years']:.1f} years, taxes due taken off"),
        _against(told),
    ]


def _payments(told: Told) -> Card:
    run = told.figures
    due, paid = run["withdrawals_due"], run["withdrawals"]
    if not due:
        return Card("paid out", "nothing due", f"{whole(run['synthetic_dividends'])} earned by the ladder")
    return Card("paid, of what was due", percent(paid / due, 0), f"{whole(paid)} of {whole(due)}")


def warnings(told: Told) -> list[str]:
    """Say what is stale, stopped or turned away among the scenario's assets."""
    found = []
    for ticker in told.shown.data.to_dicts():
        if ticker["verdict"] == "blocked":
            found.append(f"{ticker['ticker']} is blocked: {ticker['found']}")
        elif ticker["verdict"] in ("suspect", "rejected"):
            found.append(f"{ticker['ticker']} is {ticker['verdict']}: {ticker['found']}")
        elif ticker["last_error"]:
            found.append(f"{ticker['ticker']} could not be fetched: {ticker['last_error']}")
    ages = {ticker["ticker"]: ticker["days_old"] for ticker in told.shown.data.to_dicts()}
    newest = min((age for age in ages.values() if age is not None), default=0)
    dead = [f"{name} has no bar since {age:,} days." for name, age in ages.items() if age and age > newest + STALE]
    if reason := told.figures.get("benchmark_reason"):
        found.append(f"Not compared with {told.figures['benchmark']}: {reason}.")
    return [*stale(newest), *dead, *found]


def stale(days: int) -> list[str]:
    """Say that nothing is about today, where the newest bar is that many days old."""
    return [f"The last bar is {days:,} days old: nothing here is about today."] if days > STALE else []


STALE = 7
"""Days without any bar after which the page says so at its top."""


def _against(told: Told) -> Card:
    run = told.figures
    if run.get("benchmark_excess_cagr") is not None:
        return Card(f"against {run['benchmark']}", points(run["benchmark_excess_cagr"]), _paying(run, "benchmark"))
    if run["excess_cagr"] is None:
        return Card("against buy and hold", NOTHING, "it is its own twin")
    return Card("against buy and hold", points(run["excess_cagr"]), _paying(run, "buy_and_hold"))


def _paying(run: Mapping[str, Any], other: str) -> str:
    """Say whether both took out the same, without which two growths compare only in part."""
    if other not in (run.get("paid_unlike") or "").split():
        return "a year, paying the same" if run["withdrawals"] else "a year"
    return f"a year; but it paid {whole(run['withdrawals'])}, the other {whole(run[f'{other}_withdrawals'])}"


def _assets(count: int) -> str:
    return "one asset" if count == 1 else f"{count} assets"
