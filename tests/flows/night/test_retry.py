"""`retry` does what the last batch left undone, what depends on it, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.night.listener import Listener
from flows.night.opening import Night, Request
from flows.night.retry import retry_request
from flows.night.run import NightOutcome, run_night
from flows.outcomes import StageOutcome
from flows.stages import BACKTEST, INGEST, METRICS, VALIDATE
from tests.flows.nights import BASE, command, make_home, night, settings, stage, statuses, tables, write_bars


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
    assert list(statuses(outcome)) == [BACKTEST, METRICS]


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
    assert list(statuses(outcome)) == [INGEST, VALIDATE, BACKTEST, METRICS]
    assert done(outcome, INGEST) == {"SAW"}

    night(home, prune=True)
    fresh = make_home(tmp_path / "fresh")
    write_bars(fresh / "bars", days=42)
    (fresh / "scenarios" / "up.toml").write_text(ONE)
    night(fresh)
    assert tables(home) == tables(fresh)


def test_the_verb_says_so_when_there_is_nothing(home: Path) -> None:
    assert "nothing to retry" in command(home, "retry", "--direct").stdout
