"""A page as HTML, from what is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.page.pages import Page, sweep_slug
from flows.page.wording import percent, points
from flows.results.age import STALE_DAYS
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.page.answers import Answers
    from flows.page.part import Part
    from flows.page.read import Subject
    from warehouse import Results


def compose(results: Results, page: Page, today: date, *, single: bool = False, answers: Answers | None = None) -> str:
    """Make a page's HTML; `single`: with all that it needs inside. `answers` are those that several pages share."""
    if page.kind == "index":
        return _index(results, page, today, single)
    return (_scenario if page.kind == "scenario" else _sweep)(results, page, today, single, answers)


def _render(page: Page, today: date, single: bool, sweep: str | None = None, **values: Any) -> str:
    """Write a page; all but the front page lead there, and those of a `sweep`'s best to that of the sweep."""
    from flows.page.markup import filled
    from flows.page.render import render

    last = page.last_date
    old = last is not None and (today - last).days > STALE_DAYS
    if page.kind != "index" and not single:
        beside = filled(' · <a href="{}.html">{}</a>', sweep_slug(sweep), sweep) if sweep else ""
        values["way"] = filled('<nav><a href="index.html">All scenarios</a>{}</nav>', beside)
    return render(
        name=page.name, key=page.key, batch=page.batch, last=last, old=old, single=single, **values
    )  # fmt: skip


def _scenario(results: Results, page: Page, today: date, single: bool, answers: Answers | None) -> str:
    from flows.page.head import cards, sentence, warnings

    (row,) = page.rows
    with subject_of(results, page, today, answers) as subject:
        return _render(
            page, today, single, row["sweep"], title=row["scenario"], description=row["description"],
            sentence=sentence(subject), warnings=warnings(subject), cards=cards(subject), parts=list(_parts(subject)),
        )  # fmt: skip


def scenario_parts(results: Results, page: Page, today: date) -> Iterator[Part]:
    """Make the parts of a scenario's page, one by one."""
    with subject_of(results, page, today) as subject:
        yield from _parts(subject)


@contextmanager
def subject_of(results: Results, page: Page, today: date, answers: Answers | None = None) -> Iterator[Subject]:
    """Read what a scenario is told from: without `answers` from its own, with its detail where that is not kept."""
    from flows.detail.door import with_detail
    from flows.page.answers import Answers
    from flows.page.read import Subject

    if answers is not None:
        yield Subject(answers, page)
        return
    with with_detail(results, [page.run_id]) as detailed:
        yield Subject(Answers(detailed, [page.run_id], today), page)


def _parts(subject: Subject) -> Iterator[Part]:
    from flows.page.parts import PARTS

    return (made for part in PARTS if (made := part(subject)) is not None)


def _sweep(results: Results, page: Page, today: date, single: bool, answers: Answers | None) -> str:
    from flows.page.answers import Answers
    from flows.page.head import Card
    from flows.page.sweeps import sweep_parts

    best = page.rows[0]
    ahead = [row["excess_cagr"] for row in page.rows if row["excess_cagr"] is not None]
    cards = [
        Card("best growth a year", percent(best["cagr_net"]), best["scenario"].removeprefix(best["sweep"])),
        Card(
            "median growth a year",
            percent(_median([row["cagr_net"] for row in page.rows])),
            counted(len(page.rows), "member"),
        ),
        Card("best against buy and hold", points(max(ahead, default=None)), "growth a year of any member"),
        Card("deepest fall of the best", percent(best["max_drawdown"])),
    ]
    return _render(
        page, today, single, title=best["sweep"], description=best["description"],
        sentence=_differ(len(page.rows)), cards=cards,
        parts=sweep_parts(answers or Answers(results, [page.run_id], today), page.rows),
    )  # fmt: skip


def _differ(members: int) -> str:
    if members == 1:
        return "One scenario: the sweep names one value of each of its keys."
    return f"{members:,} scenarios that differ in some settings alone."


def _median(values: Sequence[float | None]) -> float | None:
    from statistics import median

    known = [value for value in values if value is not None]
    return median(known) if known else None


def _index(results: Results, page: Page, today: date, single: bool) -> str:
    from flows.page.front import front, front_html
    from flows.page.pages import leading

    shown = [
        row if (today - row["last_date"]).days <= STALE_DAYS else {**row, "orders_near": None}
        for row in leading(page.rows)
    ]
    sparks = _sparks(results, [row["run_id"] for row in shown])
    failed = [f"{one['item'] or one['stage']}: {one['reason']}" for one in page.troubles]
    sentence = "No scenario has been published."
    if page.rows:
        sentence = f"{counted(len(page.rows), 'scenario')}, up to {page.last_date}."
    return _render(
        page, today, single, title=f"Night of {page.batch['started_at']:%Y-%m-%d %H:%M} UTC", sentence=sentence,
        warnings=failed, main=front_html(front(shown, page.rows, page.bars), sparks),
    )  # fmt: skip


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
