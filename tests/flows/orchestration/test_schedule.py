"""The schedule: cron runs really come, in its time zone, one batch at a time; the declared deployment runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.night.request import Request
from flows.orchestration.access import key
from flows.orchestration.parameters import as_parameters
from flows.orchestration.run import at_server
from flows.orchestration.schedule import deployment
from flows.orchestration.temporary_server import TemporaryServer
from tests.flows.nights import ROOT, make_home, settings
from tests.flows.orchestration.serving import batches


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


def test_a_deployment_yields_scheduled_runs_in_its_time_zone_and_one_at_a_time(
    tmp_path: Path, with_prefect: Callable[[Path], Path]
) -> None:
    home = make_home(tmp_path)
    with_prefect(home / "data")
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
    assert batches(home) == [("run", "done")]
