"""Every table is declared completely, cheaply, and in a way that the rest can be made from."""

import subprocess
import sys
from typing import Any

import polars as pl
import pytest

import schemas
from schemas.columns import BATCH_ID, TICKER, Rule, Table, fraction, text

NAMED_BY_THE_CONTRACT = {
    "raw.bars": "ticker date open high low close volume source adjustment ingested_at",
    "raw.actions": "ticker date kind value source adjustment ingested_at",
    "clean.bars": "ticker date open high low close volume split_factor source",
    "clean.rejects": "ticker date open high low close volume source rule reason",
    "backtest.lots": "run_id ticker lot opened_on opened_by qty open_price unit_cost close_seq closed_on closed_by "
    "close_price gain long_term",
    "backtest.portfolio_days": "run_id date total_value bank nav_value withdrawn",
    "ops.batches": "batch_id verb source started_at finished_at status reason host pid versions",
}


@pytest.mark.parametrize("name", NAMED_BY_THE_CONTRACT)
def test_tables_have_the_columns_that_the_contract_names(name: str) -> None:
    assert " ".join(schemas.table(name).names()) == NAMED_BY_THE_CONTRACT[name]


def test_every_stage_has_its_tables() -> None:
    names = [table.name for table in schemas.tables()]
    assert len(names) == len(set(names))
    for name in ("raw.fetches", "clean.checks", "backtest.lots", "metrics.runs", "metrics.history", "ops.stage_runs"):
        assert name in names


@pytest.mark.parametrize("table", schemas.tables(), ids=lambda table: table.name)
def test_every_number_says_its_unit_and_every_table_explains_itself(table: type[Table]) -> None:
    assert table.__doc__
    assert table.grain.startswith("one row is ")
    for column in table.columns:
        assert column.unit or column.dtype not in ("DOUBLE", "BIGINT", "INTEGER", "TIMESTAMP"), column.name
        assert column.comment().startswith(column.meaning)


def test_the_column_list_is_cheap() -> None:
    code = (
        "import sys, schemas; names = [t.names() for t in schemas.tables()]; "
        "print(len(names) > 15, [m for m in ('polars', 'pandera', 'pandas', 'numpy', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"


def test_an_unknown_table_names_those_that_exist() -> None:
    with pytest.raises(schemas.UnknownTable, match=r"'clean\.bar'.*clean\.bars"):
        schemas.table("clean.bar")


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"name": "Rows"}, "schema.table"),
        ({"key": ("nothing",)}, "key"),
        ({"key": ()}, "none given"),
        ({"written_by": "nobody"}, "written_by"),
        ({"grain": "a row"}, "grain"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(settings: dict[str, Any], word: str) -> None:
    good: dict[str, Any] = {
        "name": "raw.things",
        "key": ("ticker",),
        "written_by": "ingest",
        "grain": "one row is one thing",
    }
    with pytest.raises(schemas.BadDeclaration, match=word):

        class Things(Table, **{**good, **settings}):  # type: ignore[call-arg]  # settings by name
            ticker = TICKER


def test_a_column_needs_a_known_type_and_a_meaning() -> None:
    with pytest.raises(schemas.BadDeclaration, match="FLOAT"):
        TICKER.of(dtype="FLOAT")
    with pytest.raises(schemas.BadDeclaration, match="meaning"):
        text(" ")


def test_columns_named_like_settings_do_no_harm() -> None:
    class Odd(Table, name="ops.odd", key=("name", "key"), written_by="all", grain="one row is one oddity"):
        name = BATCH_ID  # type: ignore[assignment]  # on purpose
        key = TICKER  # type: ignore[assignment]  # on purpose
        columns = fraction("a share")  # type: ignore[assignment]  # on purpose

    assert Odd.name == "ops.odd"
    assert Odd.names() == ("name", "key", "columns")
    assert Odd.polars_schema() == pl.Schema({"name": pl.String(), "key": pl.String(), "columns": pl.Float64()})


def test_rules_reach_the_model_and_the_sql() -> None:
    class Ranges(
        Table,
        name="ops.ranges",
        key=("ticker",),
        written_by="all",
        grain="one row is one range",
        rules=(Rule("ordered", "low <= high"),),
    ):
        ticker = TICKER
        low = fraction("from")
        high = fraction("to", nullable=True)

    assert ("row", "ordered", "not (low <= high)") in Ranges.offences()
    good = pl.DataFrame({"ticker": ["A", "B"], "low": [1.0, 1.0], "high": [2.0, None]})
    assert Ranges.validate(good) is good
    with pytest.raises(schemas.InvalidTable, match="ordered"):
        Ranges.validate(good.with_columns(low=pl.lit(3.0)))
