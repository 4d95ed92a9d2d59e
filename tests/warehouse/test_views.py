"""Views that people ask: every column is explained, and the figures are those of books worked by hand (see `books`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.views import VIEWS, View
from tests.warehouse import books
from tests.warehouse.books import D1, D2, D3, D4, RUN
from warehouse import Warehouse
from warehouse.statements import statements

OF_RUNS = ("days", "fills", "income", "months", "orders", "runs", "skipped", "verdicts", "years")
OF_PLANS = ("changes", "fan", "paths", "plans", "windows")
FOR_PEOPLE = tuple(sorted((*OF_RUNS, *OF_PLANS)))
PLAN = "00000000000000cc"


def test_each_view_is_declared_and_those_for_people_are_there() -> None:
    assert [view.name for view in VIEWS] == list(statements("views"))
    assert tuple(view.name.removeprefix("main.") for view in VIEWS if view.name.startswith("main.")) == FOR_PEOPLE


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_each_column_of_a_view_is_declared_with_meaning_and_unit(warehouse: Warehouse, view: View) -> None:
    schema, name = view.name.split(".")
    found = warehouse.rows(
        "select column_name, data_type, comment from duckdb_columns() where schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, name],
    )
    assert found == [(column.name, column.dtype, column.comment()) for column in view.columns]
    for column in view.columns:
        assert column.unit or column.dtype not in ("DOUBLE", "BIGINT", "INTEGER", "TIMESTAMP"), column.name


@pytest.mark.parametrize("name", OF_RUNS)
def test_scenario_and_role_stand_beside_the_run_id(warehouse: Warehouse, name: str) -> None:
    warehouse.replace("backtest.orders", books.example("backtest.orders", run_id=RUN))
    warehouse.replace("metrics.monthly", books.example("metrics.monthly", run_id=RUN, month=date(2024, 1, 1)))
    warehouse.replace("judge.trials", books.example("judge.trials", run_id=RUN))
    warehouse.replace("metrics.years", books.example("metrics.years", run_id=RUN))
    assert set(warehouse.rows(f"select run_id, scenario, role from {name}")) == {(RUN, "by hand", "scenario")}


def test_verdicts_begin_with_what_is_furthest_ahead(warehouse: Warehouse) -> None:
    for letter, scenario, excess in (("a", "behind", -0.1), ("b", "own twin", None), ("c", "ahead", 0.2)):
        run_id = letter * 16
        warehouse.append("backtest.runs", books.example("backtest.runs", run_id=run_id, scenario=scenario))
        warehouse.append("judge.trials", books.example("judge.trials", run_id=run_id, excess_cagr=excess))
    assert [name for (name,) in warehouse.rows("select scenario from verdicts")] == ["ahead", "behind", "own twin"]


@pytest.mark.parametrize("name", OF_PLANS)
def test_the_scenario_stands_beside_the_plan(warehouse: Warehouse, name: str) -> None:
    warehouse.append("retire.terms", books.example("retire.terms", plan_id=PLAN, scenario="by hand"))
    warehouse.append(f"retire.{name}", books.example(f"retire.{name}", plan_id=PLAN))
    assert warehouse.rows(f"select plan_id, scenario from {name}") == [(PLAN, "by hand")]


def test_nothing_is_lost_or_doubled_beside_the_scenario(warehouse: Warehouse) -> None:
    for view, table in (("fills", "backtest.fills"), ("days", "backtest.portfolio_days")):
        names = [column.name for column in next(one.columns for one in VIEWS if one.name == f"main.{view}")]
        same = ", ".join(name for name in names if name not in ("scenario", "role"))
        assert warehouse.rows(f"select {same} from {view} order by all") == warehouse.rows(f"from {table} order by all")


def test_a_run_that_failed_stands_in_runs_with_its_reason(warehouse: Warehouse) -> None:
    failed = books.runs(run_id=books.TWIN, scenario="ghost", status="failed", error="no such ticker")
    warehouse.append("backtest.runs", failed)
    found = warehouse.rows("select scenario, status, error, final_value is null from runs order by scenario")
    assert found == [("by hand", "done", None, False), ("ghost", "failed", "no such ticker", True)]


def skip(seq: int, on: date, bank: float, **changes: Any) -> dict[str, Any]:
    values = {"ticker": "A", "action": "SKIP_BUY", "qty": 2.0, "price": 90.0, "anchor": 100.0, "holdings_after": 4.0}
    return {"seq": seq, "date": on, "total": 0.0, "costs": 0.0, "bank_after": bank, **values, **changes}


def test_an_order_that_is_reached_again_and_again_is_one_skipped_order(warehouse: Warehouse) -> None:
    """Two shares at 90, 90 and, where the bar opened lower, 80: 180, 180, 160; 100, 150, 140 in the bank."""
    rows = [
        skip(10, D1, 100.0),
        skip(11, D2, 150.0),
        skip(12, D3, 140.0, price=80.0),
        skip(13, D4, 140.0, qty=3.0),  # another order: more shares
        skip(14, D4, 140.0, action="SKIP_BAND", qty=1.0, price=300.0),  # money was not the reason
        skip(15, D4, 5.0, action="SKIP_WITHDRAWAL", ticker=None, qty=0.0, price=9.0, anchor=None, holdings_after=None),
        skip(16, D4, 9.0, action="SKIP_WITHDRAWAL", ticker=None, qty=0.0, price=9.0, anchor=None, holdings_after=None),
    ]
    warehouse.delete("backtest.fills", None)
    for row in rows:
        warehouse.append("backtest.fills", books.example("backtest.fills", run_id=RUN, **row))
    found = warehouse.rows("select action, qty, first_on, last_on, times, wanted, lacked from skipped order by all")
    assert found == [
        ("SKIP_BAND", 1.0, D4, D4, 1, 300.0, 0.0),
        ("SKIP_BUY", 2.0, D1, D3, 3, 160.0, 20.0),  # 180 - 100, 180 - 150, 160 - 140
        ("SKIP_BUY", 3.0, D4, D4, 1, 270.0, 130.0),
        ("SKIP_WITHDRAWAL", 0.0, D4, D4, 1, 9.0, 0.0),  # coverage was the reason, 9 were there
        ("SKIP_WITHDRAWAL", 0.0, D4, D4, 1, 9.0, 4.0),
    ]


def test_a_month_of_income_tells_what_was_due_paid_and_short(warehouse: Warehouse) -> None:
    """Due 100 and paid 60 of it, then 50 due and nothing paid: 150 due, 60 paid, 90 short. February owes nothing."""
    cash = {"ticker": None, "qty": 0.0, "anchor": None, "holdings_after": None}
    for row in (
        skip(20, D1, 0.0, **cash, action="WITHDRAWAL", price=100.0) | {"total": -60.0},
        skip(21, D2, 0.0, **cash, action="SKIP_WITHDRAWAL", price=50.0),
    ):
        warehouse.append("backtest.fills", books.example("backtest.fills", run_id=RUN, **row))
    warehouse.rows("delete from backtest.fills where seq = 6")  # the books' own withdrawal
    for month, sold in ((1, 109.0), (2, 7.0)):
        values = {"run_id": RUN, "month": date(2024, month, 1), "synthetic_dividends": sold, "dividends": 1.0}
        warehouse.append("metrics.monthly", books.example("metrics.monthly", **values))
    found = warehouse.rows("select month, synthetic_dividends, dividends, due, paid, short from income order by month")
    assert found == [(date(2024, 1, 1), 109.0, 1.0, 150.0, 60.0, 90.0), (date(2024, 2, 1), 7.0, 1.0, 0.0, 0.0, 0.0)]


def test_an_order_tells_its_worth(warehouse: Warehouse) -> None:
    warehouse.replace("backtest.orders", books.example("backtest.orders", run_id=RUN, qty=3.0, limit_price=1.5))
    assert warehouse.rows("select worth from orders") == [(4.5,)]


def test_views_are_written_in_what_duckdb_1_4_knows() -> None:
    """Its clients open the published file, and have no function `if`; all of it is read by one in `test_results`."""
    assert not [name for name, view in statements("views").items() if " if(" in view.sql or "(if(" in view.sql]
