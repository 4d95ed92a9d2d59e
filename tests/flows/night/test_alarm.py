"""A night that fails before it begins is told as one that fails later, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.errors import PipelineError, UsageError
from flows.night.alarm import Alarm, alarmed
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from tests.flows.nights import command, make_home, night, settings
from warehouse import Warehouse, WarehouseLocked


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path)


def hook(home: Path) -> str:
    """Keep what is told, one line each."""
    return f"cat >> {home / 'told'}; echo >> {home / 'told'}"


def told(home: Path) -> list[dict[str, Any]]:
    path = home / "told"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def somebody_at_work(home: Path) -> Iterator[None]:
    with Warehouse.open(home / "data", verb="run --for-hours"):
        yield


def test_a_lock_that_is_held_too_long_is_told_once(home: Path) -> None:
    with somebody_at_work(home), pytest.raises(WarehouseLocked):
        run_night(Request(settings(home, on_failure=hook(home)), wait=0.0), Listener())
    (one,) = told(home)
    assert (one["batch"], one["warehouse"]) == ("", str(home / "data"))
    assert "is being written by 'sdengine run --for-hours'" in one["reason"]


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("--wait", "0", "--direct"), 1, "is being written by 'sdengine run --for-hours'"),
        (("--wait", "0"), 1, "is being written by 'sdengine run --for-hours'"),
        (("--direct", "--scenario", "no-such"), 2, "no-such"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "retry"])
def test_the_command_tells_once_what_keeps_a_night_from_beginning(
    home: Path, verb: str, words: tuple[str, ...], code: int, reason: str
) -> None:
    if verb == "retry" and "--scenario" in words:
        words, reason, code = ("--source", "nobody"), "--source nobody", 2
    else:
        night(home)
    held = somebody_at_work(home) if code == 1 else contextmanager(lambda: iter([None]))()
    with held:
        done = command(home, verb, *words, environ={"SDENGINE_ON_FAILURE": hook(home)}, check=code)
    (one,) = told(home)
    assert reason in one["reason"]
    assert reason in done.stderr


@pytest.mark.parametrize(
    "environ",
    [
        {"SDENGINE_KEEP": "many"},
        {"SDENGINE_SOURCE": "nobody"},
        {"SDENGINE_WORKERS": "elves"},
        {"SDENGINE_SCENARIO_FILES": "/nowhere/at/all"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_settings_that_cannot_be_read_are_told(home: Path, environ: dict[str, str]) -> None:
    command(home, "run", "--direct", environ=environ | {"SDENGINE_ON_FAILURE": hook(home)}, check=2)
    (one,) = told(home)
    assert next(iter(environ.values())) in one["reason"]
    assert one["warehouse"] == str(home / "data")


def test_a_schedule_that_cannot_be_served_is_told(home: Path) -> None:
    words = ("schedule", "--cron", "never", "--on-failure", hook(home))
    command(home, *words, check=2)
    (one,) = told(home)
    assert "--cron 'never'" in one["reason"]


def test_what_only_reads_tells_nobody(home: Path) -> None:
    command(home, "plan", environ={"SDENGINE_ON_FAILURE": hook(home), "SDENGINE_SOURCE": "nobody"}, check=2)
    command(home, "status", environ={"SDENGINE_ON_FAILURE": hook(home)}, check=None)
    assert told(home) == []


def ringing(*errors: BaseException, batch: str = "") -> list[str]:
    """Let errors pass through two blocks, the inner of which knows the batch; list what is told."""
    heard: list[str] = []

    class Heard(Alarm):
        def ring(self, reason: str) -> None:
            heard.append(f"{self.batch}: {reason}")

    outer, inner = Heard("x", "w", heard.append), Heard("x", "w", heard.append, batch)
    for error in errors:
        with pytest.raises(type(error)), alarmed(outer), alarmed(inner):
            raise error
    return heard


def test_who_knows_most_tells_and_nobody_tells_again() -> None:
    assert ringing(PipelineError("one"), UsageError("two"), batch="b1") == ["b1: one", "b1: two"]
    assert ringing(PipelineError("one")) == [": one"]


def test_an_interruption_is_a_failure_of_what_has_begun_only() -> None:
    assert ringing(KeyboardInterrupt(), BrokenPipeError()) == []
    assert ringing(KeyboardInterrupt(), batch="b1") == ["b1: KeyboardInterrupt"]
