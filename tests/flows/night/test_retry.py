"""`retry` does what the last batch left undone, what depends on it, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import schemas
from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.opening import Night
from flows.night.request import Request
from flows.night.retry import left_undone, retry_request, retry_requests
from flows.night.run import NightOutcome, run_night
from flows.outcomes import StageOutcome
from flows.settings import Settings
from flows.stages import BACKTEST, INGEST, JUDGE, METRICS, RETIRE, STAGES, VALIDATE
from tests.flows.nights import (
    BASE,
    command,
    make_home,
    night,
    settings,
    stage,
    statuses,
    tables,
    write_bars,
    write_scenarios,
)
from warehouse import AuditFailed, Warehouse


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("first"))
    (home / "scenarios" / "up.toml").write_text(ONE)
    night(home)
    return home


ONE = '[[assets]]\nticker = "UP"\nasset_class = "crypto"\nweight = 0.5\nlot_size = 0\n'


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_night, tmp_path / "home"))


def retry(home: Path) -> NightOutcome:
    request = retry_request(settings(home))
    assert isinstance(request, Request), request
    return run_night(request, Listener())


def done(outcome: NightOutcome, name: str) -> set[str]:
    return {item.item for item in stage(outcome, name).items if item.status == "done"}


def test_after_a_whole_night_there_is_nothing_to_retry(home: Path) -> None:
    told = retry_request(settings(home))
    assert isinstance(told, str)
    assert told.startswith("nothing to retry: all of batch ")
    assert "no batch" in str(retry_request(settings(home, warehouse=home / "elsewhere")))


def test_a_scenario_is_retried_alone(home: Path) -> None:
    good = (home / "scenarios" / "full.toml").read_text()
    (home / "scenarios" / "full.toml").write_text(good.replace("SAW", "GHOST"))
    night(home)
    (home / "scenarios" / "full.toml").write_text(good.replace("sd_n = 8", "sd_n = 7"))
    (home / "scenarios" / "hold.toml").write_text(BASE.format(sd_n=3))  # due, but not what failed
    outcome = retry(home)
    assert done(outcome, BACKTEST) == {"full"}
    assert {item.item for item in stage(outcome, BACKTEST).items} == {"full"}
    assert not outcome.failed


def test_a_scenario_that_is_still_wrong_fails_again(home: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")
    night(home)
    outcome = retry(home)
    assert [item.item for item in stage(outcome, BACKTEST).of("failed")] == ["typo"]
    assert list(statuses(outcome)) == [BACKTEST, METRICS, JUDGE, RETIRE]


def test_a_ticker_is_retried_with_the_scenarios_that_hold_it(home: Path) -> None:
    good = (home / "bars" / "SAW.csv").read_text()
    (home / "bars" / "SAW.csv").write_text("date,open\nnonsense\n")
    night(home)
    write_bars(home / "bars", days=42)
    outcome = retry(home)
    assert done(outcome, INGEST) == done(outcome, VALIDATE) == {"SAW"}
    assert {item.item for item in stage(outcome, BACKTEST).items} == {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}
    assert (home / "bars" / "SAW.csv").read_text() != good


def test_one_ticker_one_scenario_and_a_whole_stage(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(home / "bars", days=42)
    (home / "bars" / "SAW.csv").write_text("date,open\nnonsense\n")
    (home / "scenarios" / "ghost.toml").write_text(ONE.replace("UP", "GHOST"))

    def broken(night: Night) -> StageOutcome:
        raise RuntimeError("the roof fell in")

    with monkeypatch.context() as patched:
        patched.setattr("flows.metrics.work.work", broken)
        with pytest.raises(RuntimeError, match="the roof"):
            night(home)
    write_bars(home / "bars", days=42)
    (home / "scenarios" / "ghost.toml").unlink()
    request = retry_request(settings(home))
    assert isinstance(request, Request)
    assert request.tickers == ("SAW",)  # nobody wants GHOST any more
    outcome = run_night(request, Listener())
    assert list(statuses(outcome)) == [INGEST, VALIDATE, BACKTEST, METRICS, JUDGE, RETIRE]
    assert done(outcome, INGEST) == {"SAW"}

    night(home, prune=True)
    fresh = make_home(tmp_path / "fresh")
    write_bars(fresh / "bars", days=42)
    (fresh / "scenarios" / "up.toml").write_text(ONE)
    night(fresh)
    assert tables(home) == tables(fresh)


def test_the_verb_says_so_when_there_is_nothing(home: Path) -> None:
    assert "nothing to retry" in command(home, "retry", "--direct").stdout


def scenarios_done(outcome: NightOutcome) -> set[str]:
    return {item.item for item in stage(outcome, BACKTEST).items}


def test_what_an_earlier_batch_left_is_retried_until_it_is_done(home: Path) -> None:
    good = (home / "scenarios" / "full.toml").read_text()
    (home / "scenarios" / "full.toml").write_text(good.replace("SAW", "GHOST"))
    night(home)
    assert not night(home, scenarios=("hold",), force=True).failed
    failing = retry(home)
    assert scenarios_done(failing) == {"full"}
    assert failing.failed
    (home / "scenarios" / "full.toml").write_text(good)
    assert not night(home, scenarios=("hold",), force=True).failed
    assert not retry(home).failed
    assert str(retry_request(settings(home))).startswith("nothing to retry")


def test_a_whole_stage_is_not_done_by_a_night_about_one_scenario(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(night: Night) -> StageOutcome:
        raise RuntimeError("the roof fell in")

    write_bars(home / "bars", days=42)
    with monkeypatch.context() as patched:
        patched.setattr("flows.metrics.work.work", broken)
        with pytest.raises(RuntimeError):
            night(home)
    with pytest.raises(AuditFailed):
        night(home, scenarios=("up",))
    request = retry_request(settings(home))
    assert isinstance(request, Request)
    assert (request.stages, request.scenarios) == ((METRICS, JUDGE, RETIRE), ())
    assert run_night(request, Listener()).published
    assert str(retry_request(settings(home))).startswith("nothing to retry")


def test_it_means_what_the_batch_was_fed_with_but_for_what_is_given(home: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")
    run_night(Request(settings(home, workers="threads:1", keep=9)), Listener())
    now = settings(
        home, scenario_files=None, source=None, files=None, keep=1, on_failure="tell me", parts="s3://bucket/parts"
    )
    request = retry_request(now)
    assert isinstance(request, Request)
    assert request.settings == settings(
        home, workers="threads:1", keep=1, on_failure="tell me", parts="s3://bucket/parts"
    )
    other = replace(now, source="sample", workers="dask")
    asked = retry_request(other, given=("source", "workers"))
    assert isinstance(asked, Request)
    assert (asked.settings.source, asked.settings.files, asked.settings.workers) == ("sample", None, "dask")
    assert asked.settings.scenario_files == home / "scenarios"


def test_each_folder_is_made_up_for_with_its_own(home: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")
    night(home)
    write_scenarios(home / "others", wrong="sd_n = ", mine=BASE.format(sd_n=5))
    run_night(Request(settings(home, scenario_files=home / "others")), Listener())
    requests = retry_requests(Settings(home / "data"))
    assert isinstance(requests, list)
    assert [(one.settings.scenario_files, one.scenarios) for one in requests] == [
        (home / "others", ("wrong",)),
        (home / "scenarios", ("typo",)),
    ]
    shutil.rmtree(home / "others")
    told: list[str] = []
    left = retry_requests(Settings(home / "data"), note=told.append)
    assert isinstance(left, list)
    assert [one.scenarios for one in left] == [("typo",)]
    assert [sentence.split(": ", 1)[1] for sentence in told] == [
        f"--scenario-files {home / 'others'}: there is no such file or folder"
    ]


def test_what_may_hold_a_secret_stands_in_no_table(home: Path) -> None:
    secret = settings(
        home,
        on_failure="true -u me:hunter2 https://example.org/?token=hunter2",
        parts="s3://me:hunter2@bucket/parts?secret_key=hunter2",
        workers="tcp://me:hunter2@127.0.0.1:9",
    )
    (home / "scenarios" / "typo.toml").write_text("sd_n = ")

    def broken(night: Night) -> StageOutcome:
        raise PipelineError(f"cannot reach {night.request.settings.parts}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("flows.metrics.work.work", broken)
        with pytest.raises(PipelineError):
            run_night(Request(secret), Listener())
    with Warehouse.open(home / "data") as warehouse:
        told = warehouse.scalar("select error from ops.stage_runs where stage = 'metrics' and error is not null")
        everything = "\n".join(str(warehouse.read(table.name).rows()) for table in schemas.tables())
    assert told == "PipelineError: cannot reach s3://***@bucket/parts?secret_key=***"
    assert "hunter2" not in everything
    request = retry_request(replace(secret, on_failure="tell me anew"))
    assert isinstance(request, Request)
    assert (request.settings.on_failure, request.settings.workers) == ("tell me anew", secret.workers)


def course(batch: str, **facts: object) -> dict[str, object]:
    """Make a row of `ledger/courses`: a batch that came through all stages, unless `facts` say otherwise."""
    return {
        "batch_id": batch,
        "status": "done",
        "source": "files",
        "files": None,
        "scenario_files": "/a",
        "workers": None,
        "stages": " ".join(STAGES),
        "scenarios": None,
        "reached": list(STAGES),
        "broken": [],
        "failed_items": False,
    } | facts


BROKE = {"status": "failed", "reached": [INGEST, VALIDATE], "broken": [BACKTEST]}
DIED = {"status": "crashed", "reached": [INGEST]}


@pytest.mark.parametrize(
    ("newest_first", "first"),
    [
        ([course("2"), course("1", **BROKE)], None),
        ([course("2", scenarios='["x"]'), course("1", **BROKE)], BACKTEST),
        ([course("2", scenario_files="/b"), course("1", **BROKE)], BACKTEST),
        ([course("2"), course("1", **BROKE, scenario_files=None)], None),
        ([course("2", reached=[METRICS]), course("1", **BROKE)], BACKTEST),
        ([course("2", reached=[BACKTEST]), course("1", **BROKE)], METRICS),
        ([course("2", reached=[BACKTEST, METRICS]), course("1", **BROKE)], JUDGE),
        ([course("2", reached=[BACKTEST, METRICS, JUDGE, RETIRE]), course("1", **BROKE)], None),
        ([course("1", **DIED)], VALIDATE),
        ([course("1", **DIED, stages=INGEST)], None),
        ([course("1", **DIED, stages=None)], VALIDATE),
        ([course("2", **BROKE), course("1", **DIED)], BACKTEST),
        ([course("3", status="failed"), course("2", **BROKE)], METRICS),
        ([course("1", status="failed")], METRICS),
        ([course("1", status="failed", failed_items=True)], None),
        ([course("2"), course("1", status="failed")], None),
    ],
)
def test_which_stage_is_done_anew(newest_first: list[dict[str, object]], first: str | None) -> None:
    found = {one.batch["scenario_files"]: one.first for one in left_undone(newest_first, [])}
    assert [STAGES[index] for index in found.values() if index is not None] == ([] if first is None else [first])


def test_a_stage_that_was_about_some_scenarios_is_done_for_these() -> None:
    some, others = '["x"]', '["y"]'
    (undone,) = left_undone([course("2", **BROKE, scenarios=some), course("1", **BROKE, scenarios=others)], [])
    assert undone.about == {"x", "y"}
    (undone,) = left_undone([course("2", **BROKE, scenarios=some), course("1", **BROKE)], [])
    assert undone.about is None
