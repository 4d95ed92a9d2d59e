"""Ctrl-C: no traceback, what to type next, and the exit code that shells know."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from flows.cli.outcome import sentences
from tests.flows.nights import ROOT, environment, make_home
from warehouse import Warehouse


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def verb() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["sdengine", "run", "--scenario", "grid[sd_n=4]"])
    with pytest.raises(typer.Exit) as end:
        sentences(verb)()
    assert end.value.exit_code == 130
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "  sdengine run --scenario 'grid[sd_n=4]'"
    assert "interrupted" in lines[-2]


def test_a_run_that_waits_can_be_interrupted(tmp_path: Path) -> None:
    """It waits for a lock that we hold, so that the moment does not matter."""
    home = make_home(tmp_path)
    with Warehouse.open(home / "data", verb="test"):
        words = [sys.executable, "-m", "flows.cli", "run", "--direct", "--wait", "60"]
        with subprocess.Popen(words, cwd=ROOT, env=environment(home), stderr=subprocess.PIPE, text=True) as run:
            time.sleep(3)
            run.send_signal(signal.SIGINT)
            told = run.communicate()[1]
    assert run.returncode == 130
    assert "Traceback" not in told
