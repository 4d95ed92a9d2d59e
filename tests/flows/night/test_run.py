"""Whole nights: all or nothing, one failure stays one, stages alone, and what a failed night leaves behind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.opening import Night
from flows.night.request import Request
from flows.night.run import run_night
from flows.outcomes import StageOutcome
from flows.stages import BACKTEST, INGEST, JUDGE, METRICS, RETIRE, STAGES, VALIDATE
from tests.flows.nights import BASE, command, make_home, night, settings, stage, statuses, tables, write_bars
from tests.warehouse.story import last_batches, stage_runs
from warehouse import Results, Warehouse


class Notes(Listener):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, sentence: str) -> None:
        self.said.append(sentence)


def batches(home: Path) -> list[dict[str, Any]]:
    with Warehouse.open(home / "data") as warehouse:
        return last_batches(warehouse, 10).to_dicts()


def receipts(home: Path, batch_id: str) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    with Warehouse.open(home / "data") as warehouse:
        rows = stage_runs(warehouse, batch_id).to_dicts()
    return {(row["stage"], row["item"]): (row["status"], row["error"] or row["reason"]) for row in rows}


def test_every_stage_and_item_has_its_receipt(first_night: Path) -> None:
    (batch,) = batches(first_night)
    assert (batch["status"], batch["verb"], batch["source"]) == ("done", "run", "files")
    found = receipts(first_night, batch["batch_id"])
    assert {stage for stage, item in found if item is None} == set(STAGES)
    assert {item for stage, item in found if stage == INGEST and item} == {"UP", "SAW"}
    assert found[BACKTEST, "full"] == ("done", "never run")


def test_each_stage_runs_alone_from_its_tables_in_a_process_of_its_own(
    first_tables: dict[str, list[str]], tmp_path: Path
) -> None:
    home = make_home(tmp_path)
    for name in STAGES:
        command(home, "run", "--direct", "--only", name)
    assert tables(home) == first_tables


def test_half_a_night_is_not_published(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    outcome = night(home, stages=(INGEST, VALIDATE, BACKTEST))
    assert not outcome.published
    assert not (home / "data" / "results.duckdb").exists()
    assert night(home, stages=(METRICS,)).published
    with Results.open(home / "data") as results:
        assert results.scalar("select count(*) from metrics.runs where role = 'scenario'") == 4


def break_stage(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception, after: bool = True) -> None:
    """Let a stage do its work and then raise: what it wrote must be undone."""
    room = import_module(f"flows.{name}.work")
    real = room.work

    def broken(night: Night) -> StageOutcome:
        if after:
            real(night)
        raise error

    monkeypatch.setattr(room, "work", broken)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Read what a first night of 44 days computes."""
    fresh = make_home(tmp_path_factory.mktemp("fresh"))
    write_bars(fresh / "bars", days=44)
    night(fresh)
    return tables(fresh)


@pytest.mark.parametrize("name", [VALIDATE, BACKTEST, METRICS])
def test_a_stage_that_breaks_leaves_nothing_and_the_next_night_makes_up_for_it(
    home: Path, unbroken: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_bars(home / "bars", days=44)
    published = (home / "data" / "results.duckdb").read_bytes()
    with monkeypatch.context() as patched:
        break_stage(patched, name, RuntimeError("the roof fell in"))
        with pytest.raises(RuntimeError, match="the roof fell in"):
            night(home)
    batch = batches(home)[0]
    assert batch["status"] == "failed"
    assert "the roof fell in" in batch["reason"]
    found = receipts(home, batch["batch_id"])
    assert found[name, None] == ("failed", "RuntimeError: the roof fell in")
    for later in STAGES[STAGES.index(name) + 1 :]:
        assert found[later, None] == ("skipped", f"not reached: {name} failed")
    assert (home / "data" / "results.duckdb").read_bytes() == published

    night(home)
    assert tables(home) == unbroken


def test_a_source_that_is_away_costs_the_news_and_not_the_night(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes()
    (home / "scenarios" / "hold.toml").unlink()
    break_stage(monkeypatch, INGEST, PipelineError("the source is away"), after=False)
    outcome = night(home, notes)
    assert statuses(outcome) == {
        INGEST: "failed", VALIDATE: "skipped", BACKTEST: "done", METRICS: "skipped", JUDGE: "done",
        RETIRE: "skipped",
    }  # fmt: skip
    assert outcome.failed
    assert outcome.published
    said = [sentence for sentence in notes.said if not sentence.startswith("compiling ")]  # as it is on each machine
    assert said == ["ingest failed: the source is away; the night goes on with the bars that are stored"]
    assert batches(home)[0]["status"] == "failed"


def test_without_any_stored_bar_a_source_that_is_away_ends_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path)
    break_stage(monkeypatch, INGEST, PipelineError("the source is away"), after=False)
    with pytest.raises(PipelineError, match="the source is away"):
        night(home)


def test_a_ticker_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    (home / "bars" / "SAW.csv").write_text("date,open\nnonsense\n")
    outcome = night(home)
    failed = {stage.stage: [item.item for item in stage.of("failed")] for stage in outcome.stages}
    assert failed[INGEST] == ["SAW"]
    assert set(failed[BACKTEST]) == {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}
    assert outcome.failed


def test_whoever_wants_to_know_of_a_failure_is_told(home: Path, tmp_path: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")
    told = tmp_path / "told"
    hook = f'cat > {told}; echo "$SDENGINE_BATCH $SDENGINE_REASON" >> {told}'
    outcome = run_night(Request(settings(home, on_failure=hook)), Listener())
    assert outcome.batch_id in told.read_text()
    assert f'"batch": "{outcome.batch_id}"' in told.read_text()
    told.unlink()
    (home / "scenarios" / "typo.toml").unlink()
    assert not run_night(Request(settings(home, on_failure=hook)), Listener()).failed
    assert not told.exists()


def test_an_alert_that_does_not_get_through_is_said_and_changes_nothing(home: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")
    notes = Notes()
    outcome = run_night(Request(settings(home, on_failure="echo too bad >&2; exit 3")), notes)
    assert outcome.published
    assert notes.said == ["the alert echo … ended with 3: too bad"]


def test_forced_the_same_inputs_give_the_same_tables(home: Path) -> None:
    before = tables(home)
    outcome = night(home, force=True)
    assert stage(outcome, BACKTEST).status == "done"
    assert tables(home) == before


def test_an_idle_night_leaves_what_is_published_as_it_is(home: Path) -> None:
    file = home / "data" / "results.duckdb"
    before = file.stat()
    assert night(home).published
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_idle_night_publishes_what_an_earlier_one_could_not(home: Path) -> None:
    file = home / "data" / "results.duckdb"
    old = file.read_bytes()
    file.unlink()
    night(home)
    assert file.exists()
    (home / "scenarios" / "hold.toml").unlink()
    night(home)
    file.write_bytes(old)  # as if the last night had died just before it published
    night(home)
    with Results.open(home / "data") as results:
        assert results.scalar("select count(*) from metrics.ranking where scenario = 'hold'") == 0


def test_an_idle_night_publishes_anew_what_has_the_views_of_an_older_version(home: Path) -> None:
    file = home / "data" / "results.duckdb"
    with duckdb.connect(str(file)) as old:
        old.execute("create or replace view metrics.ranking as select 1 as place, scenario from metrics.runs")
        old.execute("update ops.migrations set digest = 'of yesterday'")
    night(home)
    with Results.open(home / "data") as results:
        ranking = results.rows("select place, scenario from metrics.ranking")
        growth = dict(results.rows("select scenario, cagr_net from metrics.runs where role = 'scenario'"))
    by_growth_then_name = sorted(growth, key=lambda name: (-growth[name], name))
    assert ranking == list(enumerate(by_growth_then_name, 1))


def test_older_files_are_kept_to_compare_with(home: Path) -> None:
    for sd_n in (4, 5, 6):
        (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=sd_n))
        run_night(Request(settings(home, keep=2)), Listener())
    assert len(list((home / "data").glob("results-*.duckdb"))) == 2
    told = command(home, "diff").stdout
    assert "1 changed" in told
    assert "parameters" in told
    assert command(home, "diff", "nowhere.duckdb", check=1).stderr.startswith("sdengine: there is no published file")
