"""`sdengine init`: a project that works at once, and writes over nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flows.asked import Asked
from flows.errors import UsageError
from flows.options import options
from flows.project.making import make_project
from flows.project.reading import find_project
from flows.scenarios.files import SHIPPED, load_scenarios
from flows.settings import read_settings
from tests.flows.nights import ROOT, make_home, night

MADE = ("sdengine.toml", "scenarios/first.toml", "scenarios/schema.json")


def sdengine(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command of a newcomer: no variables of ours, and a closed door to the network."""
    ours = ("SDENGINE_", "PREFECT_", "COLUMNS")
    known = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    door = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "PREFECT_API_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *words],
        cwd=folder,
        env=known | door | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_a_project_works_at_once_offline_on_the_sample(tmp_path: Path) -> None:
    made = sdengine(tmp_path, "init", "p")
    assert made.returncode == 0, made.stderr
    assert [line.split()[-1] for line in made.stdout.splitlines()[:3]] == [str(tmp_path / "p" / name) for name in MADE]
    assert made.stdout.splitlines()[3] == "try      cd p && sdengine run"
    ran = sdengine(tmp_path / "p", "run", "--direct")
    assert ran.returncode == 0, ran.stderr
    assert "first" in ran.stdout
    assert str(tmp_path / "p" / "warehouse" / "data" / "results.duckdb") in ran.stdout
    below = sdengine(tmp_path / "p" / "scenarios", "scenarios")
    assert "Two stocks, a fifth in cash." in below.stdout
    again = sdengine(tmp_path / "p" / "scenarios", "run", "--direct")
    assert "backtest  skipped  1 scenario unchanged" in again.stderr


def test_the_file_says_every_key_and_means_what_holds_without_it(tmp_path: Path) -> None:
    make_project(tmp_path / "p")
    text = (tmp_path / "p" / "sdengine.toml").read_text()
    said = {line.split(" = ")[0].removeprefix("# ") for line in text.splitlines() if " = " in line}
    keys = {entry.key.rpartition(".")[2] for entry in options(Asked).values() if entry.key}
    assert said == keys
    found = find_project(Asked, tmp_path / "p")
    assert found is not None
    with_file, without = read_settings({}, project=found), read_settings({}, warehouse=tmp_path / "p/warehouse/data")
    assert with_file.warehouse == without.warehouse
    assert (with_file.keep, with_file.workers) == (without.keep, without.workers)
    assert (with_file.source, with_file.scenario_files) == ("sample", tmp_path / "p" / "scenarios")
    assert found.values["cron"] == Asked.cron
    assert "on_failure" not in found.values


def test_the_first_scenario_is_valid_with_all_that_it_shows_and_its_schema_is_todays(tmp_path: Path) -> None:
    make_project(tmp_path / "p")
    loaded = load_scenarios(tmp_path / "p" / "scenarios")
    assert [scenario.name for scenario in loaded.scenarios] == ["first"]
    first, ours = (tmp_path / "p" / "scenarios" / name for name in ("first.toml", "schema.json"))
    assert json.loads(ours.read_text()) == json.loads((SHIPPED / "schema.json").read_text())
    text = first.read_text()
    assert text.startswith("#:schema schema.json\n")
    assert text.count("# [") == 2
    head, body = text.splitlines()[:3], text.splitlines()[3:]
    assert all(line.startswith("#") for line in head)
    first.write_text("\n".join(line.removeprefix("# ") for line in body))
    swept = load_scenarios(tmp_path / "p" / "scenarios")
    assert swept.invalid == ()
    assert len(swept.scenarios) == 3
    assert {scenario.assets[1].weight for scenario in swept.scenarios} == {0.2}


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    made = sdengine(tmp_path, "init", "p")
    assert made.returncode == 0
    for name in (".", *MADE):
        assert not (tmp_path / "p" / name).stat().st_mode & 0o077, name


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_written_over(tmp_path: Path, name: str) -> None:
    there = tmp_path / "p" / name
    there.parent.mkdir(mode=0o700, parents=True)
    (tmp_path / "p").chmod(0o700)
    there.write_text("mine")
    with pytest.raises(UsageError, match="is there already: nothing is written"):
        make_project(tmp_path / "p")
    assert [path for path in (tmp_path / "p").rglob("*") if path.is_file()] == [there]
    assert there.read_text() == "mine"


def test_a_folder_that_others_may_write_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p").chmod(0o775)
    with pytest.raises(UsageError, match=r"p may be written by others: .*`chmod go-w "):
        make_project(tmp_path / "p")
    assert list((tmp_path / "p").iterdir()) == []


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    reasons = "File exists|Not a directory|No such file or directory|File name too long|embedded null byte"
    places = (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "no" / "where", tmp_path / ("x" * 5000))
    for place in (*places, tmp_path / "a\0b"):
        with pytest.raises(UsageError, match=rf"cannot be made: ({reasons}); allowed is a folder"):
            make_project(place)


def test_a_warehouse_that_is_there_goes_on_with_what_it_was_fed_with(tmp_path: Path) -> None:
    home = make_home(tmp_path / "p")
    home.chmod(0o700)
    night(home)
    (home / "warehouse").mkdir()
    (home / "data").rename(home / "warehouse" / "data")
    assert make_project(home) == [home / "sdengine.toml"]
    said = tomllib.loads((home / "sdengine.toml").read_text())
    assert said["source"] == "files"
    assert (said["files"], said["scenario_files"]) == (str(home / "bars"), str(home / "scenarios"))
