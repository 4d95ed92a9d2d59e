"""Tables of text: to the right what is a number, folded to the terminal, and nothing lost."""

from __future__ import annotations

import pytest

from flows.cli.table import cell, plain_table, terminal_width


def test_numbers_stand_right_words_left_and_null_is_nothing() -> None:
    assert plain_table(["name", "n"], [("a", 1), ("bcd", None), ("e", 12)]).splitlines() == [
        "name   n",
        "────  ──",
        "a      1",
        "bcd",
        "e     12",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (3, "3"), (0.1234567, "0.123457"), (2.0, "2.0"), (123456.789, "123456.79")],
)
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert cell("red \x1b[31m, two\nlines, ümläut — …") == "red \\x1b[31m, two\\nlines, ümläut — …"


WORDS = ["name", "a_long_heading", "n"]
ROW = ("sweep_of_sd_n[sd_n=16]", "words, and more words, and more of them", 1234567.5)


def test_a_wide_table_folds_its_words_and_keeps_its_numbers() -> None:
    # two gaps of 2 leave 36 of 40 columns; the number takes 10, and of the words the longest gives way until 13 are
    # left to each; they fold at blanks and behind underlines
    assert plain_table(WORDS, [ROW], width=40).splitlines() == [
        "name           a_long_                 n",
        "               heading",
        "─────────────  ─────────────  ──────────",
        "sweep_of_sd_   words, and     1234567.50",
        "n[sd_n=16]     more words,",
        "               and more of",
        "               them",
    ]


def test_headings_fold_before_figures_do() -> None:
    assert plain_table(["synth. div.", "max_drawdown"], [(1, 2.5)], width=16).splitlines() == [
        "synth.      max_",
        "  div.  drawdown",
        "──────  ────────",
        "     1       2.5",
    ]


def test_rows_that_do_not_fit_become_blocks() -> None:
    names = [f"column_{k}" for k in range(9)]
    text = plain_table(names, [[k * 1_000_000 for k in range(9)], ["x" * 40] * 9], width=40)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[:3] == ["─" * 20, "column_0  0", "column_1  1000000"]
    assert text.replace("\n", "").replace(" ", "").count("x" * 40) == 9


def test_without_rows_the_headings_are_told() -> None:
    assert plain_table(["a", "b"], [], width=80).splitlines() == ["a  b", "─  ─"]
    assert plain_table([f"column_{k}" for k in range(20)], [], width=30).startswith("column_0")
    assert plain_table([], []) == "done"


def test_columns_is_obeyed_and_a_pipe_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal_width() == 72
    for word in ("", "0", "wide"):
        monkeypatch.setenv("COLUMNS", word)
        assert terminal_width() is None
