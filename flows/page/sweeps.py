"""A sweep's page: its members over two of its keys, its best, and where each is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.called import spelled
from flows.page.part import Part, Table
from flows.page.parts.judged import what_it_is_worth
from flows.page.read import pasted
from flows.page.wording import NOTHING, capital, percent, points, whole
from schemas.shown import of_all
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.page.answers import Answers
    from flows.page.pages import Row
    from warehouse import Results

KEY = re.compile(r"([\w.]+)=((?:[^,\[\]]|\[[^\]]*\])*)")
"""One key of a member's name, as in `sweep[sd_n=8,profit_sharing_pct=50]`."""
SHOWN = 60
"""Members that the table holds."""


def sweep_parts(answers: Answers, rows: Sequence[Row]) -> list[Part]:
    """Make the parts of a sweep's page from the rows of its members, best first, of which `answers` know."""
    keys = {row["scenario"]: dict(KEY.findall(row["scenario"].removeprefix(row["sweep"]))) for row in rows}
    varied = [key for key in keys[rows[0]["scenario"]] if len({own.get(key) for own in keys.values()}) > 1]
    parts = [
        _lasting(answers.results, rows, keys, varied),
        _map(rows, keys, varied),
        _worth_of_best(answers, rows[0]),
        _members(rows),
    ]
    return [part for part in parts if part is not None]


def _map(rows: Sequence[Row], keys: dict[str, dict[str, str]], varied: list[str]) -> Part | None:
    """Draw growth a year over the first two keys; where more vary, the best of those that share a cell."""
    from sdengine.figures.tables import sweep_map

    if not varied:
        return None
    across, down = varied[0], varied[1] if len(varied) > 1 else None
    columns = _sorted(own[across] for own in keys.values())
    lines = _sorted(own[down] for own in keys.values()) if down else [rows[0]["sweep"]]
    figures = np.full((len(lines), len(columns)), np.nan)
    for row in rows:
        own = keys[row["scenario"]]
        at = lines.index(own[down]) if down else 0, columns.index(own[across])
        figures[at] = np.fmax(figures[at], np.nan if row["cagr_net"] is None else row["cagr_net"])
    best = rows[0]
    lead = f"The best of {len(rows)} is {best['scenario']}: {percent(best['cagr_net'])} a year."
    if len(varied) > 2:
        lead += f" Each cell holds the best over {', '.join(varied[2:])}."
    figure = sweep_map.drawing(columns, lines, figures, names=(across, down or ""), of="growth a year")
    table = Table(("", *columns), [(line, *map(_cell, row)) for line, row in zip(lines, figures, strict=True)])
    return Part(
        "map",
        "Growth a year over the sweep",
        lead,
        figure,
        lead,
        table,
        sql=pasted(statement("page/sweep"), sweep=rows[0]["sweep"]),
    )


def _worth_of_best(answers: Answers, best: Row) -> Part | None:
    """Tell how sure its best is among all members, and how its neighbours did."""
    judged = [row for row in answers.rows("judged", best["run_id"]) if row["sweep"] == best["sweep"]]
    asked = pasted(statement("page/judged"), run_ids=[best["run_id"]])
    return what_it_is_worth(judged[0], asked) if judged else None


def _cell(value: float) -> str:
    return NOTHING if np.isnan(value) else percent(value)


def _sorted(values: Any) -> list[str]:
    """Sort by number where all are numbers."""
    different = set(values)
    try:
        return sorted(different, key=float)
    except ValueError:
        return sorted(different)


def _lasting(results: Results, rows: Sequence[Row], keys: dict[str, dict[str, str]], varied: list[str]) -> Part | None:
    """Draw, for a sweep over starts, the share of each year's due that was paid, and say what was left."""
    from sdengine.figures.lasting import paid_by_start

    if "start" not in varied or not any(row["withdrawals_due"] for row in rows):
        return None
    begun = sorted(rows, key=lambda row: (row["first_date"], row["scenario"]))
    answer = results.records(statement("page/lasting"), {"run_ids": [row["run_id"] for row in begun]})
    years = sorted({one["year"] for one in answer})
    others = [key for key in varied if key != "start"]
    names = [
        ", ".join([keys[row["scenario"]]["start"], *(keys[row["scenario"]][key] for key in others)]) for row in begun
    ]
    shares = np.full((len(begun), len(years)), np.nan)
    place = {row["run_id"]: k for k, row in enumerate(begun)}
    for one in answer:
        if one["paid_share"] is not None:
            shares[place[one["run_id"]], years.index(one["year"])] = one["paid_share"]
    left = {one["run_id"]: one for one in results.records(statement("page/left"), {"run_ids": list(place)})}
    table = Table(
        (
            "begun",
            "paid, of what was due",
            "months unpaid",
            "left",
            "buy and hold: left",
            "benchmark: left",
        ),
        [_left(name, row, left[row["run_id"]]) for name, row in zip(names, begun, strict=True)],
    )
    full = sum(row["withdrawals"] >= 0.9999 * row["withdrawals_due"] for row in begun)
    lead = f"{capital(of_all(full, len(begun), 'start'))} paid all that was due."
    return Part(
        "lasting",
        "Would it have lasted?",
        lead,
        paid_by_start.drawing(names, years, shares),
        f"A row for each start, a column for each year: the share of what was due that was paid. {lead}",
        table,
        folded=False,
        sql=pasted(statement("page/lasting"), run_ids=list(place)),
    )


def _left(name: str, row: Row, left: Row) -> tuple[str, ...]:
    paid = f"{whole(row['withdrawals'])} of {whole(row['withdrawals_due'])}"
    others = [_left_of(left[f"{other}_value"], left[f"{other}_paid"]) for other in ("held", "benchmark")]
    return (name, paid, str(left["months_none"]), whole(left["final_value"]), *others)


def _left_of(value: float | None, paid: float | None) -> str:
    """Say what another was left with, and what it had paid: one without the other is no comparison."""
    return NOTHING if value is None else f"{whole(value)}, paid {whole(paid)}"


def _member(row: Row) -> str:
    """Name a member by what it has of its own: `sd_n=8,profit_sharing_pct=50`."""
    return str(row["scenario"].removeprefix(row["sweep"]).strip("[]"))


def _members(rows: Sequence[Row]) -> Part:
    shown = rows[:SHOWN]
    table = Table(
        ("place", "member", "growth a year", "against buy and hold", "deepest fall", "value at the end", "fills"),
        [
            (
                str(row["place"]), _member(row), percent(row["cagr_net"]), points(row["excess_cagr"]),
                percent(row["max_drawdown"]), whole(row["final_value"]), f"{row['fills']:,}",
            )
            for row in shown
        ],
    )  # fmt: skip
    lead = f"{capital(of_all(len(rows), len(rows), 'member'))}{', best first' if len(rows) > 1 else ''}."
    if len(shown) < len(rows):
        lead = f"The best {SHOWN} of {len(rows):,} members."
    note = f"A member's own page: `{spelled('report', name=shown[-1]['scenario'])}`"
    return Part("members", "Members", lead, table=table, folded=False, notes=(note,))
