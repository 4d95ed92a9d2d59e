"""What the README names is there: verbs, options, paths, versions, and what checks it."""

from __future__ import annotations

import os
import re
import shlex
import tomllib

from flows.asked import Asked
from flows.cli.app import VERBS
from flows.options import options
from tests.flows.nights import ROOT
from tests.flows.readme import COMMANDS, OURS, README, sdengine


def test_the_two_commands_for_a_newcomer_stand_first() -> None:
    install, tests = COMMANDS[:2]
    assert install.startswith("python3 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv pip install -q -c ")
    assert install.endswith(" -e . && .venv/bin/sdengine run"), "who only runs it needs none of what tests need"
    tools, suite = tests.split(" && ")
    assert tools == ".venv/bin/uv pip install -q -c constraints.txt -e '.[test]'"
    assert suite.removeprefix(".venv/bin/") in (ROOT / ".ci" / "run").read_text(encoding="utf-8"), "CI runs the same"
    assert COMMANDS[-1] == ".ci/run"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_each_option_exists() -> None:
    for line in OURS:
        verb, *options = shlex.split(line, comments=True)[1:]
        text = sdengine(ROOT, verb, "--help").stdout
        for option in options:
            if option.startswith("--"):
                assert option in text, line


def test_each_verb_stands_in_the_text() -> None:
    for verb in VERBS:
        assert f"sdengine {verb}" in README, verb


def test_each_verb_and_option_in_the_text_exists() -> None:
    helps = {
        verb: sdengine(ROOT, *verb.split(), "--help").stdout
        for verb in ("", "run", "schedule", "sql", "plan", "orders", "retire")
    }
    before = {f"--{entry.before}" for entry in options(Asked).values() if entry.before}  # works, and shows no more
    for option in set(re.findall(r"`(--[a-z-]+)", README)) - before:
        assert any(option in text for text in helps.values()), option


def test_what_is_linked_or_named_is_there() -> None:
    """Links, and in the table of Contributing the paths."""
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    rows = [line for line in README.splitlines() if line.startswith("| a ")]
    paths = [path for row in rows for path in re.findall(r"`([\w./]+/[\w./]+)`", row)]
    assert len(rows) == 8
    assert len(paths) > 30
    for path in [*links, *paths, "tests/flows/readme_claims.toml"]:
        assert (ROOT / path).exists(), path


def test_the_pythons_are_those_that_install_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "\nPython 3.11 to 3.13. " in README


def test_the_versions_are_those_that_install() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert "Prefect 3.9, DuckDB 2.0.1 and sqlalchemy 2.1 are installed." in README
    for pin in ("prefect==3.9.", "duckdb==2.0.1", "sqlalchemy==2.1."):
        assert [line for line in pins if line.startswith(pin)], pin


def test_the_one_command_for_contributors_checks_what_it_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for step in ("ruff check", "ruff format", "mypy", "lint-imports", "pytest"):
        assert re.search(rf'^step ".*" {step}', script, flags=re.M), step
    assert "SDENGINE_VENV" in script
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"]
    assert layers == [["flows", "warehouse | sdengine", "schemas"]]


def test_little_lies_flat() -> None:
    """Words that every room shares, and the engine's front door; SQL in its own folder."""
    flat = {folder: {file.stem for file in (ROOT / folder).glob("*.py")} for folder in ("flows", "sdengine")}
    assert len(flat["flows"]) <= 14, flat["flows"]
    assert len(flat["sdengine"]) <= 10, flat["sdengine"]
    assert not [file for file in ROOT.glob("[fsw]*/**/*.sql") if "warehouse/sql/" not in file.as_posix()]
