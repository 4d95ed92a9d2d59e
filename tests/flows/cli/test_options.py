"""Every option is told once, in `Asked`: what a verb offers, a flow takes and a deployment holds is held against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flows.asked import Asked
from flows.cli.app import VERBS, app
from flows.cli.asking import SETTINGS, asks
from flows.options import options
from flows.settings import Settings

NIGHTS = ("run", "retry", "schedule")
READ_NO_SCENARIOS = ("status", "sql", "orders", "explain", "data", "diff")


def commands() -> dict[str, Any]:
    """Look up the verbs as typer understands them, by name."""
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def shown(verb: str) -> list[Any]:
    return [one for one in commands()[verb].params if one.param_type_name == "option" and not one.hidden]


@pytest.mark.parametrize("verb", VERBS)
def test_each_option_of_a_verb_is_what_asked_tells(verb: str) -> None:
    for one in shown(verb):
        if one.name == "help":
            continue
        (entry,) = [entry for entry in options(Asked).values() if set(entry.spelling) == set(one.opts)]
        assert one.metavar == entry.metavar
        assert one.help.startswith(entry.help)
        assert (f"also {entry.variable}." in one.help) is (entry.variable is not None)
        assert one.default in (None, False)  # so that the environment has its say before the default


def test_each_option_that_is_told_is_offered_by_a_verb() -> None:
    everywhere = {spelling for verb in commands() for one in shown(verb) for spelling in one.opts}
    assert {spelling for entry in options(Asked).values() for spelling in entry.spelling} == everywhere - {"--help"}


@pytest.mark.parametrize("verb", NIGHTS)
def test_whoever_runs_nights_offers_every_setting(verb: str) -> None:
    assert {options(Asked)[name].spelling[0] for name in SETTINGS} <= {
        spelling for one in shown(verb) for spelling in one.opts
    }


def test_retry_keeps_and_run_keeps_quiet() -> None:
    assert {"--keep", "--quiet"} <= {spelling for one in shown("retry") for spelling in one.opts}
    assert "--quiet" in {spelling for one in shown("run") for spelling in one.opts}


@pytest.mark.parametrize("verb", READ_NO_SCENARIOS)
def test_who_reads_no_scenario_files_does_not_offer_them_and_takes_the_option_of_before(verb: str) -> None:
    names = {spelling for one in shown(verb) for spelling in one.opts}
    assert "--scenario-files" not in names
    assert "--scenarios" not in names
    hidden = {spelling for one in commands()[verb].params if getattr(one, "hidden", False) for spelling in one.opts}
    assert hidden == {"--scenarios"}


def ask(*words: str, environ: dict[str, str] | None = None) -> tuple[list[Asked], str]:
    """Ask a verb that offers all for a night by these words; return what it was asked, and the notes beside it."""
    heard: list[Asked] = []

    @asks("wait", "scenario", *SETTINGS, wait=5.0)
    def verb(asked: Asked) -> None:
        heard.append(asked)

    small = typer.Typer()
    small.command()(verb)
    done = CliRunner().invoke(small, list(words), env=environ, catch_exceptions=False)
    return heard, done.stderr


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for entry in options(Asked).values():
        for name in (entry.variable, entry.variable_before):
            if name:
                monkeypatch.delenv(name, raising=False)
    path = tmp_path / "mine.toml"
    path.write_text("")
    return str(path)


def test_what_is_not_given_is_the_verbs_own_default_or_that_of_asked(scenario: str) -> None:
    (asked,), notes = ask()
    assert asked.wait == 5.0
    assert asked.keep == 3
    assert asked.scenario == ()
    assert asked.settings == Settings(warehouse=Path.cwd() / "warehouse" / "data")
    assert notes == ""


def test_values_come_in_their_types(scenario: str) -> None:
    (asked,), _ = ask("--keep", "0", "--scenario", "a", "--scenario", "b", "--scenario-files", scenario)
    assert asked.keep == 0
    assert asked.scenario == ("a", "b")
    assert asked.scenario_files == Path(scenario)


def test_the_option_of_before_works_and_says_what_to_write(scenario: str) -> None:
    (asked,), notes = ask("--scenarios", scenario)
    assert asked.scenario_files == Path(scenario)
    assert f"write --scenario-files {scenario}" in notes


def test_the_variable_of_before_works_and_says_what_to_write(scenario: str) -> None:
    (asked,), notes = ask(environ={"SDENGINE_SCENARIOS": scenario})
    assert asked.scenario_files == Path(scenario)
    assert f"write SDENGINE_SCENARIO_FILES={scenario}" in notes
    (asked,), notes = ask(environ={"SDENGINE_SCENARIOS": "/nowhere", "SDENGINE_SCENARIO_FILES": scenario})
    assert asked.scenario_files == Path(scenario)
    assert notes == ""


def test_a_folder_of_files_names_its_source_and_is_noted_where_another_is_named(tmp_path: Path) -> None:
    (asked,), notes = ask("--files", str(tmp_path))
    assert (asked.source, asked.files, notes) == ("files", tmp_path, "")
    (asked,), notes = ask("--source", "sample", "--files", str(tmp_path))
    assert asked.files is None
    assert "--files is not read: it is for --source files, and the source is sample" in notes


def test_a_verb_says_what_it_does_not_read() -> None:
    done = CliRunner().invoke(app, ["sql", "select 1", "--scenarios", "x", "--warehouse", "/nowhere"])
    assert "--scenarios can be left out: `sdengine sql` does not read it" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_80_columns_wide_and_has_examples(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = CliRunner().invoke(app, [verb, "--help"]).stdout
    assert max(map(len, text.splitlines())) <= 80
    assert f"  sdengine {verb}" in text


def test_the_help_of_all_is_80_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, CliRunner().invoke(app, ["--help"]).stdout.splitlines())) <= 80
