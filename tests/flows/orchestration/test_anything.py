"""Prefect may be anything: the night is the same, with one sentence about it, and no wait that has no end."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import PipelineError
from flows.orchestration import joining, patience, temporary_server
from flows.orchestration.dead import is_dead, mark_dead, process_tag, warehouse_tag
from flows.orchestration.joining import NotOurs, Server, is_ours, named_server, own_server, record_server
from flows.orchestration.patience import TooSlow, lose_patience, waiting
from flows.orchestration.run import at_server
from flows.orchestration.temporary_server import TemporaryServer
from flows.stages import STAGES
from tests.flows.nights import command, make_home, tables
from tests.flows.orchestration.stand_in import HEALTH, stand_in


@pytest.mark.parametrize(
    ("manner", "healthy", "sentence"),
    [
        ("fails", {}, "answers 500"),
        ("refuses", {}, r"answers 401 Unauthorized \(PREFECT_API_AUTH_STRING or PREFECT_API_KEY opens it\)"),
        ("is_a_web_site", {}, "is no Prefect server"),
        ("forwards", {}, "answers 302"),
        ("hangs_up", {}, "no Prefect server answers"),
        ("fails", HEALTH | {"/api/health": "false"}, "is no Prefect server"),
        ("fails", HEALTH | {"/api/health": "OK"}, "is no Prefect server"),
        ("fails", HEALTH | {"/api/version": '"9.1.0"'}, r"speaks version '9.1.0' of its API, not 0.8.x"),
        ("is_a_web_site", {"/api/health": "true"}, "is no Prefect server"),
    ],
)
def test_who_answers_is_asked_who_it_is(
    manner: str, healthy: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stand_in(manner, healthy) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        with pytest.raises(NotOurs, match=sentence):
            named_server()


def test_a_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with stand_in("hangs", {}) as server, pytest.raises(NotOurs, match="no Prefect server answers"):
        joining._check_prefect(server.url, None, timeout=0.2)


def test_a_server_of_a_known_version_that_the_owner_names_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    with stand_in("fails") as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url + "/")
        assert named_server() == Server(server.url)
    monkeypatch.setenv("PREFECT_API_URL", "")
    assert named_server() is None


def test_whoever_took_the_port_of_a_server_of_ours_is_not_joined_and_shown_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_HOME", raising=False)
    with stand_in("is_a_web_site", HEALTH | {"/health": "true"}) as server:
        (tmp_path / "prefect").mkdir(mode=0o700)
        record_server(tmp_path, server.url)
        assert own_server(tmp_path) is None
        assert all("sdengine:" not in path for path in server.asked)
        assert len(server.asked) == 1  # the challenge, which it did not answer
    record_server(tmp_path, None)
    assert own_server(tmp_path) is None


def test_a_server_without_our_key_is_not_ours() -> None:
    with stand_in("fails", HEALTH) as server:
        assert not is_ours(Server(server.url, "a:key"), timeout=1)


QUICK = """
import sys
from flows.cli import main
from flows.orchestration import patience, run
patience.LIMIT = run.REQUEST_LIMIT = 2.0
main()
"""


@pytest.mark.parametrize("manner", ["fails", "is_maintained", "hangs"])
def test_a_server_that_is_half_alive_costs_its_page_only(manner: str, tmp_path: Path, first_tables: Any) -> None:
    home = make_home(tmp_path)
    with stand_in(manner) as server:
        done = command(home, "run", environ={"PREFECT_API_URL": server.url}, program=("-c", QUICK))
        assert len(server.asked) > 2  # it was joined
    assert tables(home) == first_tables
    lines = [line for line in done.stderr.splitlines() if not line.startswith("compiling")]
    told = [line for line in lines if "Prefect" in line]
    assert len(told) == 1, done.stderr
    assert told[0].startswith("Prefect's server was lost (")
    assert told[0].endswith("); the night goes on without it")
    assert [line.split()[0] for line in lines if line not in told] == list(STAGES)


def test_a_home_that_cannot_be_used_is_said_and_the_night_goes_on(tmp_path: Path, first_tables: Any) -> None:
    home = make_home(tmp_path)
    (tmp_path / "file").write_text("no folder")
    done = command(home, "run", environ={"PREFECT_HOME": str(tmp_path / "file" / "prefect")})
    assert tables(home) == first_tables
    (line,) = [line for line in done.stderr.splitlines() if "Prefect" in line]
    assert line.startswith("Prefect cannot be used (")
    assert line.endswith("; the night goes on without Prefect")


def test_a_night_that_fails_on_a_lost_server_is_told_as_without(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    (home / "scenarios" / "typo.toml").write_text("[portfolio]\ninital_cash = 5\n")
    told = f"cat > {tmp_path / 'told'}"
    with stand_in("fails") as server:
        environ = {"PREFECT_API_URL": server.url, "SDENGINE_ON_FAILURE": told}
        done = command(home, "run", environ=environ, check=1, program=("-c", QUICK))
    assert "✗ typo: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "failed" in (tmp_path / "told").read_text()


def test_a_server_that_hangs_while_it_starts_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_HOME", raising=False)
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    monkeypatch.setattr(temporary_server, "IDLE_LIMIT", 0.5)
    with TemporaryServer(tmp_path) as server, pytest.raises(PipelineError, match="did not answer in"):
        server.wait()


def test_a_port_that_is_taken_is_left_to_its_owner() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with temporary_server._listening(other.getsockname()[1]) as ear:
            assert ear.getsockname()[1] != other.getsockname()[1]


def test_waiting_ends_and_our_own_work_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with waiting(0.05), waiting(0):
        time.sleep(0.2)
    with pytest.raises(TooSlow), waiting(0.05):
        time.sleep(5)
    with waiting(5):
        monkeypatch.setattr(patience, "LAST", 0.05)
        with waiting(0):
            lose_patience()
        with pytest.raises(TooSlow):
            time.sleep(5)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_run_is_dead_when_its_process_is_gone_or_is_another() -> None:
    assert not is_dead([process_tag(), "warehouse:x"])
    mine = process_tag()
    assert is_dead([mine.rpartition(":")[0] + ":1"])  # another process with the same number
    assert is_dead([f"process:{socket.gethostname()}:999999999:5"])
    assert not is_dead(["process:another.machine:999999999:5"])
    assert not is_dead(["warehouse:x", "process:", "process:a:b"])


def test_runs_of_the_dead_are_marked_as_crashed_and_those_of_others_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_prefect: Callable[[Path], Path]
) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    monkeypatch.delenv("PREFECT_HOME", raising=False)
    gone, here = f"process:{socket.gethostname()}:999999999:5", process_tag()
    ours, others = warehouse_tag(tmp_path), warehouse_tag(tmp_path / "another")
    marks = {"dead": [ours, gone], "alive": [ours, here], "elsewhere": [others, gone]}

    @flow
    def nothing() -> None:
        """Do nothing."""

    with (
        TemporaryServer(with_prefect(tmp_path)) as server,
        at_server(server.wait()),
        get_client(sync_client=True) as client,
    ):
        runs = {
            name: client.create_flow_run(nothing, name=name, tags=tags, state=Running()).id
            for name, tags in marks.items()
        }
        assert mark_dead(client, tmp_path) == 1
        states = {name: client.read_flow_run(run).state_name for name, run in runs.items()}
    assert states == {"dead": "Crashed", "alive": "Running", "elsewhere": "Running"}
