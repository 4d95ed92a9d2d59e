"""What became of a night that was due, as the ledger and the published file tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.night.listener import Listener
from flows.night.missed import CATCH_UP, Due, look_back
from flows.night.opening import Night
from flows.night.perform import perform
from flows.night.request import Request
from flows.night.run import run_night
from flows.outcomes import StageOutcome
from tests.flows.nights import make_home, night, settings
from warehouse import AuditFailed, Warehouse, work

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DUE = NOON - timedelta(hours=10)

At = Callable[[timedelta], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set the clock to so long after the night was due."""

    def set_clock(after: timedelta) -> None:
        monkeypatch.setattr(work, "utc_now", lambda: (DUE + after).replace(tzinfo=None))

    return set_clock


@pytest.fixture
def home(home: Path) -> Path:
    """Let the first night have begun long before."""
    with Warehouse.open(home / "data") as warehouse:
        warehouse.rows("update ops.batches set started_at = ?, finished_at = ?", [datetime(2026, 1, 2)] * 2)
    return home


def became(home: Path, now: datetime = NOON) -> Due:
    return look_back(Request(settings(home)), DUE, now)


def test_without_any_night_none_was(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    assert became(home) is Due.NEVER
    Warehouse.open(home / "data").close()
    assert became(home) is Due.NEVER


def test_a_night_that_never_began_is_missed(home: Path) -> None:
    assert became(home) is Due.MISSED


def test_a_night_that_did_all_or_found_it_done_is_carried_out(home: Path, at: At) -> None:
    at(timedelta(minutes=1))
    night(home)
    assert became(home) is Due.CARRIED_OUT


def test_single_failed_items_are_no_miss(home: Path, at: At) -> None:
    (home / "scenarios" / "typo.toml").write_text("[portfolio]\ninitial_cash = 'much'\n")
    at(timedelta(minutes=1))
    assert night(home).failed
    assert became(home) is Due.CARRIED_OUT


def test_a_night_that_died_is_missed_and_one_that_follows_makes_up_for_it(home: Path, at: At) -> None:
    at(timedelta(minutes=1))
    with Warehouse.open(home / "data") as warehouse:
        warehouse.ledger.start("run", "files")  # and never finished
    assert became(home) is Due.MISSED
    at(timedelta(minutes=2))
    night(home)
    assert became(home) is Due.CARRIED_OUT


def spoil(home: Path) -> None:
    """Make the next publishing fail: a day of some run carries another bank than its fills left."""
    with Warehouse.open(home / "data") as warehouse:
        warehouse.rows("update backtest.portfolio_days set bank = bank + 100")
    (home / "scenarios" / "hold.toml").unlink()


@pytest.mark.parametrize(("verb", "found"), [("run", Due.MISSED), (CATCH_UP, Due.CARRIED_OUT)])
def test_a_night_that_published_nothing_is_caught_up_once(verb: str, found: Due, home: Path, at: At) -> None:
    spoil(home)
    at(timedelta(minutes=1))
    with pytest.raises(AuditFailed):
        night(home, verb=verb)
    assert became(home) is found


def test_a_night_that_was_interrupted_is_missed_also_one_that_caught_up(home: Path, at: At) -> None:
    """As by the signal that ends `schedule`: the batch has failed, by no end of its own."""

    def interrupted(night: Night, stage: str) -> StageOutcome:
        if stage == "backtest":
            raise KeyboardInterrupt
        return perform(night, stage)

    at(timedelta(minutes=1))
    with pytest.raises(KeyboardInterrupt):
        run_night(Request(settings(home), verb=CATCH_UP), Listener(), interrupted)
    with Warehouse.open(home / "data") as warehouse:
        last = warehouse.ledger.last_batch()
        assert last is not None
        assert (last["verb"], last["status"]) == (CATCH_UP, "failed")
    assert became(home) is Due.MISSED


def test_a_stage_alone_is_no_night(home: Path, at: At) -> None:
    at(timedelta(minutes=1))
    night(home, stages=("ingest", "validate"))
    assert became(home) is Due.MISSED


def test_a_start_in_the_future_counts_as_none(home: Path, at: At) -> None:
    at(timedelta(days=2000))
    night(home)
    assert became(home) is Due.MISSED


def test_a_published_file_that_is_damaged_is_no_witness(home: Path, at: At) -> None:
    (home / "scenarios" / "typo.toml").write_text("[portfolio]\ninitial_cash = 'much'\n")
    at(timedelta(minutes=1))
    night(home)
    (home / "data" / "results.duckdb").write_bytes(b"nothing of a database")
    assert became(home) is Due.MISSED


def test_while_somebody_is_at_work_nothing_is_known(home: Path) -> None:
    with Warehouse.open(home / "data"):
        assert became(home) is Due.UNKNOWN
