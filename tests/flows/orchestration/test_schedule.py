"""The schedule: cron runs really come, one batch at a time, a missed night once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.night.opening import Request
from flows.orchestration.access import key
from flows.orchestration.parameters import as_parameters
from flows.orchestration.run import at_server
from flows.orchestration.schedule import deployment, is_missed, last_due
from flows.orchestration.temporary_server import TemporaryServer
from tests.flows.nights import ROOT, make_home, night, settings
from warehouse import Warehouse

EVENING = ("0 21 * * *", "America/New_York")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # New York is five hours behind UTC in winter, four in summer
        (datetime(2026, 1, 15, 1, 59, tzinfo=UTC), datetime(2026, 1, 14, 2, 0, tzinfo=UTC)),
        (datetime(2026, 1, 15, 2, 0, tzinfo=UTC), datetime(2026, 1, 15, 2, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 0, 59, tzinfo=UTC), datetime(2026, 7, 14, 1, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 1, 30, tzinfo=UTC), datetime(2026, 7, 15, 1, 0, tzinfo=UTC)),
    ],
)
def test_when_a_night_was_due_last(now: datetime, due: datetime) -> None:
    assert last_due(*EVENING, now) == due


def test_a_night_is_missed_when_no_batch_began_since_it_was_due() -> None:
    now = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)  # the last night was due ten hours ago
    assert is_missed(*EVENING, now, now - timedelta(hours=11))
    assert not is_missed(*EVENING, now, now - timedelta(hours=9))
    assert not is_missed(*EVENING, now, None)


@contextmanager
def lasting_server(folder: Path) -> Iterator[Any]:
    """Make a client of a server with a scheduler, which knows nothing yet."""
    from prefect.client.orchestration import get_client

    with (
        TemporaryServer(folder, lasting=True) as server,
        at_server(server.wait()),
        get_client(sync_client=True) as client,
    ):
        yield client


def scheduled(client: Any, within: float = 90.0) -> list[datetime]:
    """When the runs are due that the scheduler has made; waits for it."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        runs = [run for run in client.read_flow_runs() if run.state_name == "Scheduled"]
        if runs:
            return sorted(run.expected_start_time for run in runs)
        time.sleep(0.5)
    return []


def test_a_deployment_yields_scheduled_runs_in_its_time_zone_and_one_at_a_time(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with lasting_server(home / "data") as client:
        made = deployment("30 22 * * 1-5", "Europe/Berlin", as_parameters(Request(settings(home))))
        kept = client.read_deployment(made.apply())
        assert kept.global_concurrency_limit.limit == 1
        due = scheduled(client)
        assert due, "the scheduler has made no runs"
        from zoneinfo import ZoneInfo

        local = [instant.astimezone(ZoneInfo("Europe/Berlin")) for instant in due]
        assert {(instant.hour, instant.minute) for instant in local} == {(22, 30)}
        assert all(instant.weekday() < 5 for instant in local)


def test_serving_catches_up_a_missed_night_once(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    night(home)
    long_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=3)
    with Warehouse.open(home / "data") as warehouse:
        warehouse.rows("update ops.batches set started_at = ?, finished_at = ?", [long_ago, long_ago])
    (home / "scenarios" / "hold.toml").unlink()
    hour = (datetime.now(UTC) + timedelta(hours=12)).hour  # nothing falls due while the test runs
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("SDENGINE_", "PREFECT_"))}
    places = {"--warehouse": home / "data", "--scenario-files": home / "scenarios", "--files": home / "bars"}
    options = [str(word) for pair in places.items() for word in pair]
    words = ["schedule", "--source", "files", "--cron", f"0 {hour} * * *", "--timezone", "UTC", *options]
    with (home / "output").open("w") as output:
        serving = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *words],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            assert _finished_batches(home, 2), (home / "output").read_text()
            time.sleep(3)
            assert len(_batches(home)) == 2
        finally:
            serving.terminate()
            serving.wait(60)
    assert "a night was missed: it is caught up now, once" in (home / "output").read_text()


def _batches(home: Path) -> list[str]:
    with Warehouse.open(home / "data", verb="test", wait_seconds=60) as warehouse:
        return warehouse.ledger.batches(10)["status"].to_list()


def _finished_batches(home: Path, number: int, within: float = 240.0) -> bool:
    """Wait until so many batches are done."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if _batches(home).count("done") >= number:
            return True
        time.sleep(2)
    return False


@pytest.mark.slow
def test_the_declared_deployment_runs_in_a_work_pool(tmp_path: Path) -> None:
    """prefect.yaml as its comment says it: a pool, the deployment, a worker that runs a night."""
    home = make_home(tmp_path)
    prefect = str(Path(sys.executable).with_name("prefect"))
    with lasting_server(home / "data") as client:
        environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("SDENGINE_", "PREFECT_"))},
            "PREFECT_API_URL": str(client.api_url),
            "PREFECT_API_AUTH_STRING": key(home / "data"),
            "PREFECT_HOME": str(home / "prefect"),
            "DO_NOT_TRACK": "1",
            "SDENGINE_WAREHOUSE": str(home / "data"),
            "SDENGINE_SCENARIO_FILES": str(home / "scenarios"),
            "SDENGINE_FILES": str(home / "bars"),
        }
        for words in (
            ("work-pool", "create", "sdengine", "--type", "process"),
            ("--no-prompt", "deploy", "--all"),
            ("deployment", "run", "nightly/nightly", "--param", "source=files"),
            ("worker", "start", "--pool", "sdengine", "--run-once"),
        ):
            done = subprocess.run(
                [prefect, *words], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False
            )
            assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        states = {run.state_name for run in client.read_flow_runs() if run.state_name != "Scheduled"}
        assert states == {"Completed"}
    assert _batches(home) == ["done"]
