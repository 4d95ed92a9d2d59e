"""What holds for every verb that there is, by their own list: forms, widths, hints, and an answer to nonsense."""

from __future__ import annotations

import ast
import csv
import inspect
import io
import json
import shlex
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flows.cli import app as cli
from flows.cli.app import VERBS, app, verb
from tests.flows.nights import DAYS, environment, make_home, night, write_bars
from tests.flows.retire.stub import answered, remade

NO_TABLE = {
    "init": "it writes files, and says which",
    "repair": "it says what it did",
    "report": "it makes pages, and says where they lie",
    "explain": "it answers in sentences",
    "schedule": "it serves until Ctrl-C",
}
"""Verbs that print no table, and why. All others offer `--format`."""

ASKED = ("full", "--rate", "0.04", "--horizon", "1", "--paths", "2")
ARGUMENTS: dict[str, list[list[str]]] = {
    "sql": [["select scenario, cagr from metrics.runs"]],
    "explain": [["full", "2024-01-20", "UP"]],
    "show": [["full"], ["grid[sd_n=4]"]],
    "ranking": [[], ["grid"], ["--all"], ["--by", "max_drawdown"]],
    "news": [[], ["full", "--since", "2024-01-10"]],
    "scenarios": [[], ["full"], ["--keys"], ["--keys", "sd_n"]],
    "data": [[], ["--ticker", "UP"], ["--rules"]],
    "orders": [[], ["full"]],
    "retire": [[*ASKED], [*ASKED, "--path", "1"]],
    "run": [["--direct"]],
    "retry": [["--direct"]],
}
"""Words behind a verb that make it answer, where it needs any or has several answers."""

FORMS = [(name, words) for name in VERBS if name not in NO_TABLE for words in ARGUMENTS.get(name, [[]])]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run two nights, the second with one bar more, so that there is something to compare."""
    home = make_home(tmp_path_factory.mktemp("verbs"))
    write_bars(home / "bars", DAYS - 1)
    night(home)
    write_bars(home / "bars")
    night(home)
    return home


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COLUMNS", raising=False)
    # forty days are too few to draw a future from
    monkeypatch.setattr("sdengine.retirement.study.study", answered)
    monkeypatch.setattr("sdengine.retirement.remade.one_path", remade)


def ask(monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.setattr(sys, "argv", ["sdengine", *words])
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_offers_all_forms_or_prints_no_table(name: str) -> None:
    spellings = {spelling for one in verb_of(name).params for spelling in one.opts}
    if name not in NO_TABLE:
        assert "--format" in spellings
        return
    module = inspect.getmodule(inspect.unwrap(verb(name)))
    assert module is not None
    tree = ast.parse(inspect.getsource(module))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not imported & {"present", "answer", "as_table", "plain_table", "lay_out", "Table"}


@pytest.mark.parametrize(("name", "words"), FORMS)
def test_each_form_holds_the_same_and_nothing_else(
    name: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from_json = ask(monkeypatch, name, *words, "--format", "json")
    assert from_json.exit_code == 0, from_json.stderr
    records = json.loads(from_json.stdout)
    rows = list(csv.DictReader(io.StringIO(ask(monkeypatch, name, *words, "--format", "csv").stdout)))
    if isinstance(records, dict):  # several tables: a row of CSV is one value
        values = sum(len(record) for table in records.values() for record in table)
        assert len(rows) == values
        assert set(records) == {row["table"] for row in rows} | {title for title, table in records.items() if not table}
    else:
        assert [list(row) for row in rows] == [list(record) for record in records]


@pytest.mark.parametrize(("name", "words"), [*FORMS, ("explain", ARGUMENTS["explain"][0])])
@pytest.mark.parametrize("width", [80, 34])
def test_each_table_fits_and_each_hint_is_whole(
    name: str, words: list[str], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = ask(monkeypatch, name, *words).stdout
    assert text
    hints = [line for line in text.splitlines() if line.startswith("  sdengine ")]
    wide = [line for line in text.splitlines() if len(line) > width and line not in hints]
    # a path, how the environment is activated, TOML: not to be folded
    copied = ("results  ", "  . ", *(["rebalancing_mode = "] if words == ["full"] else []))
    assert not [line for line in wide if not line.startswith(copied)]
    if width == 80:
        for line in hints:
            words_of = shlex.split(line)[1:]
            assert ask(monkeypatch, *words_of).exit_code == 0, line


def test_a_hint_names_the_warehouse_where_it_is_not_found_otherwise(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDENGINE_WAREHOUSE")
    text = ask(monkeypatch, "show", "full", "--warehouse", str(home / "data")).stdout
    assert f"  sdengine orders full --warehouse {home / 'data'}" in text.splitlines()
    monkeypatch.setenv("SDENGINE_WAREHOUSE", str(home / "data"))
    assert "  sdengine orders full" in ask(monkeypatch, "show", "full").stdout.splitlines()


@pytest.mark.parametrize("name", [name for name in VERBS if name not in NO_TABLE])
def test_a_form_that_there_is_not_is_refused_before_anything_is_done(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ask(monkeypatch, name, *ARGUMENTS.get(name, [[]])[0], "--format", "xlsx")
    assert done.exit_code == 2
    assert "--format xlsx: allowed are table, csv, json, parquet" in done.stderr
    assert done.stdout == ""


NONSENSE = (
    "",
    " ",
    "-1",
    "nan",
    "1e999",
    "99999999999999999999",
    "/nowhere/at/all",
    "ü'; --",
    "x" * 5000,
    "2024-02-30",
)
EACH = 2
"""So many of them an option gets with each verb that has it, all in turns; an option of one verb gets all."""


@cache
def verb_of(name: str) -> Any:
    group: Any = typer.main.get_command(app)
    return group.commands[name]


@pytest.mark.parametrize("name", VERBS)
def test_nonsense_ends_in_a_sentence_and_starts_nothing(
    name: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option and argument of the verb, each with nonsense: an exit code, no traceback, no night begun in vain."""
    begun: list[str] = []

    def begin(*_: Any, **__: Any) -> Any:
        begun.append("night")
        raise typer.Exit(0)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.cli.run.carry_out", begin)
    monkeypatch.setattr("flows.orchestration.schedule.prepare", begin)
    needed = ARGUMENTS.get(name, [[]])[0]
    spoken: list[list[str]] = []
    for turn, one in enumerate(verb_of(name).params, VERBS.index(name)):
        shared = sum(one.opts == other.opts for each in VERBS for other in verb_of(each).params) > 1
        some = [NONSENSE[(EACH * turn + more) % len(NONSENSE)] for more in range(EACH if shared else len(NONSENSE))]
        if one.param_type_name == "argument":
            k = [other.name for other in verb_of(name).params if other.param_type_name == "argument"].index(one.name)
            spoken += [[*needed[:k], "--", word, *needed[k + 1 :]] for word in NONSENSE]
        elif one.is_flag:
            spoken += [[*needed, f"{one.opts[0]}=1"]]
        else:
            spoken += [[*needed, f"{one.opts[0]}={word}"] for word in some]
    for words in spoken:
        begun.clear()
        done = ask(monkeypatch, name, *words)
        assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exception)
        assert done.exit_code in (0, 1, 2), words
        assert "Traceback" not in done.output, words
        if done.exit_code == 2:
            assert not begun, words
            assert done.stdout == "", words
            assert done.stderr.strip(), words


def test_each_verb_is_told_at_the_head_of_all() -> None:
    assert tuple(dict.fromkeys(VERBS)) == VERBS
    assert set(ARGUMENTS) | set(NO_TABLE) <= set(VERBS)
    assert cli.HELP.count("sdengine") > 3
