"""Reading what was published: light, read-only, and clear about what it refuses."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse import books
from warehouse import BadRequest, NoResults, QueryRefused, Results, StorageFailed, open_results
from warehouse.export import FORMATS


@pytest.fixture(scope="module")
def published(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("published")
    with books.open_here(directory) as warehouse:
        books.write(warehouse)
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    return directory


def test_the_published_file_and_the_open_warehouse_answer_alike(published: Path) -> None:
    sql = "select ticker, close from clean.bars where date = $day order by ticker"
    values = {"day": books.D4}
    with Results.open(published) as results, books.open_here(published) as warehouse:
        for reader in (results, warehouse):
            assert reader.rows(sql, values) == [("A", 101.0), ("B", 21.0)]
            assert reader.answer(sql, values) == (["ticker", "close"], [("A", 101.0), ("B", 21.0)])
            assert reader.records(sql, values) == [{"ticker": "A", "close": 101.0}, {"ticker": "B", "close": 21.0}]
            assert reader.frame(sql, values)["close"].to_list() == [101.0, 21.0]
            assert reader.scalar("select count(*) from backtest.trades") == 3
            assert reader.scalar("select 1 where false") is None
            with pytest.raises(BadRequest, match="the answer has 5 rows"):
                reader.scalar("from clean.bars")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("delete from backtest.fills", "results are read-only"),
        ("create table x as select 1", "results are read-only"),
        ("update ops.batches set status = 'done'", "results are read-only"),
        ("drop view backtest.asset_days", "results are read-only"),
        ("select * from read_csv('/etc/hosts')", "without access to files"),
        ("copy backtest.fills to '/tmp/stolen.csv'", "without access to files"),
        ("attach '/tmp/other.duckdb'", "without access to files"),
        ("install httpfs", "without access to files"),
        ("set enable_external_access = true", "(?i)(without access|cannot)"),
        ("set threads = 64", "without access to files, extensions or settings"),
        ("selct 1", 'syntax error at or near "selct"'),
        ("select * from backtest.fils", "Table with name fils does not exist"),
        ("select nothing from backtest.fills", '"nothing" not found'),
    ],
)
def test_what_is_refused_and_in_which_words(published: Path, sql: str, sentence: str) -> None:
    with Results.open(published) as results:
        with pytest.raises(QueryRefused, match=sentence) as caught:
            results.rows(sql)
        assert "Error" not in str(caught.value).partition("\n")[0], "a sentence, not the name of a class"
        assert results.scalar("select count(*) from backtest.fills") == 7, "the connection is still good"


def test_what_duckdb_knows_to_help_is_kept_with_the_place_in_the_line(published: Path) -> None:
    with Results.open(published) as results:
        with pytest.raises(QueryRefused) as caught:
            results.rows("select cagrr\n\nfrom metrics.runs")
        lines = str(caught.value).splitlines()
        assert lines[0] == 'Referenced column "cagrr" not found in FROM clause!'
        assert lines[1].startswith('Candidate bindings: "cagr", ')
        assert lines[2:] == ["LINE 1: select cagrr", "               ^^^^^"]
        with pytest.raises(QueryRefused, match=r'Did you mean "clean\.bars or raw\.bars"\?'):
            results.frame("from bars")
        with pytest.raises(QueryRefused, match=r"\n    Candidate functions:\n    sum\(") as caught:
            results.rows("select sum(scenario) from runs")
        assert "\t" not in str(caught.value)
        assert caught.value.__suppress_context__, "what is shown in a notebook is ours alone"


def test_a_file_that_is_not_there_names_those_that_are(published: Path) -> None:
    with pytest.raises(NoResults, match=r"no published file .*results-1\.duckdb; beside it lie results\.duckdb"):
        Results.open(published / "results-1.duckdb")


def test_export_to_file_and_handle(published: Path, tmp_path: Path) -> None:
    sql = "select ticker, date, close from clean.bars order by all"
    with Results.open(published) as results:
        handle = io.BytesIO()
        assert results.export(sql, handle, format="csv") == 5
        assert handle.getvalue().decode().splitlines()[:2] == ["ticker,date,close", "A,2024-01-02,100.0"]
        results.export(sql, tmp_path / "bars.json", format="json")
        assert json.loads((tmp_path / "bars.json").read_text())[0] == {
            "ticker": "A",
            "date": "2024-01-02",
            "close": 100.0,
        }
        results.export(sql, tmp_path / "bars.parquet", format="parquet")
        assert pl.read_parquet(tmp_path / "bars.parquet").equals(results.frame(sql))
        with pytest.raises(BadRequest, match="allowed are csv, json, parquet"):
            results.export(sql, handle, format="xlsx")
        with pytest.raises(StorageFailed, match="cannot write"):
            results.export(sql, tmp_path / "nowhere" / "bars.csv")


def test_reading_needs_neither_polars_nor_pandera(published: Path) -> None:
    code = (
        "import sys\nfrom warehouse import Results\nwith Results.open(sys.argv[1]) as r: print(r.answer('select 42'))\n"
        "print([m for m in ('polars', 'pandera', 'pandas', 'pyarrow', 'schemas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(published)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["Answer(names=['42'], rows=[(42,)])", "[]"]


OLD_CLIENT = os.environ.get("SDENGINE_DUCKDB_1_4", "")


def test_a_client_of_duckdb_1_4_reads_every_table_and_view(published: Path) -> None:
    """Needs a folder with DuckDB 1.4 in it, apart from ours: `uv pip install --target FOLDER 'duckdb==1.4.*'`."""
    if not Path(OLD_CLIENT, "duckdb").is_dir():
        pytest.skip("SDENGINE_DUCKDB_1_4 does not name a folder into which DuckDB 1.4 was installed")
    code = (
        "import duckdb, sys\nassert duckdb.__version__.startswith('1.4.'), duckdb.__version__\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "names = con.execute(\"select table_schema || '.' || table_name from information_schema.tables\").fetchall()\n"
        "for (name,) in names: con.execute(f'select * from {name}').fetchall()\n"
        "print(len(names), con.execute('select sum(value) from backtest.asset_days').fetchall())"
    )
    environment = {**os.environ, "PYTHONPATH": OLD_CLIENT}
    done = subprocess.run(
        [sys.executable, "-c", code, str(published / "results.duckdb")],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert "[(2178.0,)]" in done.stdout  # 500 + 432 + 432 + 200 + 404 + 210
    assert int(done.stdout.split()[0]) > 20


def test_a_published_file_is_opened_shown_and_summed_up(published: Path) -> None:
    with open_results(published) as results:
        assert repr(results) == f"Results({str(published / 'results.duckdb')!r})"
        assert results.summary().select("place", "scenario").rows() == [(1, "by hand")]
        lines = str(results.summary().with_columns(scenario=pl.lit("n" * 60))).splitlines()
        assert max(map(len, lines)) <= 80, "also where names are long, which polars cuts short"
        assert {"place", "scenario", "cagr_net", "max_drawdown", "sharpe"} <= set(lines[2].split()), "none is broken"
        assert "<td>by hand</td>" in results._repr_html_()
        assert results.to_pandas("select close from clean.bars where ticker = $t", {"t": "B"})["close"].sum() == 41.0
    with pytest.raises(NoResults):
        open_results(published / "nowhere")


def test_two_readers_in_one_process_each_see_what_is_published_when_they_open(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        books.write(warehouse)
        warehouse.publish(warehouse.ledger.start("run", "hand"))
        with open_results(tmp_path) as first:
            warehouse.rows("update backtest.runs set scenario = 'renamed'")
            warehouse.publish(warehouse.ledger.start("run", "hand"))
            with open_results(tmp_path) as second:
                assert first.scalar("select scenario from runs") == "by hand"
                assert second.scalar("select scenario from runs") == "renamed"
                for reader in (first, second):
                    assert reader.scalar("select current_setting('TimeZone')") == "UTC"
                    with pytest.raises(QueryRefused, match="without access to files, extensions or settings"):
                        reader.rows("set threads = 64")


def test_a_hostile_name_is_text_in_a_notebook(finished: Path, tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        books.write(warehouse)
        warehouse.rows("update metrics.runs set scenario = '<script>'")
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    with open_results(tmp_path) as results:
        assert "<td>&lt;script&gt;</td>" in results._repr_html_()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("form", FORMATS)
def test_an_open_file_that_cannot_be_written_is_told_by_its_name(published: Path, form: str) -> None:
    told = pytest.raises(StorageFailed, match=r"^cannot write /dev/full: .*No space left")
    with Results.open(published) as results, open("/dev/full", "wb", buffering=0) as full, told:
        results.export("select 1 as one", full, format=form)
