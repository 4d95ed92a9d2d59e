"""The page's answer to whether an income would have lasted: that of SQL, in words that do not promise."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from flows.page.answers import Answers
from flows.page.pages import INDEX, page_of, pages, slug
from flows.page.parts.retirement import worst_starts, would_it_last
from flows.page.read import Subject
from flows.results.choosing import choose_run
from tests.flows.retire.conftest import ALL, OWN
from warehouse import Results

TODAY = date(2026, 2, 1)


def told_of(results: Results, scenario: str) -> Subject:
    page = page_of(results, [choose_run(results, scenario).run_id], TODAY)
    return Subject(Answers(results, [page.run_id], TODAY), page)


def test_it_says_what_sql_says_of_who_asks(lived: Path) -> None:
    with Results.open(lived / "data") as results:
        told = told_of(results, "income")
        part, starts = would_it_last(told), worst_starts(told)
        success = results.rows(f"select round(success, 12) from plans {ALL} order by plan, basis desc, who desc")
        median = f"select round(value_real) from fan {OWN} and quantile = 0.5 and basis = 'drawn'"
        values = results.rows(f"{median} order by year")
        begun = results.rows(f"select first_date from windows {OWN} order by rank limit 10")
        assert part is not None
        assert len(results.rows(part.sql)) == 6
    assert part.lead.startswith("20 % of the initial cash a year, for 1 year.")
    assert "2.1 independent 1-year pasts" in part.lead
    assert part.notes[-2:] == [
        "Success tells how often such pasts would have paid; it is no forecast.",
        "Answered on the bars until 2026-01-29.",
    ]
    assert part.table is not None
    assert [row[3] for row in part.table.rows] == [f"{100 * one:.1f} %" for (one,) in success]
    assert part.figure is not None
    drawn = next(trace for trace in part.figure.data if trace["name"] == "this portfolio, median")
    assert [(value,) for value in drawn["y"]] == values
    assert starts is not None
    assert starts.table is not None
    assert [row[0] for row in starts.table.rows] == [str(day) for (day,) in begun]


def test_a_page_is_made_anew_where_its_plans_were(lived: Path, tmp_path: Path) -> None:
    """Another `[retire]`, or another way to plan, computes no run anew: run_ids and figures are the same."""
    copy = tmp_path / "results.duckdb"
    shutil.copyfile(lived / "data" / "results.duckdb", copy)
    keys = []
    for change in ("", "update retire.terms set input = repeat('0', 16) where scenario = 'income'"):
        if change:
            with duckdb.connect(str(copy)) as con:
                con.execute(change)
        with Results.open(copy) as results:
            keys.append({page.name: page.key for page in pages(results, TODAY)})
    before, after = keys
    assert {name for name in before if before[name] != after[name]} == {slug("income"), INDEX}


def test_who_does_not_ask_has_no_such_part(lived: Path) -> None:
    with Results.open(lived / "data") as results:
        told = told_of(results, "full")
        assert would_it_last(told) is None
        assert worst_starts(told) is None


def test_the_worst_starts_are_told_with_what_fell_short() -> None:
    row: dict[str, Any] = {
        "rank": 1, "first_date": date(2000, 3, 1), "last_date": date(2006, 3, 1), "paid_share": 0.82,
        "months_short": 13, "longest_short": 13, "failed_on": date(2005, 2, 1), "final_value_real": 0.0, "swr": 0.101,
    }  # fmt: skip
    good = row | {"first_date": date(2000, 4, 3), "paid_share": 1.0, "failed_on": None, "months_short": 0}
    asked: Any = SimpleNamespace(ask=lambda _: [row, good], sql=lambda _: "")
    part = worst_starts(asked)
    assert part is not None
    assert part.table is not None
    assert part.lead == "Begun 2000-03-01, 82.0 % was paid of what was asked, the first payment short on 2005-02-01."
    assert part.table.rows[0][2:5] == ("82.0 %", "13", "13")
    assert part.table.rows[1][5] == "\N{EN DASH}"
