"""`sdengine doctor`: reads only, tells what is well and what is not, and which command helps, however broken it is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.flows.doors.calling import REPAIR, RUN, Call
from tests.flows.doors.test_broken_warehouse import another_program, foreign, half, newer
from tests.flows.nights import BASE, make_home, write_bars
from warehouse import Warehouse

DOCTOR = ("doctor", "--format", "json")


def findings(call: Call, home: Path, code: int) -> dict[str, dict[str, str]]:
    """Ask for all findings, by what they are about."""
    said = call(home, *DOCTOR)
    assert said.code == code, said.text
    return {one["what"]: one for one in json.loads(said.out)}


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


def test_a_sound_warehouse_is_well_and_nothing_is_written(call: Call, home: Path) -> None:
    before = content(home / "data")
    found = findings(call, home, 0)
    assert content(home / "data") == before
    assert set(found) == {
        *("versions", "warehouse", "published", "last night", "bars", "calendar", "disk", "Prefect", "next run")
    }
    assert {what for what, one in found.items() if one["state"] != "ok"} == {"bars"}, "the bars are of 2024"
    assert "2 tickers from files, the last bar of 2024-02-09" in found["bars"]["text"]
    assert found["bars"]["help"] == "sdengine run"
    assert f"a run asks files ({home / 'bars'}) for 2 tickers (SAW, UP) of 4 scenarios" in found["next run"]["text"]
    assert "1 older nights are kept" in found["published"]["text"]
    assert "Python 3." in found["versions"]["text"]
    assert call(home, "doctor").out.startswith("ok       versions: ")


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (lambda work: work.unlink(), "sdengine repair"),
        (lambda work: os.truncate(work, 0), "sdengine repair"),
        (half, "sdengine repair"),
        (foreign, "sdengine repair"),
        (newer, "update sdengine"),
    ],
    ids=["gone", "empty", "cut in half", "another program's", "of a later version"],
)
def test_what_is_broken_is_a_problem_with_the_command_that_helps(
    call: Call, home: Path, spoil: Callable[[Path], object], remedy: str
) -> None:
    spoil(home / "data" / "work.duckdb")
    found = findings(call, home, 1)
    assert (found["warehouse"]["state"], found["warehouse"]["help"]) == ("problem", remedy)
    assert found["published"]["state"] == "ok"
    if remedy == "sdengine repair":
        assert call(home, *REPAIR).code == 0
        assert findings(call, home, 0)["warehouse"]["state"] == "ok"


def test_a_damaged_published_file_is_a_problem_that_a_run_mends(call: Call, home: Path) -> None:
    half(home / "data" / "results.duckdb")
    found = findings(call, home, 1)["published"]
    assert (found["state"], found["help"]) == ("problem", "sdengine run")
    assert call(home, *RUN).code == 0
    assert findings(call, home, 0)["published"]["state"] == "ok"


def test_who_holds_the_warehouse_is_named(call: Call, home: Path) -> None:
    with Warehouse.open(home / "data", verb="run"):
        busy = findings(call, home, 0)["warehouse"]
        assert busy["state"] == "warn"
        assert f"'sdengine run' (process {os.getpid()}" in busy["text"]
    with another_program(home / "data" / "work.duckdb") as pid:
        busy = findings(call, home, 0)["warehouse"]
        assert busy["state"] == "warn"
        assert f"PID {pid}" in busy["text"]


def test_what_a_run_would_meet_is_told_before(call: Call, home: Path) -> None:
    (home / "scenarios" / "bad.toml").write_text("x = " + "[" * 5000)
    shutil.rmtree(home / "bars")
    found = findings(call, home, 1)
    assert (found["next run"]["state"], found["scenarios"]["state"]) == ("problem", "problem")
    assert f"{home / 'bars'} does not exist" in found["next run"]["text"]
    assert found["scenarios"]["help"] == "sdengine scenarios"
    assert call(home, *RUN).code == 1
    last = findings(call, home, 1)["last night"]
    assert (last["state"], last["help"]) == ("problem", "sdengine retry")
    (home / "scenarios" / "bad.toml").write_text(BASE.format(sd_n=5))
    write_bars(home / "bars")
    assert call(home, *RUN).code == 0
    assert findings(call, home, 0)["last night"]["state"] == "ok"


def test_where_there_is_nothing_the_first_run_is_the_answer(call: Call, tmp_path: Path) -> None:
    found = findings(call, make_home(tmp_path), 0)
    assert (found["warehouse"]["state"], found["warehouse"]["help"]) == ("ok", "sdengine run")
    assert not (tmp_path / "data").exists()


def test_little_room_is_told(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (home / "data" / "work.duckdb").stat().st_size
    for free, state, code in ((3 * size, "ok", 0), (size + 1, "warn", 0), (size - 1, "problem", 1)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr("flows.doctor.place.shutil.disk_usage", lambda _, usage=usage: usage)
        assert findings(call, home, code)["disk"]["state"] == state
