"""A sweep of which figures are kept: what stays stored, and that its detail is computed anew to the bit, or refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.detail.door import with_detail
from flows.errors import PipelineError
from flows.page.compose import compose
from flows.page.pages import page_of
from flows.results.choosing import choose_run, choose_runs
from flows.results.detail import left_out, open_detail
from flows.results.explain.answer import explain
from flows.results.news import news, news_after, news_since
from flows.stages import BACKTEST, METRICS
from schemas.backtest import DETAIL
from tests.flows.detail.homes import GRID, MEMBER, READ, grid, make_home, sorted_rows
from tests.flows.nights import BASE, DAYS, night, stage, statuses, tables, write_bars, write_scenarios
from warehouse import Results, connection, open_results

GRID_SWEEP = '[sweep]\n"asset_defaults.sd_n" = [4, 6]\n'


def change(file: Path, sql: str) -> Path:
    with connection.open_work(file) as con:
        con.execute(sql)
    return file


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("kept"), "metrics")


@pytest.fixture
def file(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(kept / "data" / "results.duckdb", tmp_path / "results.duckdb"))


@pytest.fixture
def results(kept: Path) -> Iterator[Results]:
    with open_results(kept / "data") as opened:
        yield opened


def test_figures_orders_and_verdicts_are_those_of_a_sweep_kept_whole(whole: Path, kept: Path) -> None:
    ours, theirs = tables(kept), tables(whole)
    others = [name for name in theirs if name.partition(".")[2] not in (*DETAIL, "runs", "drawdowns")]
    assert {name: ours[name] for name in others} == {name: theirs[name] for name in others}
    assert ours["metrics.runs"] == theirs["metrics.runs"]
    twins = {row.split("'")[1] for row in ours["backtest.runs"] if "'twin'" in row and "'metrics'" in row}
    falls = [row for row in theirs["metrics.drawdowns"] if row.split("'")[1] not in twins]
    assert ours["metrics.drawdowns"] == falls  # those of twins are no more than computed
    assert 20 < len(falls) < len(theirs["metrics.drawdowns"])
    assert [row.replace("'metrics', None, ", "'all', None, ") for row in ours["backtest.runs"]] == theirs[
        "backtest.runs"
    ]


def test_no_detail_of_the_sweep_is_stored_but_of_what_a_whole_one_needs(results: Results) -> None:
    stored = {row[0] for name in DETAIL for row in results.rows(f"select distinct run_id from backtest.{name}")}
    (one,) = results.records("from backtest.runs where scenario = 'one'")
    # `one` holds the same assets as the sweep, but pays nothing out: no twin of it is one of the sweep's
    assert stored == {one["run_id"], one["buy_and_hold_twin"], one["ath_only_twin"]}
    keep = dict(results.rows("select run_id, keep from runs"))
    assert {run_id for run_id, word in keep.items() if word == "all"} == stored
    assert set(keep.values()) == {"all", "metrics"}


def test_detail_comes_back_to_the_bit_in_every_table_and_view(whole: Path, kept: Path) -> None:
    with open_results(whole / "data") as theirs, open_detail(kept / "data", "grid") as ours:
        assert theirs.scalar("select count(*) from backtest.opportunities") > 0
        for name in READ:
            assert sorted_rows(ours, name) == sorted_rows(theirs, name), name
        assert ours.records("describe lots") == theirs.records("describe lots")


def test_explain_news_and_page_tell_what_they_tell_of_a_run_kept_whole(whole: Path, results: Results) -> None:
    def pages(opened: Results) -> str:
        page = page_of(opened, [choose_run(opened, MEMBER).run_id], date(2024, 4, 1))
        return compose(opened, page, date(2024, 4, 1))

    with open_results(whole / "data") as theirs:
        run = choose_run(theirs, MEMBER)
        day = theirs.scalar("select max(date) from main.fills where scenario = ? and ticker = 'SAW'", [MEMBER])
        with with_detail(results, [run.run_id]) as ours:
            assert explain(ours, choose_run(ours, MEMBER), day, "SAW") == explain(theirs, run, day, "SAW")
        assert news_since(results, [choose_run(results, MEMBER)], None) == news_since(theirs, [run], None)
        assert len(news_since(theirs, [run], "2024-01-05")[0]) > 3
        expected, found = pages(theirs), pages(results)
    hint = f"-- sdengine sql --detail &#39;{MEMBER}&#39;\n"
    assert hint in found
    own = ("made-from", "data-batch", "Night")  # who made the page, and when
    lines = [line for line in found.replace(hint, "").splitlines() if not any(word in line for word in own)]
    assert lines == [line for line in expected.splitlines() if not any(word in line for word in own)]


def test_a_run_kept_whole_is_read_as_it_is_stored(results: Results) -> None:
    run = choose_run(results, "one")
    with with_detail(results, [run.run_id]) as same:
        assert same is results


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("clean.bars set close = close * 1.001 where date = '2024-01-20'", "the bars have changed"),
        ("backtest.runs set engine = '0123456789abcdef'", "the engine has changed"),
        ("backtest.orders set qty = qty * (1 + 1e-15)", "its orders come out otherwise than those kept"),
        ("metrics.runs set volatility = volatility * (1 + 1e-15)", "its figures come out otherwise than those kept"),
        # below the sixth digit no bar counts as changed; what is computed of it is another number all the same
        ("clean.bars set close = close * (1 + 1e-9) where date = '2024-01-20'", "its figures come out otherwise"),
    ],
)
def test_what_would_not_be_the_same_is_refused_with_the_reason(file: Path, sql: str, why: str) -> None:
    changed = change(file, f"update {sql}")
    said = rf"grid\[sd_n=4\].*no longer reproducible.*{why}.*`sdengine run`"
    with pytest.raises(PipelineError, match=said), open_detail(changed, MEMBER):
        pass


def test_of_several_runs_those_are_told_of_which_detail_can_be_had(whole: Path, file: Path) -> None:
    """As on the morning after the engine has changed, before a night has run anything anew."""
    changed = change(file, "update backtest.runs set engine = '0123456789abcdef' where starts_with(scenario, 'grid')")
    day, told = date(2024, 1, 5), list[str]()
    with open_results(changed) as ours, open_results(whole / "data") as theirs:
        (one,) = choose_runs(theirs, "one")
        members = choose_runs(ours, "grid")
        expected = news(theirs, {one.run_id: day})
        assert news_since(ours, [*members, one], str(day), told.append) == (expected, "after 2024-01-05")
        assert news_after(ours, [*members, one], {"one": day, MEMBER: day}, told.append) == expected
        with pytest.raises(PipelineError, match="the engine has changed"):
            news_since(ours, members, str(day), told.append)
    assert len(expected) > 3
    assert [sentence.partition(" is not told: ")[0] for sentence in told] == [
        "what 4 scenarios did",
        "what 1 scenario did",
    ]


def test_news_between_two_files_are_told_of_runs_whose_detail_is_not_kept(whole: Path, results: Results) -> None:
    days = {MEMBER: date(2024, 1, 5)}
    with open_results(whole / "data") as theirs:
        expected = news(theirs, {choose_run(theirs, MEMBER).run_id: days[MEMBER]})
        assert news_after(results, choose_runs(results, "grid"), days) == expected
    assert len(expected) > 3


def test_an_answer_out_of_detail_says_whose_is_not_stored(whole: Path, results: Results) -> None:
    for query in ("from fills", "select 1 from runs join main.days using (run_id)", "FROM backtest.lots"):
        assert "without 4 scenarios of sweeps that keep metrics" in left_out(results, query), query
    assert not left_out(results, "select fills from ranking")  # a figure of that name, which is kept
    with open_results(whole / "data") as theirs:
        assert not left_out(theirs, "from fills")


def test_detail_is_let_go_in_a_night_in_which_the_bars_of_others_are_restated(tmp_path: Path) -> None:
    """Books of runs that go, or that nobody asks for any more, do not balance over closes that are not theirs."""
    up, saw = (BASE.format(sd_n=8).replace(f'[[assets]]\nticker = "{name}"\n', "") for name in ("SAW", "UP"))
    write_bars(tmp_path / "bars")
    write_scenarios(tmp_path / "scenarios", runs=up, gone=up.replace("10000", "9000"), grid=saw + GRID_SWEEP)
    assert night(tmp_path).published
    write_bars(tmp_path / "bars", closes={("UP", DAYS - 1): 150.0})
    (tmp_path / "scenarios" / "gone.toml").unlink()
    write_scenarios(tmp_path / "scenarios", grid=saw + GRID_SWEEP.replace("[sweep]", '[sweep]\nkeep = "metrics"'))
    assert night(tmp_path).published
    with open_results(tmp_path / "data") as results:
        asked = results.rows(
            "select scenario, keep, asked from backtest.runs where role = 'scenario' order by scenario"
        )
    assert asked == [
        ("gone", "all", False),
        ("grid[sd_n=4]", "metrics", True),
        ("grid[sd_n=6]", "metrics", True),
        ("runs", "all", True),
    ]


def test_a_change_of_keep_lets_detail_go_and_brings_it_back(whole: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(whole, tmp_path / "home"))
    before = tables(home)
    write_scenarios(home / "scenarios", grid=grid("metrics"))
    outcome = night(home)
    assert statuses(outcome) | {BACKTEST: "done"} == dict.fromkeys(statuses(outcome), "skipped") | {BACKTEST: "done"}
    told = {item.item: item.reason for item in stage(outcome, BACKTEST).items}
    assert told[MEMBER] == 'keep = "metrics": its detail goes, and is computed anew when asked for'
    after = tables(home)
    assert len(after["backtest.fills"]) < len(before["backtest.fills"])
    again = night(home, stages=(METRICS,), force=True)  # of detail that is not there
    assert statuses(again) == {METRICS: "done"}
    assert tables(home) == after
    write_scenarios(home / "scenarios", grid=GRID)
    back = night(home)
    assert {item.reason for item in stage(back, BACKTEST).items if item.status == "done"} == {
        'keep = "all" brings its detail back'
    }
    assert tables(home) == before


def test_a_night_about_the_sweep_alone_takes_nothing_from_others(whole: Path, tmp_path: Path) -> None:
    """`again` has the twins of the sweep's member, and is kept whole."""
    home = Path(shutil.copytree(whole, tmp_path / "home"))
    write_scenarios(home / "scenarios", again=GRID.partition("[sweep]")[0].replace("sd_n = 8", "sd_n = 4"))
    night(home)
    write_scenarios(home / "scenarios", grid=grid("metrics"))
    night(home, scenarios=("grid",))
    with open_results(home / "data") as results:
        keep = dict(results.rows("select scenario, keep from backtest.runs where role = 'scenario'"))
        assert (keep["again"], keep[MEMBER]) == ("all", "metrics")
        for twin in ("buy_and_hold", "ath_only"):
            asked = f"select {twin}_twin from backtest.runs where scenario = 'again'"
            assert results.scalar(f"select keep from runs where run_id = ({asked})") == "all"
