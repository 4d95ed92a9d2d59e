"""Names as people write them, `describe` with meanings, and files that were published before there were such views."""

from __future__ import annotations

import tarfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest

import schemas
from schemas.views import VIEWS
from tests.warehouse import books
from warehouse import QueryRefused, Results, connection
from warehouse.statements import statement

BEFORE = Path(__file__).parents[1] / "before" / "warehouse.tar.xz"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("published")
    with books.open_here(directory) as warehouse:
        books.write(warehouse)
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    return directory


def test_each_name_is_found_without_its_schema_where_it_is_one(published: Path) -> None:
    names = [table.name.split(".") for table in schemas.tables()] + [view.name.split(".") for view in VIEWS]
    often = Counter(name for _, name in names)
    people = {name for schema, name in names if schema == "main"}
    with Results.open(published) as results:
        for schema, name in names:
            if name in people or often[name] == 1:
                owner = "main" if name in people else schema
                query = f"from {{}}{name} order by all"
                assert results.rows(query.format("")) == results.rows(query.format(f"{owner}.")), name
            else:
                with pytest.raises(QueryRefused, match=rf'Did you mean ".*{schema}\.{name}'):
                    results.rows(f"from {name}")


def test_names_without_their_schema_are_there_for_whoever_lists_or_composes_them(published: Path) -> None:
    """Views by those names are made when a statement needs them."""
    listing = "select view_name from duckdb_views() where temporary"
    with Results.open(published) as results:
        assert results.rows("from query_table('lo' || 'ts') select count(*)") == [(3,)]
    with Results.open(published) as results:
        names = {name for (name,) in results.rows(listing)}
        assert {"lots", "ranking", "batches"} <= names
        assert not {"fills", "bars"} & names, "one has a view for people, the other more than one meaning"
        assert {"lots", "metrics.runs"} <= {name for name, _ in results.rows(statement("names/completion"))}
    with Results.open(published) as results, pytest.raises(QueryRefused, match=r'Did you mean "lots'):
        results.rows("from lotz")


@pytest.mark.parametrize(
    "listing", ["show tables", "-- what there is\ndescribe -- in short", "from (describe)", "select 1; desc"]
)
def test_names_without_their_schema_are_in_every_listing(published: Path, listing: str) -> None:
    with Results.open(published) as results:
        assert {("lots",), ("temp", "main", "lots")} & {row[:3] for row in results.rows(listing)}


def test_a_transaction_that_is_undone_takes_no_name_with_it(published: Path) -> None:
    with Results.open(published) as results:
        results.rows("begin")
        assert len(results.rows("from lots")) == 3
        results.rows("rollback")
        assert len(results.rows("from lots")) == 3
    with Results.open(published) as results:
        results.rows("start transaction")
        for _ in range(2):  # the second time, DuckDB does nothing more before the end of the transaction
            with pytest.raises(QueryRefused):
                results.rows("from lotz")
        results.rows("rollback")
        assert len(results.rows("from lots")) == 3


def test_statements_before_one_that_is_refused_are_done_once(published: Path) -> None:
    with Results.open(published) as results:
        results.rows("create temp table mine (n integer)")
        with pytest.raises(QueryRefused, match=r'Did you mean "lots'):
            results.rows("insert into mine values (7); from lotz")
        assert results.rows("from mine") == [(7,)]


def test_any_client_of_duckdb_finds_the_views_in_the_published_file(published: Path) -> None:
    with duckdb.connect(str(published / "results.duckdb"), read_only=True) as con:
        assert con.execute("select scenario, role, count(*) from fills group by all").fetchall() == [
            ("by hand", "scenario", 7)
        ]
        meanings = con.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'skipped' order by column_index"
        ).fetchall()
    [skipped] = [view for view in VIEWS if view.name == "main.skipped"]
    assert meanings == [(column.name, column.comment()) for column in skipped.columns]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("describe backtest.lots", "backtest.lots"),
        ("describe lots", "backtest.lots"),
        ("DESC Lots ;", "backtest.lots"),
        ('describe table "backtest" . "lots"', "backtest.lots"),
        ("describe metrics.runs", "metrics.runs"),
        ("describe raw.bars", "raw.bars"),
    ],
)
def test_describe_tells_what_each_column_means(published: Path, statement: str, name: str) -> None:
    expected = [(column.name, column.dtype, column.comment()) for column in schemas.table(name).columns]
    with Results.open(published) as results:
        answer = results.answer(statement)
        assert answer.names == ["column_name", "column_type", "meaning"]
        assert answer.rows == expected
        assert results.frame(statement).rows() == expected


def test_describe_of_a_view_and_of_what_is_none(published: Path) -> None:
    [runs] = [view for view in VIEWS if view.name == "main.runs"]
    with Results.open(published) as results:
        assert results.rows("describe runs") == [(one.name, one.dtype, one.comment()) for one in runs.columns]
        assert results.answer("describe select 1 as one").rows[0][:2] == ("one", "INTEGER")
        with pytest.raises(QueryRefused, match=r'Did you mean "clean\.bars or raw\.bars"'):
            results.rows("describe bars")
        with pytest.raises(QueryRefused, match="nothing does not exist"):
            results.rows("describe nothing")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack what version 0.1.0 published."""
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(BEFORE) as packed:
        packed.extractall(folder, filter="data")
    return next(folder.rglob("results.duckdb"))


def test_a_file_of_before_has_the_views_as_well(before: Path) -> None:
    content = before.read_bytes()
    with Results.open(before) as results:
        for view in VIEWS:
            name = view.name.removeprefix("main.")
            if name in ("verdicts", "years", "changes", "fan", "paths", "plans", "windows"):
                with pytest.raises(
                    QueryRefused, match=rf"{name}: an earlier version published this file, .*does not exist"
                ):
                    results.rows(f"from {name}")
            elif view.name.startswith("main."):
                assert set(results.rows(f"select role from {name}")) <= {("scenario",), ("twin",)}, name
                assert results.rows(f"describe {name}"), name
        assert "asked" not in results.answer("from runs").names
        assert all(meaning for _, _, meaning in results.rows("describe skipped"))
        due = "select sum(due) from income where scenario = 'income' and role = 'scenario'"
        asked = (
            "select sum(price) from backtest.fills join backtest.runs using (run_id) where action like '%WITHDRAWAL'"
        )
        assert results.scalar(due) == results.scalar(f"{asked} and scenario = 'income' and role = 'scenario'") > 0
    assert before.read_bytes() == content


def test_a_view_that_a_file_cannot_have_says_why(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.duckdb"
    path.write_bytes((published / "results.duckdb").read_bytes())
    with connection.open_work(path) as con:
        con.execute("drop view main.months; drop view main.income; drop table metrics.monthly")
    with Results.open(path) as results:
        assert results.scalar("select count(*) from fills") == 7
        with pytest.raises(QueryRefused, match=r"months: an earlier version published this file, .*monthly does not"):
            results.rows("from months")
        with pytest.raises(QueryRefused) as caught:
            results.rows("from monthes")
        assert "earlier version" not in str(caught.value)


def test_a_file_that_is_no_warehouse_can_be_asked(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as con:
        con.execute("create schema odd; create table odd.numbers as select 7 as n")
    with Results.open(tmp_path / "other.duckdb") as results:
        assert results.rows("from numbers") == [(7,)]
