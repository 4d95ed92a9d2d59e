"""What a night leaves of the runs that there were: superseded ones go, all others stay until a run with --prune."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import sdengine
from flows.errors import UsageError
from flows.night.listener import Listener
from flows.night.plan import plan
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.results.choosing import choose_run, choose_runs
from flows.stages import BACKTEST, INGEST, METRICS
from sdengine.history.run import Chunk, run_scenarios
from tests.flows.nights import BASE, night, settings, stage, statuses, tables, write_bars, write_scenarios
from warehouse import Results, Warehouse
from warehouse.diff import compare

ALL = {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}
LAST = "2024-02-09"  # 40 days from 2024-01-01 on


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_night, tmp_path / "home"))


def asked(home: Path, role: str = "scenario") -> dict[str, bool]:
    """Read whether each published run is asked for, by its name; a name with two runs has none."""
    with Results.open(home / "data") as results:
        rows = results.rows(f"select scenario, asked from backtest.runs where role = '{role}' order by run_id")
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def ranked(home: Path) -> set[str]:
    with Results.open(home / "data") as results:
        return {name for (name,) in results.rows("select scenario from metrics.ranking")}


def computed(outcome: NightOutcome) -> set[str]:
    """Names of what a night ran anew."""
    return {item.item for item in stage(outcome, BACKTEST).items if item.status == "done"}


def without_marks(home: Path) -> dict[str, list[str]]:
    """Read all tables, every run being marked as asked for."""
    with Warehouse.open(home / "data") as warehouse:
        warehouse.rows("update backtest.runs set asked = true")
    return tables(home)


def test_a_deleted_file_leaves_its_results_marked_and_out_of_reports(home: Path) -> None:
    before = tables(home)
    (home / "scenarios" / "grid.toml").unlink()
    outcome = night(home)
    assert "2 scenarios kept that nobody asks for any more (grid)" in stage(outcome, BACKTEST).reason
    assert asked(home) == {"full": True, "hold": True, "grid[sd_n=4]": False, "grid[sd_n=16]": False}
    assert ranked(home) == {"full", "hold"}
    assert not night(home).failed
    assert without_marks(home) == before


def test_twins_are_asked_for_with_the_scenarios_that_they_stand_beside(home: Path) -> None:
    """All four share one buy_and_hold; the members of the sweep have an ath_only of their own."""
    assert set(asked(home, "twin").values()) == {True}
    (home / "scenarios" / "grid.toml").unlink()
    night(home)
    with Results.open(home / "data") as results:
        found = results.rows(
            "select twin.asked, list(runs.scenario) from backtest.runs twin join backtest.runs runs"
            " on twin.run_id in (runs.buy_and_hold_twin, runs.ath_only_twin) group by twin.run_id, twin.asked"
        )
    assert all(mark == bool({"full", "hold"} & set(names)) for mark, names in found)
    assert {mark for mark, _ in found} == {True, False}


def test_a_file_that_comes_back_finds_its_results(home: Path) -> None:
    before = tables(home)
    text = (home / "scenarios" / "grid.toml").read_text()
    (home / "scenarios" / "grid.toml").unlink()
    night(home)
    (home / "scenarios" / "grid.toml").write_text(text)
    outcome = night(home)
    assert computed(outcome) == set()
    assert statuses(outcome)[METRICS] == "skipped"
    assert ranked(home) == ALL
    assert tables(home) == before


def test_pruned_it_goes_with_all_its_rows(home: Path) -> None:
    (home / "scenarios" / "grid.toml").unlink()
    night(home)
    outcome = night(home, prune=True)
    assert "2 scenarios pruned (grid)" in stage(outcome, BACKTEST).reason
    assert asked(home) == {"full": True, "hold": True}
    with Warehouse.open(home / "data") as warehouse:
        kept = set(warehouse.read("backtest.runs")["run_id"])
        for table in ("backtest.fills", "backtest.portfolio_days", "backtest.lots", "metrics.runs", "metrics.monthly"):
            assert set(warehouse.read(table)["run_id"]) <= kept
    assert statuses(night(home, prune=True))[BACKTEST] == "skipped"


@pytest.mark.parametrize("given", [{"scenarios": ("full",)}, {"stages": (INGEST,)}])
def test_pruning_needs_to_know_what_is_asked_for(home: Path, given: Any) -> None:
    with pytest.raises(UsageError, match="which only a backtest of all scenarios knows: leave out --"):
        night(home, prune=True, **given)


def test_a_typo_keeps_what_is_published_and_says_as_of_when(home: Path) -> None:
    before = tables(home)
    files = home / "scenarios" / "full.toml", home / "scenarios" / "grid.toml"
    good = [file.read_text() for file in files]
    for file, text in zip(files, good, strict=True):
        file.write_text(text.replace("initial_cash", "inital_cash"))
    outcome = night(home)
    failed = {item.item: item.reason for item in stage(outcome, BACKTEST).of("failed")}
    assert set(failed) == {"full", "grid"}
    assert all(reason.endswith(f"; its results as of {LAST} are kept") for reason in failed.values())
    assert ranked(home) == {"hold"}
    for file, text in zip(files, good, strict=True):
        file.write_text(text)
    assert computed(night(home)) == set()
    assert tables(home) == before


def test_a_run_that_fails_supersedes_nothing(home: Path) -> None:
    before = tables(home)
    file = home / "scenarios" / "full.toml"
    good = file.read_text()
    for ticker in ("SAWW", "WSAW"):
        file.write_text(good.replace('"SAW"', f'"{ticker}"'))
        (failed,) = stage(night(home), BACKTEST).of("failed")
        assert f"there are no bars of the ticker {ticker}" in failed.reason
        assert failed.reason.endswith(f"; its results as of {LAST} are kept")
    with Results.open(home / "data") as results:
        rows = results.rows("select status, asked from backtest.runs where scenario = 'full' order by status")
    assert rows == [("done", False), ("failed", True)]
    assert ranked(home) == ALL - {"full"}
    file.write_text(good)
    assert computed(night(home)) == set()
    assert tables(home) == before


def test_a_run_that_breaks_supersedes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(scenarios: Sequence[Any], *args: Any, **options: Any) -> Iterator[Chunk]:
        for chunk in run_scenarios(scenarios, *args, **options):
            yield Chunk([], {}, dict.fromkeys(chunk.positions, "the engine was lost"))

    monkeypatch.setattr(sdengine, "run_scenarios", broken)
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=6))
    failed = {item.item: item.reason for item in stage(night(home), BACKTEST).of("failed")}
    assert failed["full"] == f"the engine was lost; its results as of {LAST} are kept"
    with Results.open(home / "data") as results:
        rows = results.rows("select status, asked from backtest.runs where scenario = 'full' order by status")
        assert rows == [("done", False), ("failed", True)]
        assert results.scalar(
            "select count(*) > 0 from backtest.fills join backtest.runs using (run_id) where not asked"
        )
    monkeypatch.undo()
    assert computed(night(home)) == {"full"}
    assert asked(home) == dict.fromkeys(ALL, True)


def test_a_run_that_failed_has_nothing_to_keep(home: Path) -> None:
    (home / "scenarios" / "ghost.toml").write_text(BASE.format(sd_n=8).replace("SAW", "GHOST"))
    night(home)
    (home / "scenarios" / "ghost.toml").unlink()
    assert "kept" not in stage(night(home), BACKTEST).reason
    assert asked(home) == dict.fromkeys(ALL, True)


def test_a_newer_run_takes_the_place_of_an_older_one(home: Path) -> None:
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=6))
    write_bars(home / "bars", days=43)
    night(home)
    assert asked(home) == dict.fromkeys(ALL, True)


def test_a_renamed_file_is_another_scenario_unless_it_has_a_name(home: Path) -> None:
    files = home / "scenarios"
    (files / "full.toml").rename(files / "whole.toml")
    assert computed(night(home)) == {"whole"}
    assert asked(home) == dict.fromkeys(ALL, True) | {"full": False, "whole": True}
    text = (files / "whole.toml").read_text()
    (files / "whole.toml").unlink()
    (files / "other.toml").write_text(f'name = "full"\n{text}')
    assert computed(night(home)) == set()
    assert asked(home) == dict.fromkeys(ALL, True) | {"whole": False}


def test_two_folders_used_in_turns_cost_nothing(home: Path) -> None:
    write_scenarios(home / "others", mine=BASE.format(sd_n=5))
    others = Request(settings(home, scenario_files=home / "others"))
    assert computed(run_night(others, Listener())) == {"mine"}
    assert asked(home) == dict.fromkeys(ALL, False) | {"mine": True}
    before = without_marks(home)
    for _ in range(2):
        assert computed(night(home)) == set()
        assert asked(home) == dict.fromkeys(ALL, True) | {"mine": False}
        assert computed(run_night(others, Listener())) == set()
        assert ranked(home) == {"mine"}
    assert without_marks(home) == before


def test_asking_for_one_asks_no_other_less_or_more(home: Path) -> None:
    (home / "scenarios" / "hold.toml").unlink()
    night(home)
    (home / "scenarios" / "grid.toml").unlink()
    (home / "scenarios" / "hold.toml").write_text(BASE.format(sd_n=7))
    night(home, scenarios=("full",), force=True)
    assert asked(home) == dict.fromkeys(ALL, True) | {"hold": False}
    night(home, scenarios=("hold",))
    assert asked(home) == dict.fromkeys(ALL, True)


def test_bars_may_move_on_under_what_is_kept(home: Path) -> None:
    """New bars, a corrected close and a bar that is turned away: what is published is held against what it asks for."""
    (home / "scenarios" / "grid.toml").unlink()
    night(home)
    write_bars(home / "bars", days=44, closes={("SAW", 20): 53.0})
    text = (home / "bars" / "SAW.csv").read_text().splitlines()
    (home / "bars" / "SAW.csv").write_text(
        "\n".join([*text[:30], ",".join([text[30][:10], *["-1"] * 4, "1"]), *text[31:]])
    )
    outcome = night(home)
    assert outcome.published
    assert asked(home) == {"full": True, "hold": True, "grid[sd_n=4]": False, "grid[sd_n=16]": False}
    with Results.open(home / "data") as results:
        ends = dict(results.rows("select scenario, last_date::varchar from backtest.runs where role = 'scenario'"))
    assert ends["full"] == "2024-02-13"
    assert ends["grid[sd_n=4]"] == LAST


def test_the_plan_lists_what_is_kept_and_what_would_go(home: Path) -> None:
    (home / "scenarios" / "grid.toml").unlink()
    said = {
        item.item: (item.due, item.asked, item.reason) for item in plan(Request(settings(home), stages=(BACKTEST,)))
    }
    kept = f"nobody asks for it; kept as of {LAST} until a run with --prune"
    assert said["grid[sd_n=4]"] == (False, False, kept)
    assert said["full"][1]
    items = plan(Request(settings(home), prune=True))
    assert {(i.stage, i.item, i.due, i.reason) for i in items if not i.asked} == {
        (BACKTEST, name, True, "nobody asks for it; it goes") for name in ("grid[sd_n=4]", "grid[sd_n=16]")
    }
    assert not [i for i in items if i.stage == METRICS and i.item.startswith("grid") and (i.due or i.waits)]


def test_diff_does_not_call_it_removed(home: Path) -> None:
    old = Path(shutil.copyfile(home / "data" / "results.duckdb", home / "old.duckdb"))
    (home / "scenarios" / "hold.toml").unlink()
    night(home)
    new = Path(shutil.copyfile(home / "data" / "results.duckdb", home / "new.duckdb"))
    found = dict(compare(old, new).runs.select("scenario", "change").rows())
    assert found == dict.fromkeys(ALL, "same") | {"hold": "kept"}
    assert dict(compare(new, new).runs.select("scenario", "change").rows()) == dict.fromkeys(ALL - {"hold"}, "same")
    assert dict(compare(new, old).runs.select("scenario", "change").rows())["hold"] == "added"
    night(home, prune=True)
    assert "hold" not in compare(new, home / "data" / "results.duckdb").runs["scenario"].to_list()
    assert (
        dict(compare(old, home / "data" / "results.duckdb").runs.select("scenario", "change").rows())["hold"]
        == "removed"
    )


def test_what_is_kept_answers_by_its_name_and_says_as_of_when(home: Path) -> None:
    (home / "scenarios" / "grid.toml").unlink()
    good = (home / "scenarios" / "full.toml").read_text()
    (home / "scenarios" / "full.toml").write_text(good.replace('"SAW"', '"GHOST"'))
    night(home)
    told: list[str] = []
    with Results.open(home / "data") as results:
        assert [run.scenario for run in choose_runs(results, note=told.append)] == ["hold"]
        assert told == []
        assert {run.scenario for run in choose_runs(results, "grid", told.append)} == {"grid[sd_n=4]", "grid[sd_n=16]"}
        choose_run(results, "full")
        choose_runs(results, "full", told.append)
    assert told[0] == f"run grid: nobody asks for it any more; what follows is kept as of {LAST}"
    assert told[1].startswith("run full: failed: `assets.GHOST`: there are no bars of the ticker GHOST")
    assert told[1].endswith(f"; what follows is kept as of {LAST}")
