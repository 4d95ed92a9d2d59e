"""A page as HTML, from what is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.page.pages import Page, slug, sweep_slug
from flows.page.wording import NOTHING, counted, percent, points, whole
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.page.part import Part
    from warehouse import Results


def compose(results: Results, page: Page, today: date, *, single: bool = False) -> str:
    """Make a page's HTML; `single`: with all that it needs inside."""
    made = {"index": _index, "scenario": _scenario, "sweep": _sweep}[page.kind]
    return made(results, page, today, single)


def _render(template: str, results: Results, page: Page, single: bool, parts: Sequence[Part], **values: Any) -> str:
    from flows.page.render import render

    batch = results.records(statement("page/batch"))[0]["batch_id"]
    drawn = any(part.figure is not None for part in parts)
    common = {"name": page.name, "key": page.key, "batch": batch, "parts": parts}
    return render(template, single=single, drawn=drawn, **common, **values)


def _scenario(results: Results, page: Page, today: date, single: bool) -> str:
    from flows.detail.door import with_detail
    from flows.page.head import cards, sentence, warnings
    from flows.page.parts import PARTS
    from flows.page.read import Told
    from flows.results.choosing import choose_run
    from flows.results.show import read_show

    (row,) = page.rows
    run = choose_run(results, row["run_id"])
    with with_detail(results, [run.run_id]) as detailed:
        told = Told(detailed, run, read_show(detailed, run, today), today)
        parts = [made for part in PARTS if (made := part(told)) is not None]
        sweep = row["sweep"] and {"name": row["sweep"], "address": f"{sweep_slug(row['sweep'])}.html"}
        return _render(
            "scenario.html.j2", results, page, single, parts,
            title=run.scenario, sentence=sentence(told), warnings=warnings(told), cards=cards(told),
            sweep=sweep,
        )  # fmt: skip


def _sweep(results: Results, page: Page, today: date, single: bool) -> str:
    from flows.page.head import Card, stale
    from flows.page.sweeps import sweep_parts

    best = page.rows[0]
    ahead = [row["excess_cagr"] for row in page.rows if row["excess_cagr"] is not None]
    cards = [
        Card("best growth a year", percent(best["cagr_net"]), best["scenario"].removeprefix(best["sweep"])),
        Card(
            "median growth a year",
            percent(_median([row["cagr_net"] for row in page.rows])),
            f"{len(page.rows)} members",
        ),
        Card("best against buy and hold", points(max(ahead, default=None)), "growth a year of any member"),
        Card("deepest fall of the best", percent(best["max_drawdown"])),
    ]
    return _render(
        "scenario.html.j2", results, page, single, sweep_parts(results, page.rows),
        title=best["sweep"], warnings=stale((today - _ended(page)).days), cards=cards, sweep=None,
        sentence=f"{len(page.rows)} scenarios that differ in some settings alone.",
    )  # fmt: skip


def _median(values: Sequence[float | None]) -> float | None:
    from statistics import median

    known = [value for value in values if value is not None]
    return median(known) if known else None


FRONT = (
    "", "scenario", "", "value", "paid, of due", "deepest fall", "growth a year", "against buy and hold",
    "verdict", "orders near",
)  # fmt: skip


def _index(results: Results, page: Page, today: date, single: bool) -> str:
    from flows.page.head import stale
    from flows.page.pages import leading

    shown = list(leading(page.rows))
    sparks = _sparks(results, [row["run_id"] for row in shown])
    (batch,) = results.records(statement("page/batch"))
    troubles = [
        f"{one['item'] or one['stage']}: {one['reason']}" for one in results.records(statement("page/troubles"))
    ]
    rows = [
        {
            "place": row["place"],
            "name": row["scenario"],
            "address": f"{slug(row['scenario'])}.html",
            "sweep": row["sweep"] and {"address": f"{sweep_slug(row['sweep'])}.html"},
            "members": sum(other["sweep"] == row["sweep"] for other in page.rows),
            "spark": sparks.get(row["run_id"], ""),
            "cells": _cells(row),
        }
        for row in shown
    ]
    sentence = "No scenario has been published."
    if page.rows:
        sentence = f"{counted(len(page.rows), 'scenario')}, up to {_ended(page)}."
        troubles = [*stale((today - _ended(page)).days), *troubles]
    return _render(
        "index.html.j2", results, page, single, (),
        title=f"Night of {batch['started_at']:%Y-%m-%d %H:%M} UTC", sentence=sentence, warnings=troubles, rows=rows,
        names=FRONT,
    )  # fmt: skip


def _ended(page: Page) -> date:
    """Tell the last day that anything on a page knows of."""
    return max(row["last_date"] for row in page.rows)


def _cells(row: Any) -> tuple[str, ...]:
    due = row["withdrawals_due"]
    return (
        whole(row["final_value"]),
        percent(row["withdrawals"] / due, 0) if due else "none due",
        percent(row["max_drawdown"]),
        percent(row["cagr_net"]),
        points(row["excess_cagr"]),
        row["verdict"] or NOTHING,
        str(row["orders_near"]),
    )


def _sparks(results: Results, run_ids: Sequence[str]) -> dict[str, str]:
    """Draw each run's months as the points of a line in a box of 100 by 28."""
    months: dict[str, list[float]] = {}
    for run_id, _, value in results.rows(statement("page/sparks"), {"run_ids": list(run_ids)}):
        months.setdefault(run_id, []).append(value)
    return {run_id: _line(values) for run_id, values in months.items()}


def _line(values: Sequence[float]) -> str:
    low, reach = min(values), (max(values) - min(values)) or 1.0
    step = 100.0 / max(1, len(values) - 1)
    return " ".join(f"{k * step:.1f},{26.0 - 24.0 * (value - low) / reach:.1f}" for k, value in enumerate(values))
