"""An older warehouse comes forward without loss, a newer one is refused, a failed step leaves the version before it."""

from pathlib import Path

import duckdb
import pytest

import schemas
from schemas.masking import masked
from schemas.registry import definitions
from tests.warehouse import books
from warehouse import Warehouse, WarehouseDiffers, WarehouseNewer, connection, migrations
from warehouse.migrations import Step
from warehouse.work import utc_now

LATEST = migrations.STEPS[-1].version


def test_a_fresh_warehouse_starts_at_the_latest_version(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        assert (warehouse.found_version, warehouse.version) == (0, LATEST)
        assert warehouse.rows("select version, step from ops.migrations") == [(LATEST, "created")]
    with books.open_here(tmp_path) as warehouse:
        assert (warehouse.found_version, warehouse.version) == (LATEST, LATEST)
        assert warehouse.count("ops.migrations") == 1


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.version for step in migrations.STEPS] == list(range(1, LATEST + 1))


def test_a_newer_warehouse_is_refused_and_not_touched(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        later = books.example("ops.migrations", version=LATEST + 7)
        warehouse.append("ops.migrations", later)
    before = (tmp_path / "work.duckdb").read_bytes()
    with pytest.raises(WarehouseNewer, match=rf"has version {LATEST + 7}, this program knows versions up to {LATEST}"):
        books.open_here(tmp_path)
    assert (tmp_path / "work.duckdb").read_bytes() == before


def add_note(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table ops.notes (note varchar)")
    con.execute("insert into ops.notes select scenario from backtest.runs")


def half_way(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from clean.bars")
    con.execute("select * from nowhere")


def test_steps_that_are_missing_are_taken_in_order_each_with_its_record(finished: Path, tmp_path: Path) -> None:
    steps = (*migrations.STEPS, Step(LATEST + 1, "notes", add_note), Step(LATEST + 2, "clear", half_way))
    path = tmp_path / "work.duckdb"
    path.write_bytes((finished / "work.duckdb").read_bytes())
    with connection.open_work(path) as con:
        with pytest.raises(duckdb.CatalogException, match="nowhere"):
            migrations.migrate(con, utc_now, steps)
        assert migrations.version_of(con) == LATEST + 1
        assert con.execute("select note from ops.notes").fetchall() == [("by hand",)]
        assert con.execute("select count(*) from clean.bars").fetchall() == [(5,)], "the failed step is undone"
        assert migrations.migrate(con, utc_now, steps[:-1]) == (LATEST + 1, LATEST + 1)
        history = con.execute("select version, step from ops.migrations order by 1").fetchall()
        assert history == [(LATEST, "created"), (LATEST + 1, "notes")]


def test_ctrl_c_just_after_a_commit_stays_ctrl_c(tmp_path: Path) -> None:
    def interrupted(con: duckdb.DuckDBPyConnection) -> None:
        con.commit()
        raise KeyboardInterrupt

    with connection.open_work(tmp_path / "w.duckdb") as con:
        _, latest = migrations.migrate(con, utc_now)
        with pytest.raises(KeyboardInterrupt):
            migrations.migrate(con, utc_now, (*migrations.STEPS, Step(latest + 1, "one more", interrupted)))


def test_tables_that_no_step_explains_are_refused(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        warehouse.rows("alter table clean.checks add column colour varchar")
        warehouse.rows("update ops.migrations set digest = null")
    with pytest.raises(WarehouseDiffers, match=r"clean\.checks .*colour.*start with an empty folder"):
        books.open_here(tmp_path)


def test_views_and_comments_follow_their_files(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        warehouse.rows("create or replace view backtest.trades as select 1 as old")
        warehouse.rows("comment on column backtest.fills.costs is 'old'")
        warehouse.rows("update ops.migrations set digest = 'of yesterday'")
    with books.open_here(tmp_path) as warehouse:
        assert warehouse.rows("select count(*) from backtest.trades") == [(0,)]
        assert "signed_qty" in warehouse.frame("from backtest.trades").columns
        [(comment,)] = warehouse.rows("select comment from duckdb_columns() where column_name = 'costs' limit 1")
        assert comment != "old"


def test_definitions_are_what_the_declarations_say(tmp_path: Path) -> None:
    def stored(warehouse: Warehouse) -> list[dict[str, object]]:
        return warehouse.frame("from metrics.definitions").rows(named=True)

    with books.open_here(tmp_path) as warehouse:
        assert stored(warehouse) == list(definitions())
        warehouse.rows("delete from metrics.definitions where name <> 'cagr'")
        warehouse.rows("update metrics.definitions set formula = 'of yesterday'")
        warehouse.rows("update ops.migrations set digest = 'of yesterday'")
    with books.open_here(tmp_path) as warehouse:
        assert stored(warehouse) == list(definitions())


def test_an_opening_that_finds_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    books.open_here(tmp_path).close()
    before = (tmp_path / "work.duckdb").read_bytes()
    books.open_here(tmp_path).close()
    assert (tmp_path / "work.duckdb").read_bytes() == before


def test_the_oldest_warehouse_that_was_kept_comes_forward(tmp_path: Path) -> None:
    """`version_1.sql` is what version 1 looked like, with rows in it; it never changes."""
    path = tmp_path / "work.duckdb"
    with connection.open_work(path) as con:
        con.execute((Path(__file__).parent / "version_1.sql").read_text())
        before = {
            table: con.execute(f"select count(*) from {table}").fetchall()
            for (table,) in con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        }
    with books.open_here(tmp_path) as warehouse:
        assert warehouse.found_version == 1
        assert warehouse.version == LATEST
        for table, count in before.items():
            if table != "ops.migrations":
                assert warehouse.rows(f"select count(*) from {table}") == count, table
        assert warehouse.rows("select ticker, close from clean.bars") == [("AAPL", 185.64)]
        fills = "select action, anchor, holdings_after from backtest.fills order by seq"
        assert warehouse.rows(fills) == [("INITIAL_BUY", 185.64, 10.0), ("INTEREST", None, None)]
        steps = warehouse.rows("select version from ops.migrations order by 1")
        assert steps == [(version,) for version in range(1, LATEST + 1)]
        assert {f"{s}.{t}" for s, t in warehouse.rows("select schema_name, table_name from duckdb_tables()")} == {
            table.name for table in schemas.tables()
        }


SAID = (
    "cannot open s3://me:hunter2@bucket/parts",
    "s3://bucket?access_key=hunter2&Secret_Key=hunter2&region=eu",
    "https://example.org/a@b, at 10:00 me@example.org",
    "no address: token=1",
)


def test_secrets_of_before_are_struck_out_of_the_tables(tmp_path: Path) -> None:
    """As `masked` strikes them out of what is written today."""
    path = tmp_path / "work.duckdb"
    with books.open_here(tmp_path) as warehouse:
        for said in SAID:
            warehouse.append("ops.batches", books.example("ops.batches", reason=said))
            warehouse.append("ops.stage_runs", books.example("ops.stage_runs", reason=said, error=said))
            warehouse.append("raw.fetches", books.example("raw.fetches", error=said))
            warehouse.append("backtest.runs", books.runs(status="failed", error=said))
    with connection.open_work(path) as con:
        con.execute("drop table ops.requests")
        migrations.by_script("what_batches_were_asked")(con)
        struck = [(masked(said),) for said in SAID]
        for column in ("ops.batches.reason", "ops.stage_runs.reason", "ops.stage_runs.error", "raw.fetches.error"):
            table, _, name = column.rpartition(".")
            assert con.execute(f"select {name} from {table}").fetchall() == struck, column
        assert con.execute("select error from backtest.runs").fetchall() == struck
    assert struck[0] == ("cannot open s3://***@bucket/parts",)
    assert struck[2:] == [(said,) for said in SAID[2:]]
