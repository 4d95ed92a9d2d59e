"""A sweep whose detail stays in parts: it is read as if it were stored, goes with its nights, and may be missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.backtest.computing import Computing
from flows.backtest.parts.left import refuse_secret
from flows.detail.door import with_detail
from flows.doctor.state import parts as parts_found
from flows.errors import UsageError
from flows.results.choosing import choose_run
from flows.results.explain.answer import explain
from flows.stages import BACKTEST
from schemas.backtest import DETAIL
from tests.flows.detail.homes import GRID, MEMBER, READ, grid, make_home, sorted_rows
from tests.flows.nights import night, stage, statuses, tables, write_scenarios
from warehouse import QueryRefused, Results, Warehouse, open_results
from warehouse.parts import offer, used_files, withdraw
from warehouse.repair import repair

LOST = r"the detail of some runs is not where it was left, in .*parts \(there is no .*\.parquet\): put it back, or"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("parts"), "parts")


@pytest.fixture
def home(parts: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(parts, tmp_path / "home"))


@pytest.fixture
def results(parts: Path) -> Iterator[Results]:
    with open_results(parts / "data") as opened:
        yield opened


def files(home: Path) -> set[str]:
    return {path.relative_to(home / "data" / "parts").as_posix() for path in (home / "data" / "parts").rglob("*.*")}


def used(published: Path) -> set[str]:
    with duckdb.connect(published, read_only=True) as con:
        return {file.file for file in used_files(con)}


def kept_nights(home: Path) -> list[Path]:
    return sorted((home / "data").glob("results-*.duckdb"))


def test_the_writer_has_what_a_sweep_has_of_which_figures_are_kept(whole: Path, parts: Path) -> None:
    ours, theirs = tables(parts), tables(whole)
    others = [name for name in theirs if name.partition(".")[2] not in (*DETAIL, "runs", "parts", "drawdowns")]
    assert {name: ours[name] for name in others} == {name: theirs[name] for name in others}
    assert ours["metrics.runs"] == theirs["metrics.runs"]
    (one,) = (row.split("'")[1] for row in ours["backtest.runs"] if ", 'one', 'scenario'" in row)
    stored = {row.split("'")[1] for row in ours["backtest.fills"]}
    assert one in stored
    assert len(stored) == 3  # and its twins
    assert len(ours["backtest.parts"]) == 4
    assert files(parts) == used(parts / "data" / "results.duckdb")  # and nothing of what was loaded


@pytest.mark.parametrize("door", ["ours", "duckdb"])
def test_detail_is_read_to_the_bit_in_every_table_and_view(whole: Path, parts: Path, door: str) -> None:
    def read(home: Path, name: str) -> list[str]:
        if door == "ours":
            with open_results(home / "data") as opened:
                return sorted_rows(opened, name)
        with duckdb.connect(home / "data" / "results.duckdb", read_only=True) as con:
            return sorted(map(repr, con.execute(f"from {name}").fetchall()))

    for name in READ:
        assert read(parts, name) == read(whole, name), name


def test_what_stands_behind_is_not_shown_and_columns_tell_what_they_mean(whole: Path, results: Results) -> None:
    with open_results(whole / "data") as theirs:
        for name in ("fills", "lots", "backtest.portfolio_days"):
            assert results.records(f"describe {name}") == theirs.records(f"describe {name}")
    run = choose_run(results, MEMBER)
    with with_detail(results, [run.run_id]) as same:
        assert same is results


def test_what_is_published_cannot_be_used_to_write_a_part(parts: Path, results: Results) -> None:
    for file in sorted(files(parts)):
        path = parts / "data" / "parts" / file
        before = path.read_bytes()
        with pytest.raises(QueryRefused, match="without access to files"):
            results.rows(f"copy (select 1) to '{path}' (format parquet, use_tmp_file false)")
        assert path.read_bytes() == before


def test_detail_that_is_missing_is_told_and_what_needs_it_computes_it(whole: Path, home: Path) -> None:
    (home / "data" / "parts").rename(home / "elsewhere")
    with open_results(home / "data") as results, open_results(whole / "data") as theirs:
        for sql in ("from fills", "select count(*) from lots", "from backtest.fills where run_id = 'none'"):
            with pytest.raises(QueryRefused, match=LOST):
                results.rows(sql)
        assert sorted_rows(results, "metrics.ranking") == sorted_rows(theirs, "metrics.ranking")
        run = choose_run(theirs, MEMBER)
        day = theirs.scalar("select max(date) from main.fills where scenario = ? and ticker = 'SAW'", [MEMBER])
        with with_detail(results, [run.run_id]) as ours:
            assert explain(ours, choose_run(ours, MEMBER), day, "SAW") == explain(theirs, run, day, "SAW")
        with with_detail(results, [choose_run(theirs, "one").run_id]) as ours:
            own = "from main.fills where scenario = 'one'"
            assert ours.rows(own) == theirs.rows(own)


@pytest.mark.parametrize("name", ["fills", "portfolio_days"])
def test_where_one_file_is_missing_what_is_computed_stands_once_in_all_tables(
    whole: Path, home: Path, name: str
) -> None:
    (home / "data" / "parts" / next(file for file in files(home) if f"/{name}-" in file)).unlink()
    with open_results(home / "data") as results, open_results(whole / "data") as theirs:
        run_id = choose_run(theirs, MEMBER).run_id
        with with_detail(results, [run_id]) as ours:
            for table in DETAIL:
                sql = f"from backtest.{table} where run_id = '{run_id}' order by all"
                assert ours.rows(sql) == theirs.rows(sql), table


def test_a_bit_that_has_turned_over_is_no_figure(home: Path) -> None:
    """The file is as long as it was, so that no night would miss it."""
    file = home / "data" / "parts" / next(file for file in files(home) if "/portfolio_days-" in file)
    content = bytearray(file.read_bytes())
    content[100] ^= 1  # of the first page
    file.write_bytes(content)
    with open_results(home / "data") as results:
        for ask in (results.rows, results.frame):
            with pytest.raises(
                QueryRefused, match=r"hold the portfolio_days of some runs cannot be read \(.*doctor` na"
            ):
                ask("from days")
        assert results.rows("select count(*) from backtest.fills") > [(0,)]
    (found,) = parts_found(home / "data")
    assert (found.state, found.help) == ("problem", f"rm {file}")
    file.unlink()
    (found,) = parts_found(home / "data")
    assert (found.state, found.help) == ("problem", "sdengine run")


def test_a_file_that_is_no_parquet_is_told_and_the_published_file_is_not_blamed(home: Path) -> None:
    file = home / "data" / "parts" / next(file for file in files(home) if "/lots-" in file)
    assert [found.state for found in parts_found(home / "data")] == ["ok"]
    file.write_bytes(file.read_bytes()[:200])
    with (
        open_results(home / "data") as results,
        pytest.raises(QueryRefused, match=r"^the detail of some runs is not where it was left"),
    ):
        results.rows("from lots")


def test_what_is_published_while_detail_is_missing_says_so_to_whoever_opens_it(home: Path, tmp_path: Path) -> None:
    with duckdb.connect(home / "data" / "results.duckdb") as con:
        withdraw(con)
        offer(con, tmp_path)  # where no parts lie
        with pytest.raises(duckdb.InvalidInputException, match=r"not where it was left, in .*: put it back, or"):
            con.execute("from main.fills where run_id = 'none'").fetchall()
        assert con.execute("select count(*) from metrics.ranking").fetchall() == [(5,)]


def test_the_next_night_brings_missing_detail_back(whole: Path, home: Path) -> None:
    before = tables(home)
    (home / "data" / "parts" / min(files(home))).unlink()
    again = night(home)
    reasons = {item.reason for item in stage(again, BACKTEST).items if item.status == "done"}
    assert reasons == {"its detail is not where it was left"}
    after = tables(home)
    assert {n: after[n] for n in after if n not in ("backtest.runs", "backtest.parts")} == {
        n: before[n] for n in after if n not in ("backtest.runs", "backtest.parts")
    }
    with open_results(home / "data") as ours, open_results(whole / "data") as theirs:
        assert sorted_rows(ours, "fills") == sorted_rows(theirs, "fills")


def test_parts_go_a_night_after_the_last_file_that_reads_them(whole: Path, home: Path) -> None:
    first = files(home)
    assert night(home, force=True).published
    second = files(home) - first
    (older,) = kept_nights(home)
    assert used(older) == first
    assert used(home / "data" / "results.duckdb") == second
    with open_results(older) as ours, open_results(whole / "data") as theirs:
        for name in ("fills", "asset_days"):
            assert sorted_rows(ours, name) == sorted_rows(theirs, name)
        night(home, force=True, changes={"keep": 1})
        assert not older.exists()
        assert sorted_rows(ours, "lots") == sorted_rows(theirs, "lots")  # who had it open reads on
    assert first < files(home)
    assert statuses(night(home))[BACKTEST] == "skipped"
    left = files(home)
    assert not left & first
    assert second < left
    with Warehouse.open(home / "data") as warehouse:
        assert {file for (file,) in warehouse.rows("select file from backtest.parts")} == left


def test_a_night_that_dies_after_its_commit_leaves_nothing_for_ever(
    whole: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Computing, known: Any = ()) -> None:
        raise SystemExit

    write_scenarios(home / "scenarios", grid=grid("parts").replace("400", "300"))
    with monkeypatch.context() as patched:
        patched.setattr(Computing, "forget", dies)
        with pytest.raises(SystemExit):
            night(home)
    assert any(name.endswith("done.json") for name in files(home))
    with open_results(home / "data") as ours, open_results(whole / "data") as theirs:
        assert sorted_rows(ours, "fills") == sorted_rows(theirs, "fills")  # what was published is as it was
    assert night(home, force=True).published
    with Warehouse.open(home / "data") as warehouse:
        assert {file for (file,) in warehouse.rows("select file from backtest.parts")} == files(home)
        assert not warehouse.audit()


def test_a_change_of_keep_lets_the_parts_go_and_takes_detail_in(whole: Path, home: Path) -> None:
    write_scenarios(home / "scenarios", grid=grid("metrics"))
    night(home)
    with open_results(home / "data") as results:
        assert set(results.rows("select keep, part from backtest.runs")) == {("all", None), ("metrics", None)}
    write_scenarios(home / "scenarios", grid=GRID)
    night(home)
    assert tables(home)["backtest.fills"] == tables(whole)["backtest.fills"]


def test_a_work_file_is_built_anew_from_what_was_published(home: Path) -> None:
    before = tables(home)
    (home / "data" / "work.duckdb").unlink()
    assert repair(home / "data", wait_seconds=0, clock=lambda: datetime(2024, 5, 1, tzinfo=UTC)) is not None
    assert tables(home) == before


def test_a_warehouse_that_is_moved_takes_its_parts_along(whole: Path, home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    (home / "data").rename(moved)
    with open_results(moved) as ours, open_results(whole / "data") as theirs:
        assert sorted_rows(ours, "fills") == sorted_rows(theirs, "fills")


def test_an_object_store_is_read_as_a_folder_is(whole: Path, tmp_path: Path) -> None:
    """In memory: an object store's files are read by pyarrow, and DuckDB has no extension for it."""
    home = tmp_path / "store"
    shutil.copytree(whole / "bars", home / "bars")
    write_scenarios(home / "scenarios", grid=grid("parts"))
    assert not night(home, changes={"parts": "mock://bucket/parts"}).failed
    with open_results(home / "data") as ours, open_results(whole / "data") as theirs:
        sql = "from main.fills where starts_with(scenario, 'grid') order by all"
        assert ours.rows(sql) == theirs.rows(sql)
        assert ours.rows("select distinct place from backtest.parts") == [("mock://bucket/parts",)]
    with duckdb.connect(home / "data" / "results.duckdb", read_only=True) as con:
        (sql,) = con.execute("select sql from duckdb_views() where view_name = 'lots'").fetchall()[0]
        assert "'mock://bucket/parts/" in sql


def test_an_address_with_a_login_is_refused() -> None:
    with pytest.raises(UsageError, match=r"holds a login: give that in the environment") as refused:
        refuse_secret("s3://AK:inparts77@bucket/parts")
    assert "inparts77" not in str(refused.value)
    refuse_secret("s3://bucket/parts?region=eu-west-1")
