"""The head of a page: one sentence, what to be warned of, five figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        elif ticker["last_error"]:
            found.append(f"{ticker['ticker']} could not be fetched: {ticker['last_error']}")
    oldest = [ticker["days_old"] for ticker in told.shown.data.to_dicts() if ticker["days_old"] is not None]
    if oldest and min(oldest) > STALE:
        found.insert(0, f"The last bar is {min(oldest):,} days old: nothing here is about today.")
    return found


STALE = 7
"""Days without any bar after which the page says so at its top."""


def _against(told: Told) -> Card:
    run = told.figures
    if run.get("benchmark_excess_cagr") is not None:
        return Card(f"against {run['benchmark']}", points(run["benchmark_excess_cagr"]), "a year, paying the same")
    if run["excess_cagr"] is None:
        return Card("against buy and hold", NOTHING, "it is its own twin")
    return Card("against buy and hold", points(run["excess_cagr"]), "a year, paying the same")


def _assets(count: int) -> str:
    return "one asset" if count == 1 else f"{count} assets"
