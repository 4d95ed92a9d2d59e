"""Whatever becomes of Prefect before, while and after a night, and whoever ends it: the same tables, one sentence."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import INTERRUPTED
from flows.stages import STAGES
from tests.flows.nights import command, make_home, night, tables
from tests.warehouse.story import last_batches
from warehouse import Warehouse

BEGIN = """
import errno, os, signal
from flows.orchestration import patience, temporary_server

servers = []
enter = temporary_server.TemporaryServer.__enter__
temporary_server.TemporaryServer.__enter__ = lambda self: servers.append(self) or enter(self)

def at(stage, does):
    from importlib import import_module
    module = import_module(f"flows.{stage}.work")
    work = module.work
    module.work = lambda night: [does(), work(night)][1]

def to_server(number):
    for server in servers:
        os.kill(server._process.pid, number)

def without_patience():
    patience.LIMIT = 1.0

def refused(*given):
    raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
"""
END = """
from flows.cli import main

main()
"""

MEANWHILE = {
    "stopped while it works": 'at("validate", lambda: [to_server(signal.SIGSTOP), without_patience()])',
    "killed at its last stage": 'at("metrics", lambda: to_server(signal.SIGKILL))',
    "no loopback": "temporary_server._listening = refused",
    "its database is a folder": "",
}


def said(text: str) -> list[str]:
    """List what was said, without the engine's word on compiling."""
    return [line for line in text.splitlines() if not line.startswith("compiling")]


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.slow] if "last stage" in what else []) for what in MEANWHILE]
)
def test_the_tables_are_the_same_and_it_is_said_once(
    what: str, tmp_path: Path, first_tables: Any, with_prefect: Callable[[Path], Path]
) -> None:
    home = make_home(tmp_path)
    if what == "its database is a folder":
        (home / "data" / "prefect" / "prefect.db").mkdir(parents=True)
    else:
        with_prefect(home / "data")
    done = command(home, "run", program=("-c", BEGIN + MEANWHILE[what] + END))
    lines = said(done.stderr)
    about = [line for line in lines if "Prefect" in line]
    assert len(about) == 1, done.stderr
    assert "the night goes on without" in about[0]
    assert [line.split()[0] for line in lines if line not in about] == list(STAGES), done.stderr
    assert tables(home) == first_tables


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("more", [("--direct",), ()], ids=["direct", "prefect"])
def test_whoever_ends_a_night_reads_a_sentence_and_no_traceback(
    more: tuple[str, ...],
    number: signal.Signals,
    tmp_path: Path,
    first_tables: Any,
    with_prefect: Callable[[Path], Path],
) -> None:
    home = make_home(tmp_path)
    if not more:
        with_prefect(home / "data")
    ends = f'at("backtest", lambda: os.kill(os.getpid(), {number.value}))'
    told = {"SDENGINE_ON_FAILURE": f"cat > {tmp_path / 'told'}"}
    done = command(home, "run", *more, environ=told, program=("-c", BEGIN + ends + END), check=INTERRUPTED)
    stages, _, rest = done.stderr.partition("sdengine: ")
    assert rest.startswith("interrupted; "), done.stderr
    assert "Traceback" not in done.stderr
    assert [line.split()[0] for line in said(stages) if line.strip()] == ["ingest", "validate"]
    assert (tmp_path / "told").exists()
    with Warehouse.open(home / "data", verb="test") as warehouse:
        assert warehouse.crashed == ()
        assert last_batches(warehouse, 1)["status"].to_list() == ["failed"]
    night(home)
    assert tables(home) == first_tables
