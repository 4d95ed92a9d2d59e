"""A night as flows: the same tables as without, a page with tables per stage, and no trace of Prefect in the words."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.orchestration.environment import prefect_variables
from flows.orchestration.joining import Server, is_ours
from flows.orchestration.run import at_server
from flows.orchestration.temporary_server import TemporaryServer
from flows.stages import STAGES
from tests.flows.nights import ROOT, command, environment, make_home, night, tables, write_bars
from tests.warehouse.story import last_batches
from warehouse import Warehouse

ENDS = dict.fromkeys(STAGES, "done") | {"retire": "skipped"}
"""How the stages of these nights end: no scenario of theirs has a plan of retirement."""


def named(server: Server) -> dict[str, str]:
    """Set the variables by which an owner names a server."""
    assert server.key is not None
    return {"PREFECT_API_URL": server.url, "PREFECT_API_AUTH_STRING": server.key}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home whose first night ran as flows on a temporary server, offline, with nothing set."""
    home = make_home(tmp_path_factory.mktemp("prefect"))
    done = command(home, "run", environ={"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"})
    (home / "output").write_text(done.stderr)
    return home


@contextmanager
def api(home: Path) -> Iterator[Server]:
    """Start a server on the home's own database."""
    with TemporaryServer(home / "data") as server:
        yield server.wait()


@contextmanager
def asking(server: Server) -> Iterator[Any]:
    """Make a client of a server."""
    from prefect.client.orchestration import get_client

    with at_server(server), get_client(sync_client=True) as client:
        yield client


def test_flows_leave_the_same_tables_as_stages_called_directly(home: Path, first_tables: Any) -> None:
    assert tables(home) == first_tables


def test_the_terminal_hears_of_the_stages_and_not_of_prefect(home: Path) -> None:
    lines = (home / "output").read_text().splitlines()
    lines = [line for line in lines if not line.startswith("compiling")]
    assert [line.split()[:2] for line in lines] == [[stage, ENDS[stage]] for stage in STAGES]


def test_each_flow_has_a_page_with_a_table_and_few_tasks(home: Path) -> None:
    with api(home) as server, asking(server) as client:
        names = {flow.id: flow.name for flow in client.read_flows()}
        flows = {names[run.flow_id]: run for run in client.read_flow_runs()}
        assert set(flows) == {"nightly", *STAGES}
        assert {run.state_name for run in flows.values()} == {"Completed"}
        assert len(client.read_task_runs()) == 2 * len(STAGES)  # its work, and its place in the night
        artifacts = {artifact.key: artifact for artifact in client.read_artifacts()}
        assert set(artifacts) == {f"stage-{stage}" for stage in STAGES}
        assert '"never run"' in str(artifacts["stage-backtest"].data)
        logs = [log.message for log in client.read_logs()]
        assert any(message.startswith("backtest done: 8 runs") for message in logs)


def test_an_idle_night_leaves_no_page(tmp_path: Path) -> None:
    environ = {"SDENGINE_SOURCE": "sample", "SDENGINE_SCENARIO_FILES": str(tmp_path / "one.toml")}
    (tmp_path / "one.toml").write_text('[portfolio]\nstart = 2012-01-01\n[[assets]]\nticker = "IBM"\nweight = 0.5\n')
    command(tmp_path, "run", "--direct", environ=environ)
    done = command(tmp_path, "run", environ=environ)
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["skipped"] * len(STAGES)
    database = tmp_path / "data" / "prefect" / "prefect.db"
    if database.exists():  # its server may have been stopped before it came that far
        with closing(sqlite3.connect(database)) as pages:
            tables = {name for (name,) in pages.execute("select name from sqlite_master where type = 'table'")}
            assert "flow_run" not in tables or pages.execute("select count(*) from flow_run").fetchone() == (0,)


def test_a_server_that_is_there_is_used(home: Path) -> None:
    write_bars(home / "bars", days=43)
    with api(home) as server, asking(server) as client:
        before = len(client.read_flow_runs())
        began = time.monotonic()
        command(home, "run", environ=named(server))
        print(f"a warm night on a running server: {time.monotonic() - began:.1f} s")
        assert len(client.read_flow_runs()) == before + 1 + len(STAGES)


def test_a_server_that_is_named_and_does_not_answer_is_told(home: Path) -> None:
    write_bars(home / "bars", days=44)
    done = command(home, "run", environ={"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert "no Prefect server answers at http://127.0.0.1:9/api; a temporary one is used" in done.stderr


def test_with_prefect_broken_the_night_goes_on_without(home: Path, tmp_path: Path) -> None:
    write_bars(home / "bars", days=45)
    broken = tmp_path / "prefect"
    broken.mkdir()
    (broken / "prefect.db").write_text("this is no database" * 100)
    done = command(home, "run", environ={"PREFECT_HOME": str(broken)})
    assert "the night goes on without Prefect" in done.stderr
    assert "metrics   done" in done.stderr


def test_a_server_that_dies_during_the_night_costs_its_pages_only(home: Path, tmp_path: Path) -> None:
    """The hook that tells of a failed ingest is where this test pulls the plug."""
    write_bars(home / "bars", days=47)
    plug = home / "scenarios" / "plug.py"
    plug.write_text(PLUG)
    done = subprocess.run(
        [sys.executable, str(plug), str(home / "data")],
        cwd=ROOT,
        env=environment(home, {"PYTHONPATH": str(ROOT), "PREFECT_CLIENT_MAX_RETRIES": "0"}),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    plug.unlink()
    assert done.returncode == 0, done.stderr
    assert "Prefect's server was lost" in done.stderr
    assert "the night goes on without it" in done.stderr
    fresh = make_home(tmp_path)
    write_bars(fresh / "bars", days=47)
    night(fresh)
    assert tables(home) == tables(fresh)


PLUG = """
import sys
from flows.orchestration import temporary_server
from flows.validate import work as stage

servers = []
enter = temporary_server.TemporaryServer.__enter__
temporary_server.TemporaryServer.__enter__ = lambda self: servers.append(self) or enter(self)
validate = stage.work

def and_pull_the_plug(night):
    for server in servers:
        server._process.kill()
    return validate(night)

stage.work = and_pull_the_plug
sys.argv = ["sdengine", "run"]
from flows.cli import main

main()
"""


ALONE = """
import os, sys
from flows.orchestration.environment import prepare
from pathlib import Path

prepare(Path(os.environ["SDENGINE_WAREHOUSE"]))
from flows.orchestration import definitions
from flows.orchestration.joining import Server
from flows.orchestration.run import at_server

with at_server(Server(os.environ["PREFECT_API_URL"], os.environ["PREFECT_API_AUTH_STRING"])):
    for stage in definitions.STAGE_FLOWS:
        given = {"source": "files"} if stage == "ingest" else {"force": True}
        state = definitions.STAGE_FLOWS[stage](**given, return_state=True)
        stages = state.result(raise_on_failure=False).stages
        print(stage, state.name, *(f"{s.stage} {s.status}" for s in stages), flush=True)
os._exit(0)
"""


def test_each_flow_of_a_stage_runs_alone(home: Path) -> None:
    write_bars(home / "bars", days=48)
    with api(home) as server:
        done = subprocess.run(
            [sys.executable, "-c", ALONE],
            cwd=ROOT,
            env=environment(home, named(server)),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.stdout.splitlines() == [f"{stage} Completed {stage} {ENDS[stage]}" for stage in STAGES], done.stderr


AGAIN = """
import os, sys
from pathlib import Path
from flows.orchestration.environment import prepare

prepare(Path(os.environ["SDENGINE_WAREHOUSE"]))
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from prefect.states import AwaitingRetry
from flows.orchestration.definitions import nightly
from flows.orchestration.joining import Server
from flows.orchestration.run import at_server

broken, good = Path(sys.argv[1]), Path(sys.argv[1]).read_text()
broken.write_text(good.replace("SAW", "GHOST"))
server = Server(os.environ["PREFECT_API_URL"], os.environ["PREFECT_API_AUTH_STRING"])
with at_server(server), get_client(sync_client=True) as client:
    run = client.create_flow_run(nightly, parameters={"force": True}).id
    for attempt in range(3):
        if attempt == 1:
            broken.write_text(good.replace("sd_n = 8", "sd_n = 7"))
        if attempt:  # what the pages do
            client.set_flow_run_state(run, AwaitingRetry(), force=True)
        state = run_flow(nightly, flow_run=client.read_flow_run(run), parameters={"force": True}, return_type="state")
        print(state.name, "|", state.message, flush=True)
os._exit(0)
"""


def test_a_run_that_is_run_again_does_what_retry_does_or_says_why_not(home: Path) -> None:
    """A served run, begun again by the pages' button: first it makes up for what failed, then there is nothing to."""
    with api(home) as server:
        done = subprocess.run(
            [sys.executable, "-c", AGAIN, str(home / "scenarios" / "full.toml")],
            cwd=ROOT,
            env=environment(home, named(server)),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    first, second, third = done.stdout.splitlines()
    assert first.startswith("Failed | "), done.stderr
    assert re.match(r"Completed \| backtest: \d runs .*; metrics: \d runs measured", second), second
    assert third.startswith("Completed | nothing to retry: all of batch "), third
    assert "Traceback" not in done.stderr
    with Warehouse.open(home / "data") as warehouse:
        assert last_batches(warehouse, 2)["verb"].to_list() == ["retry", "run"]


def test_what_the_user_has_set_stays() -> None:
    variables = prefect_variables(Path("/w"), {"PREFECT_HOME": "/mine", "DO_NOT_TRACK": "0"})
    assert "PREFECT_HOME" not in variables
    assert "DO_NOT_TRACK" not in variables
    assert variables["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_a_temporary_server_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from flows.orchestration.temporary_server import TemporaryServer\n"
        f"server = TemporaryServer(Path({str(tmp_path)!r})).__enter__()\n"
        "print(server._process.pid, server.server.url, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid, url = parent.stdout.readline().split()
    parent.stdout.close()
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _alive(int(pid)):
        time.sleep(0.1)
    assert not _alive(int(pid))
    assert not is_ours(Server(url, "any:key"))


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
