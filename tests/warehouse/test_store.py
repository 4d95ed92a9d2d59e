"""Writing partitions whole, held against the declaration, from frames and from Arrow."""

import gc
import threading
import weakref
from contextlib import nullcontext, suppress
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import schemas
from tests.warehouse import books
from tests.warehouse.story import last_batches
from warehouse import BadRequest, Warehouse, Window
from warehouse.incoming import with_run_ids
from warehouse.runs import keep_runs

BARS = "clean.bars"


def count(warehouse: Warehouse) -> int:
    return warehouse.count(BARS)


def test_a_partition_is_replaced_whole_and_the_rest_stays(warehouse: Warehouse) -> None:
    new = books.bars().filter(ticker="A").with_columns(close=pl.lit(100.5), source=pl.lit("second"))[:1]
    assert warehouse.replace(BARS, new, {"ticker": "A"}) == 1
    assert warehouse.rows("select ticker, count(*), min(source) from clean.bars group by 1 order by 1") == [
        ("A", 1, "second"),
        ("B", 2, "hand"),
    ]


def test_without_a_partition_the_whole_table_is_replaced(warehouse: Warehouse) -> None:
    assert warehouse.replace(BARS, books.bars()[:1]) == 1
    assert count(warehouse) == 1
    assert warehouse.replace(BARS, schemas.table(BARS).empty()) == 0
    assert count(warehouse) == 0


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ({"ticker": "A"}, 2),
        ({"ticker": ["A", "B"]}, 0),
        ({"ticker": []}, 5),
        ({"date": Window(date(2024, 1, 3), date(2024, 1, 5))}, 3),
        ({"date": Window(first=date(2024, 1, 4))}, 2),
        ({"date": Window(before=date(2024, 1, 4))}, 3),
        ({"date": Window()}, 0),
        ({"ticker": "A", "date": date(2024, 1, 5)}, 4),
        ({"volume": None}, 0),
        ({"source": None}, 5),
        (None, 0),
    ],
)
def test_partitions_by_value_list_window_and_null(warehouse: Warehouse, where: dict | None, left: int) -> None:
    assert warehouse.count(BARS, where) == 5 - left
    assert warehouse.read(BARS, where).height == 5 - left
    assert warehouse.delete(BARS, where) == 5 - left
    assert count(warehouse) == left


def test_rows_outside_their_partition_are_refused_before_anything_is_touched(warehouse: Warehouse) -> None:
    with warehouse.transaction():
        with pytest.raises(BadRequest, match=r"clean\.bars: rows outside the partition .*'B'"):
            warehouse.replace(BARS, books.bars(), {"ticker": "A"})
        warehouse.delete(BARS, {"ticker": "B"})  # the transaction goes on, as if nothing had been asked
    assert count(warehouse) == 3


def test_a_bad_row_is_refused_before_anything_is_touched(warehouse: Warehouse) -> None:
    bad = books.bars().with_columns(close=pl.lit(float("nan")))
    with pytest.raises(schemas.InvalidTable, match=r"clean\.bars: close: finite fails 5 times"):
        warehouse.replace(BARS, bad)
    with pytest.raises(schemas.InvalidTable, match="one key"):
        warehouse.append(BARS, pl.concat([books.bars()[:1]] * 2))
    with pytest.raises(schemas.SchemaMismatch, match="missing close"):
        warehouse.append(BARS, books.bars().drop("close"))
    with pytest.raises(schemas.SchemaMismatch, match="volume is Int64"):
        warehouse.append(BARS, books.bars().cast({"volume": pl.Int64}))
    assert warehouse.read(BARS).equals(books.bars())


def test_validation_by_pandera_says_the_same(finished: Path, tmp_path: Path) -> None:
    with books.open_here(tmp_path, validation="pandera") as warehouse:
        warehouse.append(BARS, books.bars())
        with pytest.raises(schemas.InvalidTable, match=r"clean\.bars: close: finite fails 5 times"):
            warehouse.replace(BARS, books.bars().with_columns(close=pl.lit(float("inf"))))
        with pytest.raises(schemas.InvalidTable, match="low_is_lowest"):
            warehouse.replace(BARS, books.bars().with_columns(low=pl.col("high")).to_arrow())
        assert count(warehouse) == 5


def test_frames_are_stored_in_order_of_the_key(warehouse: Warehouse) -> None:
    warehouse.replace(BARS, books.bars().sample(fraction=1.0, shuffle=True, seed=1).select(pl.all().reverse()))
    assert warehouse.read(BARS, order=False).equals(books.bars())


def arrow_fills(actions: list[str]) -> pa.Table:
    """Make the hand-made fills as the engine hands them over: runs by position, words as dictionaries."""
    table = books.fills().drop("run_id").to_arrow()
    run = pa.chunked_array([pa.array([1] * table.num_rows, pa.int32())])
    table = table.add_column(0, "run", run)
    codes = pa.array([actions.index(name) for name in books.fills()["action"]], pa.int32())
    encoded = pa.DictionaryArray.from_arrays(codes, pa.array(actions))
    return table.set_column(table.schema.get_field_index("action"), "action", encoded)


def test_the_engine_s_arrow_tables_go_in_as_they_are(warehouse: Warehouse) -> None:
    actions = ["unheard of", "INITIAL_BUY", "SELL", "INTEREST", "DIVIDEND", "SKIP_BUY", "WITHDRAWAL"]
    rows = with_run_ids(arrow_fills(actions), ["0" * 16, books.TWIN])
    assert rows.schema.names[0] == "run_id"
    assert warehouse.append("backtest.fills", rows) == 7  # words that no row uses do no harm
    stored = warehouse.read("backtest.fills", {"run_id": books.TWIN})
    assert stored.equals(books.fills(books.TWIN))


def test_a_bad_word_in_a_dictionary_is_found(warehouse: Warehouse) -> None:
    actions = ["INITIAL_BUY", "SELL", "INTEREST", "DIVIDEND", "SKIP_BUY", "WITHDRAWAL"]
    good = with_run_ids(arrow_fills(actions), ["0" * 16, books.TWIN])
    place = good.schema.get_field_index("action")
    spoiled = pa.DictionaryArray.from_arrays(good.column(place).chunk(0).indices, pa.array(["BOUGHT", *actions[1:]]))
    with pytest.raises(schemas.InvalidTable, match=r"backtest\.fills: action: one of the allowed fails 2 times"):
        warehouse.append("backtest.fills", good.set_column(place, "action", spoiled))
    short = with_run_ids(arrow_fills(actions), ["0" * 16, "not a run"])
    with pytest.raises(schemas.InvalidTable, match=r"run_id: pattern fails 7 times"):
        warehouse.append("backtest.fills", short)


def test_a_transaction_is_all_or_nothing_also_when_nested(warehouse: Warehouse) -> None:
    def fails_inside() -> None:
        with warehouse.transaction():
            warehouse.delete(BARS, {"ticker": "B"})
            raise KeyError("inside")

    def fails(*, caught: bool) -> None:
        with warehouse.transaction():
            warehouse.delete(BARS, {"ticker": "A"})
            with suppress(KeyError) if caught else nullcontext():
                fails_inside()

    with pytest.raises(KeyError):
        fails(caught=False)
    assert count(warehouse) == 5

    with pytest.raises(BadRequest, match="a part of this transaction has failed"):
        fails(caught=True)
    assert count(warehouse) == 5

    with warehouse.transaction(), warehouse.transaction():
        warehouse.delete(BARS, {"ticker": "A"})
    assert count(warehouse) == 2


def test_other_threads_wait_for_a_transaction(warehouse: Warehouse) -> None:
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.append(count(warehouse)))
    with warehouse.transaction():
        warehouse.delete(BARS, {"ticker": "A"})
        reader.start()
        reader.join(0.2)
        assert seen == []
        warehouse.delete(BARS, {"ticker": "B"})
    reader.join(5)
    assert seen == [0]


def test_reading_by_columns_query_and_value(warehouse: Warehouse) -> None:
    frame = warehouse.read(BARS, {"ticker": "B"}, ["date", "close"])
    assert frame.rows() == [(books.D3, 20.0), (books.D4, 21.0)]
    assert warehouse.frame("select $n + 1 as m", {"n": 1})["m"].to_list() == [2]
    assert warehouse.scalar("select max(close) from clean.bars where ticker = ?", ["A"]) == 108.0
    assert warehouse.scalar("select 1 where false") is None
    with pytest.raises(BadRequest, match="2 rows"):
        warehouse.scalar("select unnest([1, 2])")
    with pytest.raises(BadRequest, match="no column clos; it has ticker"):
        warehouse.read(BARS, columns=["clos"])
    with pytest.raises(BadRequest, match="no column symbol"):
        warehouse.read(BARS, {"symbol": "A"})
    assert last_batches(warehouse, 5)["reason"].to_list() == ["first"]
    with pytest.raises(schemas.UnknownTable, match=r"clean\.bar"):
        warehouse.read("clean.bar")


def test_only_the_listed_runs_are_kept(warehouse: Warehouse) -> None:
    warehouse.append("backtest.runs", books.runs(run_id=books.TWIN))
    warehouse.append("backtest.fills", books.fills(books.TWIN))
    warehouse.append("metrics.history", books.example("metrics.history"))
    assert keep_runs(warehouse, [books.TWIN]) == 1
    for table in ("backtest.runs", "backtest.fills"):
        assert warehouse.rows(f"select distinct run_id from {table}") == [(books.TWIN,)]
    for table in ("backtest.portfolio_days", "backtest.lots", "metrics.runs", "metrics.assets"):
        assert warehouse.count(table) == 0
    assert warehouse.count("metrics.history") == 1


def test_comments_and_types_reach_the_database(warehouse: Warehouse) -> None:
    listed = warehouse.rows(
        "select schema_name || '.' || table_name, column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where not internal and comment is not null"
    )
    found = {(table, column): rest for table, column, *rest in listed}
    for table in schemas.tables():
        for column in table.columns:
            assert found[table.name, column.name] == [column.dtype, column.nullable, column.comment()]
    [grain] = warehouse.rows("select comment from duckdb_tables() where table_name = 'fills'")
    assert grain[0].startswith("one row is one entry of a run's transaction history, skips included. A row changes")
    views = dict(warehouse.rows("select view_name, comment from duckdb_views() where not internal"))
    assert views["asset_days"].startswith("one row is one asset of one run at one close")


def test_everything_is_stored_in_utc_whatever_the_zone(warehouse: Warehouse) -> None:
    assert warehouse.scalar("select current_setting('TimeZone')") == "UTC"
    stamp = datetime(2024, 3, 31, 2, 30)
    warehouse.append("ops.migrations", books.example("ops.migrations", version=99, applied_at=stamp))
    assert warehouse.scalar("select applied_at from ops.migrations where version = 99") == stamp


def test_what_has_been_appended_is_let_go_before_the_transaction_ends(warehouse: Warehouse) -> None:
    closes = np.array([101.0, 102.0])
    frame = books.bars()[:2].with_columns(ticker=pl.lit("NEW"), low=pl.lit(1.0), high=pl.lit(1000.0))
    rows = frame.to_arrow()
    rows = rows.set_column(rows.schema.get_field_index("close"), "close", pa.array(closes))
    held = weakref.ref(closes)
    with warehouse.transaction():
        assert warehouse.append(BARS, rows) == 2
        del closes, rows
        gc.collect()
        assert held() is None
