"""Value, and how bad it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.page.answers import TWINS
from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import day, percent, points, whole
from flows.results.show import ran_dry


def value(subject: Subject) -> Part:
    """Draw value and fall of the portfolio beside those of what it is compared with, which pays the same."""
    import numpy as np

    from sdengine.figures.value import value_and_fall

    own = subject.days["portfolio"]
    bank = own["bank"][np.searchsorted(own["date"], subject.curves["portfolio"].days)]
    run = subject.figures
    lead = _fell(run)
    return Part(
        "value",
        "Value, and how bad it was",
        f"{lead} {_against(subject)}".strip(),
        value_and_fall.drawing(subject.curves, bank),
        f"Value from {whole(run['initial_cash'])} to {whole(run['final_value'])}, with its falls below. {lead}",
        Table(
            ("of", "value at the end", "paid out", "growth a year", "deepest fall"),
            [_row(word, row) for word, row in subject.compared.items()],
        ),
        sql=subject.sql("figures"),
        notes=_unlike(subject),
    )


def _fell(run: Mapping[str, Any]) -> str:
    if not run["max_drawdown"]:
        return "It never fell below a high."
    fell = f"The deepest fall was {percent(run['max_drawdown'])}, from {day(run['max_drawdown_peak_on'])} to "
    back = run["max_drawdown_recovered_on"]
    after = f"made good on {day(back)}" if back else "it is not made good yet"
    return f"{fell}{day(run['max_drawdown_trough_on'])}; {after}."


def _unlike(subject: Subject) -> list[str]:
    """Say whom the scenario compares with only in part, since they paid out another sum."""
    names = (subject.figures.get("paid_unlike") or "").replace(" ", ", ").replace("_", " ")
    return [f"Paid out another sum, and compares only in part: {names}."] if names else []


def _row(word: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    money = [whole(row[name]) for name in ("final_value", "withdrawals")]
    rates = [percent(row[name]) for name in ("cagr_net", "max_drawdown")]
    if ran_dry(row):
        rates[0] = f"ran out on {row['depleted_on']}"
    return (word, *money, *rates)


def _against(subject: Subject) -> str:
    """Say how much a year it is ahead of or behind the others, where they are known."""
    run = subject.figures
    known = [(name, run[column]) for name, column in EXCESS.items() if run.get(column) is not None]
    ran_out = {name: dry for name, _ in known if (dry := subject.ran_dry(name))}
    grown = [_grew(name, excess) for name, excess in known if name not in ran_out]
    sentences = [f"It grew {' and '.join(grown)}."] if grown else []
    sentences += [f"{TWINS[name].capitalize()} ran out of money on {dry}." for name, dry in ran_out.items()]
    return " ".join(sentences)


def _grew(name: str, excess: float) -> str:
    other = "the benchmark" if name == "benchmark" else TWINS[name]
    size = points(abs(excess)).removeprefix("+")
    if size == points(0.0).removeprefix("+"):
        return f"as much as {other}"
    return f"{size} a year {'more' if excess > 0.0 else 'less'} than {other}"


EXCESS = {"buy_and_hold": "excess_cagr", "benchmark": "benchmark_excess_cagr"}
"""What it is held against -> how much a year it is ahead."""
