"""Each proposition about the books holds for the hand-made ones and is broken by one small lie."""

import polars as pl
import pytest

from tests.warehouse import books
from warehouse import BadRequest, Warehouse
from warehouse.statements import statements

RUN = books.RUN
LIES = {
    "assert_bank_follows_fills": [
        "update backtest.fills set bank_after = bank_after + 0.01 where seq = 1",
        "update backtest.fills set bank_after = bank_after + 0.01 where seq = 0",
        "update backtest.fills set costs = 0 where seq = 2",
        "update backtest.fills set total = 3 where action = 'INTEREST'",
        "update backtest.fills set total = 'nan'::double where seq = 1",
        "update backtest.fills set bank_after = 'nan'::double where seq = 6",
        'update backtest.runs set parameters = \'{"portfolio":{"initial_cash":1001}}\'',
        "delete from backtest.fills where seq = 3",
    ],
    "assert_holdings_follow_fills": [
        "update backtest.fills set holdings_after = 6 where seq = 0",
        "update backtest.fills set holdings_after = 5 where seq = 5",
        "update backtest.fills set qty = 9 where seq = 2",
        "update backtest.fills set holdings_after = 'nan'::double where seq = 5",
    ],
    "assert_holdings_are_open_lots": [
        "delete from backtest.lots where ticker = 'B'",
        "update backtest.lots set qty = 5 where ticker = 'A' and close_seq is null",
    ],
    "assert_lots_match_their_fills": [
        "update backtest.lots set qty = 2 where close_seq = 1",
        "update backtest.fills set qty = 'nan'::double where seq = 1",
        "update backtest.lots set close_seq = 4 where close_seq = 1",
        "update backtest.lots set lot = 1 where ticker = 'B'",
    ],
    "assert_days_carry_the_bank": [
        "update backtest.portfolio_days set bank = bank + 1 where date = '2024-01-04'",
        "update backtest.portfolio_days set bank = bank + 1 where date = '2024-01-05'",
        "update backtest.portfolio_days set bank = 'nan'::double where date = '2024-01-04'",
    ],
    "assert_days_are_worth_bank_and_holdings": [
        "update backtest.portfolio_days set total_value = total_value + 0.01 where date = '2024-01-05'",
        "update backtest.portfolio_days set total_value = 'nan'::double where date = '2024-01-05'",
        "update clean.bars set close = 102 where ticker = 'A' and date = '2024-01-05'",
    ],
    "assert_done_runs_are_whole": [
        "delete from backtest.fills",
        "delete from backtest.portfolio_days where date = '2024-01-03'",
        "delete from backtest.portfolio_days where date = '2024-01-05'",
        "update backtest.runs set first_date = '2024-01-01'",
        "update backtest.fills set date = '2024-01-06' where seq = 6",
    ],
    "assert_runs_are_as_new_as_they_say": [
        "delete from clean.bars where ticker = 'A' and date = '2024-01-03'",
        "delete from clean.bars where ticker = 'B' and date = '2024-01-05'",
        "update backtest.runs set last_date = '2024-01-04'",
    ],
    "assert_rows_belong_to_done_runs": [
        "update backtest.runs set status = 'failed', error = 'broke'",
        "update backtest.lots set run_id = '00000000000000cc' where ticker = 'B'",
        "update metrics.assets set run_id = '00000000000000cc' where ticker = 'B'",
    ],
    "assert_done_runs_have_metrics": ["delete from metrics.runs", "delete from metrics.assets where ticker = 'A'"],
    "assert_scenarios_are_asked_once": [
        "insert into backtest.runs by name select * replace ('00000000000000cc' as run_id) from backtest.runs",
        "insert into backtest.runs by name select * replace ('00000000000000cc' as run_id, 'twin' as role)"
        " from backtest.runs",
    ],
    "assert_years_add_up_to_the_run": [
        "update metrics.years set paid = 8",
        "update metrics.years set due = 9",
        "update metrics.years set final_value = final_value + 0.1",
        "update metrics.runs set months_due = 1",
        "delete from metrics.years",
    ],
    "assert_assets_add_up_to_the_run": [
        "update metrics.assets set gain = gain + 0.1 where ticker = 'A'",
        "update metrics.assets set return_contribution = 0 where ticker = 'B'",
        "update metrics.runs set bank_drawdown_contribution = 0",
        "update metrics.assets set synthetic_dividends = 108 where ticker = 'A'",
        "update metrics.assets set synthetic_dividend_share = 0.5 where ticker = 'A'",
        "delete from metrics.assets where ticker = 'A'",
    ],
    "assert_parts_are_known": [
        "update backtest.runs set keep = 'parts'",
        "update backtest.runs set part = 'nowhere'",
        "update backtest.runs set keep = 'parts', part = 'nowhere'",
    ],
    "assert_twins_exist": [
        "update backtest.runs set benchmark_twin = '00000000000000cc'",
        "update backtest.runs set ath_only_twin = '00000000000000cc'",
    ],
    "assert_tables_are_not_empty": [
        f"delete from {table}"
        for table in (
            "ops.batches",
            "raw.bars",
            "raw.fetches",
            "clean.bars",
            "clean.checks",
            "backtest.fills",
            "backtest.portfolio_days",
            "metrics.runs",
        )
    ],
    "assert_no_bar_is_from_the_future": ["update clean.bars set date = '2024-01-07' where date = '2024-01-05'"],
    "assert_batches_end_after_they_begin": [
        "update ops.batches set finished_at = started_at - interval 1 second",
        "update ops.batches set finished_at = null",
    ],
    "assert_key_is_unique(backtest.fills)": [
        "insert into backtest.fills from backtest.fills where seq = 2",
        "update backtest.fills set seq = 0 where seq = 6",
    ],
    "assert_key_is_unique(backtest.lots)": [
        "insert into backtest.lots from backtest.lots where close_seq is null",
        "insert into backtest.lots from backtest.lots where close_seq = 1",
    ],
    "assert_key_is_unique(clean.bars)": ["insert into clean.bars from clean.bars where ticker = 'A'"],
}


def test_the_hand_made_books_balance(warehouse: Warehouse) -> None:
    assert warehouse.audit() == []


def test_nothing_is_audited_that_may_yet_be_undone(warehouse: Warehouse) -> None:
    with warehouse.transaction(), pytest.raises(BadRequest, match="outside of the transaction"):
        warehouse.audit()


@pytest.mark.parametrize(("check", "lie"), [(check, lie) for check, lies in LIES.items() for lie in lies])
def test_a_lie_is_found(warehouse: Warehouse, check: str, lie: str) -> None:
    warehouse.rows(lie)
    findings = {finding.check: finding for finding in warehouse.audit(check)}
    assert set(findings) == {check}
    assert findings[check].count >= 1
    assert len(findings[check].rows[0]) == len(findings[check].columns)


def test_every_check_is_lied_to() -> None:
    assert set(statements("checks")) <= set(LIES)


def test_rows_out_of_order_are_no_lie(warehouse: Warehouse) -> None:
    backwards = books.fills().reverse()
    warehouse.delete("backtest.fills", None)
    for k in range(backwards.height):
        warehouse.append("backtest.fills", backwards[k])
    assert warehouse.rows("select seq from backtest.fills limit 1") == [(6,)], "the rows do lie backwards"
    assert warehouse.audit() == []


def test_a_lie_beyond_the_runs_that_are_looked_at_closely_is_found(warehouse: Warehouse) -> None:
    many = [f"{k:016x}" for k in range(1, 150)]
    for name, one in (
        ("runs", books.runs()),
        ("fills", books.fills()),
        ("portfolio_days", books.portfolio_days()),
        ("lots", books.lots()),
    ):
        warehouse.append(f"backtest.{name}", pl.concat([one.with_columns(run_id=pl.lit(run_id)) for run_id in many]))
    books_of = ("assert_bank", "assert_holdings", "assert_lots", "assert_days")
    assert not [finding for finding in warehouse.audit() if finding.check.startswith(books_of)]
    last = many[-1]
    warehouse.rows(f"update backtest.fills set total = 8, bank_after = 401 where seq = 6 and run_id = '{last}'")
    found = {finding.check: finding for finding in warehouse.audit() if finding.check.startswith(books_of)}
    assert set(found) == {"assert_bank_follows_fills", "assert_days_carry_the_bank"}
    assert found["assert_bank_follows_fills"].rows[0][0] == last
