"""One bad file of a person's stays one: it is named with what is wrong, and the good ones go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.doors.calling import PLAN, RETRY, RUN, SCENARIOS, SQL, Call
from tests.flows.nights import BASE, write_bars
from warehouse import Warehouse

GOOD = BASE.format(sd_n=8)
SCENARIO_FILES: dict[str, tuple[str | bytes, str]] = {
    "lists without end": ("x = " + "[" * 5000 + "]" * 5000, "lists or tables lie more than 60 deep"),
    "tables without end": ("x = " + "{a = " * 3000 + "1" + "}" * 3000, "lists or tables lie more than 60 deep"),
    "five thousand digits": (GOOD.replace("10000", "9" * 5000), "Exceeds the limit (4300 digits)"),
    "four hundred digits": (GOOD.replace("10000", "9" * 400), "a whole number of more than 64 bits in portfolio"),
    "beyond every number": (GOOD.replace("10000", "1e309"), "`portfolio.initial_cash` is inf"),
    "no number": (GOOD.replace("10000", "nan"), "`portfolio.initial_cash` is nan"),
    "a range without end": (GOOD + '[sweep]\n"asset_defaults.sd_n" = {from=1, to=1e308, step=1e-300}\n', "a million"),
    "a long path": (f'extends = "{"a" * 20_000}.toml"', "`extends`: there is no file"),
    "a path with a null": ('extends = "a\\u0000b.toml"', "`extends`: there is no file"),
    "a long name": (f'name = "{"n" * 20_000}"\n{GOOD}', "`name` has 20,000 letters; allowed: at most 1,000"),
    "a long ticker": (GOOD.replace("UP", "U" * 20_000), "has 20,000 letters; allowed: at most 80"),
    "a name that moves the cursor": ('name = "a\\u001b[2J"\n' + GOOD, "allowed: a name without"),
    "a ticker that hides": (GOOD.replace("UP", "U\\u202eP"), "holds the character U+202E, which does not show"),
    "no text": (bytes(range(256)), "is not UTF-8 text"),
    "another encoding": (GOOD.encode("utf-16"), "is not UTF-8 text"),
    "nothing": ("", "`assets` is missing"),
    "too much": ("# " + "x" * (2 << 20), "is larger than 1 MB"),
    "a date beyond dates": (GOOD.replace("initial_cash = 10000", "start = 9999-12-32"), "is not valid TOML"),
}


def test_scenario_files_that_break_what_reads_them_break_nothing_else(call: Call, home: Path) -> None:
    """All of them in one folder, in one night, beside one that is new and good."""
    files = {what: home / "scenarios" / f"bad {what}.toml" for what in SCENARIO_FILES}
    for what, (content, _) in SCENARIO_FILES.items():
        files[what].write_bytes(content if isinstance(content, bytes) else content.encode())
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    listed, planned, done = (call(home, *verb) for verb in (SCENARIOS, PLAN, RUN))
    assert (listed.code, planned.code, done.code) == (1, 0, 1)
    for what, (_, sentence) in SCENARIO_FILES.items():
        [told] = [line for line in listed.out.splitlines() if line.startswith(f"{files[what]}: ")]
        assert sentence in told
        assert len(told) < 700
        assert str(files[what]) in planned.out
    assert f"{len(SCENARIO_FILES)} scenarios failed" in done.err
    assert all(len(line) < 700 for line in done.err.splitlines())
    for said in (listed, planned, done):
        assert not {"\x1b", "\u202e", "\x00"} & set(said.text)
    assert "new" in call(home, *SQL).out.split(), "the good one went on, and was published"
    assert call(home, *RETRY).code == 1


def test_numbers_that_only_the_engine_can_break_fail_their_run_alone(call: Call, home: Path) -> None:
    (home / "scenarios" / "vast.toml").write_text(GOOD.replace("10000", "1e308"))
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    done = call(home, *RUN)
    assert done.code == 1
    assert "vast" in done.err
    assert "break a rule" in done.err
    assert {"full", "new"} <= set(call(home, *SQL).out.split())
    assert "vast" not in call(home, *SQL).out


def test_a_wrong_policy_stores_what_the_source_gave_and_leaves_what_is_published(call: Call, home: Path) -> None:
    """By what rules bars are to be trusted is nothing to guess: the night ends there, with the bars in store."""
    file, before = home / "data" / "validation.toml", call(home, *SQL).out
    file.write_text("x = " + "[" * 5000)
    write_bars(home / "bars", days=41)
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    planned, done = call(home, *PLAN), call(home, *RUN)
    assert (planned.code, done.code) == (1, 1)
    assert f"{file}: cannot be read as TOML: lists or tables lie more than 60 deep" in planned.err
    assert f"sdengine: {file}: cannot be read as TOML" in done.err
    with Warehouse.open(home / "data", validation="sql") as warehouse:
        assert warehouse.count("raw.bars") == 82
    assert call(home, *SQL).out == before
    file.unlink()
    assert call(home, *RUN).code == 0
    assert "new" in call(home, *SQL).out.split()


def test_a_wrong_word_about_files_leaves_what_is_stored(call: Call, home: Path) -> None:
    (home / "bars" / "files.toml").write_text("decimal = " + "9" * 5000)
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    done = call(home, *RUN)
    assert done.code == 1
    assert "SAW, UP: files.toml: cannot be read: " in done.err, "said once for all tickers"
    assert "is used" in done.err
    assert "new" in call(home, *SQL).out.split()


def gone(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def emptied(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


@pytest.mark.parametrize("spoil", [gone, emptied])
def test_a_folder_of_bars_that_is_not_there_leaves_what_is_stored(
    call: Call, home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home / "bars")
    (home / "scenarios" / "new.toml").write_text(BASE.format(sd_n=5))
    planned = call(home, *PLAN)
    assert planned.code == 0
    assert (f"will fail: {home / 'bars'} does not exist" in planned.out) == (spoil is gone)
    done = call(home, *RUN)
    assert done.code == 1
    assert str(home / "bars") in done.err
    assert done.err.count("✗ SAW, UP: ") == 1, "one sentence for both"
    assert "new" in call(home, *SQL).out.split()


def test_files_asked_of_another_source_are_refused_with_what_to_write(call: Call, home: Path) -> None:
    for file in (home / "scenarios").iterdir():
        file.write_text('source = "files"\n' + file.read_text())
    for verb in (RUN, PLAN):
        done = call(home, *verb, "--source", "sample")
        assert done.code == 2
        assert "no scenario is for the source sample: all of them name files; write `--source files`" in done.err


def test_a_currency_that_a_file_no_longer_gives_is_no_longer_said(call: Call, home: Path) -> None:
    file = home / "bars" / "UP.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0] + ",currency", *(f"{line},EUR" for line in lines[1:])]) + "\n")
    assert call(home, *RUN).code == 0
    assert currency(home) == "EUR"
    write_bars(home / "bars")
    assert call(home, *RUN).code == 0
    assert currency(home) is None


def currency(home: Path) -> str | None:
    with Warehouse.open(home / "data", validation="sql") as warehouse:
        found: str | None = warehouse.scalar("select currency from raw.tickers where ticker = 'UP'")
        return found


LONG = "x" * 20_000


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--direct", "--scenario-files", LONG),
        ("run", "--direct", "--scenario-files", "~nobody-of-this-name/x"),
        ("run", "--direct", "--warehouse", LONG),
        ("run", "--direct", "--source", "files", "--files", LONG),
        ("run", "--direct", "--wait", "nan"),
        ("run", "--direct", "--wait=-1"),
        ("run", "--direct", "--keep", "9" * 5000),
        ("sql", "select 1", "--output", LONG),
        ("sql", "select 1", "--warehouse", LONG),
        ("diff", LONG),
        ("explain", LONG, "2024-01-10", "SAW"),
        ("explain", "full", LONG, "SAW"),
        ("explain", "full", "2024-01-10", LONG),
        ("orders", LONG),
        ("data", "--ticker", LONG),
        ("scenarios", LONG),
        ("run", "--direct", "--scenario", LONG),
        ("sql", LONG),
    ],
    ids=lambda words: " ".join(word[:12] for word in words),
)
def test_a_word_that_is_too_long_is_a_short_sentence(call: Call, home: Path, words: tuple[str, ...]) -> None:
    done = call(home, *words)
    assert done.code in (1, 2)
    assert len(done.err) < 5000


def test_what_may_not_be_read_is_named(call: Call, home: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (home / "scenarios" / "full.toml").chmod(0)
    done = call(home, *RUN)
    assert done.code == 1
    assert "full.toml: cannot be read: Permission denied" in done.err
