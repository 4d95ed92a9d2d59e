"""The stage `judge` within nights: what it writes, when it is due, and that it holds back no results."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.judge import work as judging
from flows.judge.families import of_luck
from flows.night.plan import plan
from flows.night.request import Request
from flows.night.run import NightOutcome
from flows.outcomes import compiling
from flows.stages import BACKTEST, JUDGE, METRICS
from schemas.canonical import canonical_json
from tests.flows.nights import BASE, hold, make_home, night, settings, stage, statuses, tables, write_bars
from warehouse import Results, Warehouse

DAYS = 120
FILES = "SAW UP from the first bar to the last bar"
WORLDS = "\n[judge]\nworlds = 19\ndraws = 100\n"


def write_scenarios(home: Path, judge: str = WORLDS) -> None:
    texts = {
        "full": BASE.format(sd_n=8) + judge,
        "hold": hold() + judge,
        "grid": BASE.format(sd_n=8) + judge + '[sweep]\n"asset_defaults.sd_n" = [4, 16]\n',
    }
    for name, text in texts.items():
        (home / "scenarios" / f"{name}.toml").write_text(text)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home, and go through a night."""
    home = make_home(tmp_path_factory.mktemp("judged"))
    write_bars(home / "bars", DAYS)
    write_scenarios(home)
    assert statuses(night(home))[JUDGE] == "done"
    return home


@pytest.fixture
def home(judged: Path, tmp_path: Path) -> Path:
    """Copy it, to go on with."""
    return Path(shutil.copytree(judged, tmp_path / "home"))


def answer(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with Results.open(home / "data") as results:
        return results.rows(sql)


def judge_reasons(home: Path) -> dict[str, str]:
    items = plan(Request(settings(home), stages=(JUDGE,)))
    return {item.item: item.reason for item in items if item.stage == JUDGE}


def test_the_first_time_it_says_that_it_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    for compiled in (False, True):
        monkeypatch.setattr("sdengine.kernel.compiled.is_compiled", lambda _, compiled=compiled: compiled)
        judging.announce(told.append)
    assert told == [compiling("what judges the results")]


def test_sweeps_and_files_that_share_tickers_and_window_are_families(home: Path) -> None:
    found = answer(home, "select sweep, trials, flat, worlds, days from judge.sweeps order by sweep")
    assert found == [(FILES, 2, 1, 19, DAYS - 1), ("grid", 2, 0, 19, DAYS - 1)]
    named = answer(home, "select sweep, scenario from judge.trials order by all")
    assert named == [(FILES, "full"), (FILES, "hold"), ("grid", "grid[sd_n=16]"), ("grid", "grid[sd_n=4]")]
    assert answer(home, "select count(*) from judge.intervals") == [(4 * 6,)]
    assert answer(home, "select count(*), bool_and(nearest = at_once) from judge.path_range") == [(4 * 4, True)]
    assert answer(home, "select count(*) from judge.starts union all select count(*) from judge.costs") == [
        (24,),
        (12,),
    ]


def test_the_ranking_says_what_each_is_worth(home: Path) -> None:
    words = answer(home, "select scenario, verdict, verdict_sentence from metrics.ranking order by scenario")
    told = {scenario: (verdict, sentence) for scenario, verdict, sentence in words}
    assert told["hold"] == (None, "it does what its buy and hold twin does, day by day")
    # UP climbs a percent a day: whoever sells on the way is behind who holds
    assert told["full"][0] == "behind"
    assert told["full"][1].endswith("points a year behind buy and hold")


def test_what_has_been_judged_is_not_judged_again(home: Path) -> None:
    assert set(judge_reasons(home).values()) == {"unchanged: its family has been judged"}
    assert statuses(night(home))[JUDGE] == "skipped"
    before = tables(home)
    assert statuses(night(home, stages=(JUDGE,), force=True)) == {JUDGE: "done"}
    assert tables(home) == before


def test_a_new_bar_makes_all_of_a_family_stale(home: Path) -> None:
    write_bars(home / "bars", DAYS + 1)
    night(home, stages=("ingest", "validate", BACKTEST, METRICS))
    assert judge_reasons(home)["full"] == f"its bars are new; 2 runs of {4 * (DAYS + 1)} bars in 19 worlds"
    assert statuses(night(home))[JUDGE] == "done"
    assert answer(home, "select distinct days from judge.sweeps") == [(DAYS,)]


def test_worlds_of_the_week_are_kept_where_that_is_asked(home: Path) -> None:
    write_scenarios(home, WORLDS + 'every = "week"\n')
    assert statuses(night(home))[BACKTEST] == "skipped", "how it is judged is no part of a run"
    first = answer(home, "select sweep, luck, luck_until, worlds from judge.sweeps order by sweep")
    for more, kept in ((6, True), (7, False)):
        write_bars(home / "bars", DAYS + more)
        outcome = night(home)
        assert statuses(outcome)[JUDGE] == "done"
        assert answer(home, "select distinct days from judge.sweeps") == [(DAYS + more - 1,)]
        now = answer(home, "select sweep, luck, luck_until, worlds from judge.sweeps order by sweep")
        assert ([row[2] for row in now] == [row[2] for row in first]) is kept
        if kept:
            assert now == first
    assert answer(home, "select count(*) from judge.trials where luck is null") == [(1,)], "hold differs from nothing"


def test_never_is_told_in_the_row(home: Path) -> None:
    write_scenarios(home, '\n[judge]\nevery = "never"\n')
    assert judge_reasons(home)["full"].endswith('nothing to do, since every = "never"')
    night(home)
    reason = 'not judged, as `[judge] every = "never"` asks'
    assert set(answer(home, "select reason, luck, pbo from judge.sweeps")) == {(reason, None, None)}
    assert set(answer(home, "select verdict, verdict_sentence from metrics.ranking")) == {(None, reason)}
    assert judge_reasons(home)["full"].startswith("unchanged")
    # growth above the twin is a figure of the metrics; who stands next to whom would have to be found out
    excess = "select scenario, excess_cagr from {} order by scenario"
    assert answer(home, excess.format("judge.trials")) == answer(home, excess.format("metrics.ranking"))
    assert answer(home, "select distinct neighbours, neighbours_median_excess from judge.trials") == [(None, None)]


def test_nothing_is_laid_out_for_who_is_not_judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it is not judged")

    for name in ("_candidate", "_counted"):
        monkeypatch.setattr(f"flows.judge.work._Judging.{name}", refuse)
    monkeypatch.setattr(judging, "announce", refuse)
    write_scenarios(home, '\n[judge]\nevery = "never"\n')
    assert statuses(night(home))[JUDGE] == "done"


def test_what_luck_hangs_on_is_written_piece_by_piece_as_it_would_be_whole() -> None:
    runs = [{"scenario": name, "parameters": f'{{"of":"{name}"}}'} for name in ("a", 'b"', "ü")]
    for own in (runs, runs[:1], []):
        whole = canonical_json(["fam", [[run["scenario"], run["parameters"]] for run in own], None, "v1"])
        assert "".join(of_luck("fam", own, None, "v1")) == whole


def test_a_family_that_is_gone_loses_its_rows_and_a_chosen_one_alone_is_judged(home: Path) -> None:
    night(home, scenarios=("full",), force=True)
    (home / "scenarios" / "grid.toml").unlink()
    night(home)
    assert answer(home, "select count(*) from judge.sweeps") == [(2,)], "its runs stay aside, and so does this"
    assert answer(home, "select count(*) from metrics.ranking") == [(2,)]
    night(home, prune=True)
    assert answer(home, "select sweep from judge.sweeps") == [(FILES,)]
    for table in judging.LISTS:
        assert set(answer(home, f"select distinct sweep from judge.{table}")) <= {(FILES,)}


def fails(*_: Any) -> Any:
    raise ValueError("the moon is full")


def test_a_family_that_cannot_be_judged_holds_nothing_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(home / "bars", DAYS + 1)
    judge = judging._Judging._judge

    def grid_fails(self: Any, family: Any, kept: Any) -> Any:
        return (fails if family.name == "grid" else judge)(self, family, kept)

    monkeypatch.setattr(judging._Judging, "_judge", grid_fails)
    outcome = night(home)
    assert [item.reason for item in stage(outcome, JUDGE).items] == ["grid could not be judged: the moon is full"]
    assert outcome.published
    assert outcome.failed
    assert answer(home, "select count(*), count(verdict) from metrics.ranking") == [(4, 1)]
    monkeypatch.undo()
    from flows.night.listener import Listener
    from flows.night.retry import retry_request
    from flows.night.run import run_night

    request = retry_request(settings(home))
    assert isinstance(request, Request)
    assert statuses(run_night(request, Listener()))[JUDGE] == "done"
    assert answer(home, "select count(distinct sweep) from judge.sweeps") == [(2,)]


def test_a_stage_that_breaks_holds_nothing_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(home / "bars", DAYS + 1)
    monkeypatch.setattr(judging, "plan_judge", fails)
    outcome: NightOutcome = night(home)
    assert statuses(outcome)[JUDGE] == "failed"
    assert outcome.published
    assert answer(home, "select count(*), count(verdict) from metrics.ranking") == [(4, 0)]


def test_runs_whose_bars_have_changed_since_are_not_judged_on_others(home: Path) -> None:
    write_bars(home / "bars", DAYS, {("SAW", 50): 51.0})
    night(home, stages=("ingest", "validate"))
    with Warehouse.open(home / "data", verb="test", validation="sql") as warehouse:
        outcome = judging.judge(warehouse, [], force=True)
    assert {item.reason.split(": ", 1)[1] for item in outcome.items} == {
        "the bars of full have changed since it was run; `sdengine run` runs it anew",
        "the bars of grid[sd_n=16] have changed since it was run; `sdengine run` runs it anew",
    }
