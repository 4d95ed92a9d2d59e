"""Tables of text: to the right what is a number, one rule of width, and what has no room is told."""

from __future__ import annotations

import io
import os

import pytest

from flows.cli.shortening import shortened_words
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


def test_prose_folds_first_and_numbers_keep_their_width() -> None:
    # two gaps of 2 leave 58 of 62 columns; the number takes 10 and the name 22, so that 26 are left to the prose
    assert plain_table(WORDS, [ROW, ROW], width=62).splitlines()[:5] == [
        "name                    a_long_heading                       n",
        "──────────────────────  ──────────────────────────  ──────────",
        "sweep_of_sd_n[sd_n=16]  words, and more words, and  1234567.50",
        "                        more of them",
        "sweep_of_sd_n[sd_n=16]  words, and more words, and  1234567.50",
    ]


def test_a_formula_keeps_its_names_whole_where_they_fit() -> None:
    # 9 for the name and 2 for the gap leave 27: "the value over final_value / max_" would be 33
    formula = "the value over final_value / max_drawdown"
    assert plain_table(["name", "formula"], [("depth_one", formula)] * 2, width=38).splitlines()[2:4] == [
        "depth_one  the value over final_value",
        "           / max_drawdown",
    ]


def test_names_are_shortened_before_columns_go() -> None:
    # 50 less two gaps of 2: 10 for the number and 24 for the prose leave 12, which is not enough for a name of 22
    lines = plain_table(WORDS, [ROW, ROW], width=50).splitlines()
    assert lines[0].split() == ["name", "a_long_heading"]
    assert lines[2].startswith("sweep_of_sd_n[sd_n=16]  words, and more words,")
    assert lines[-1] == "no room for n"
    # 45 less two gaps of 2, less 26 and 1: of the words, those that are no name give way
    rows = [("a" * 26, "b" * 30, "c"), ("d" * 26, "e" * 30, "f")]
    assert plain_table(["name", "word", "x"], rows, width=45).splitlines()[2] == f"{'a' * 26}  bbbbbb…bbbbbbb  c"


def test_the_least_important_column_goes_first_and_the_name_never() -> None:
    names = ["place", "name", "value", "fills"]
    rows = [(1, "full", 1000.5, 20), (2, "hold", 2000.5, 4)]
    shown = {}
    for width in (40, 19, 12, 6, 3):
        lines = plain_table(names, rows, width=width, importance=[3, 0, 1, 2]).splitlines()
        assert max(map(len, lines)) <= width
        shown[width] = lines[0].split()
    assert shown == {40: names, 19: ["name", "value", "fills"], 12: ["name", "value"], 6: ["name"], 3: ["nam"]}


def test_headings_fold_before_figures_do() -> None:
    assert plain_table(["synth. div.", "max_drawdown"], [(1, 2.5)], width=16).splitlines() == [
        "synth.      max_",
        "  div.  drawdown",
        "──────  ────────",
        "     1       2.5",
    ]


def test_a_single_row_without_room_stands_upright_and_loses_nothing() -> None:
    names = [f"column_{k}" for k in range(9)]
    lines = plain_table(names, [[k * 1_000_000 for k in range(8)] + ["x" * 40]], width=40).splitlines()
    assert lines[:2] == ["column_0  0", "column_1  1000000"]
    assert lines[8:] == ["column_8  " + "x" * 30, " " * 10 + "x" * 10]


@pytest.mark.parametrize("width", [1, 2, 5, 13, 24, 33, 52, 80, 300])
def test_any_width_is_kept_and_members_of_a_sweep_stay_distinct(width: int) -> None:
    members = [f"sweep_sd_n_sharing[sd_n={n},profit_sharing_pct={p}]" for n in (2, 6, 16) for p in (25, 150)]
    rows = [(k, name, "a sentence about it", 1.5 * k) for k, name in enumerate([*members, "full"])]
    text = plain_table(["#", "scenario", "about", "value"], rows, width=width, importance=[3, 0, 2, 1])
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    if width >= 24:
        begin = lines[0].index("scenario")
        names = [line[begin:].split()[0] for line in lines[2:] if line[begin : begin + 1].strip()][: len(rows)]
        assert len(set(names)) == len(rows)


def test_of_a_members_name_the_labels_are_shortened_and_the_values_kept() -> None:
    name = "sweep_sd_n_profit_sharing[sd_n=2,profit_sharing_pct=150]"
    # labels of 25, 4 and 18 characters and 9 others are 56. For 28 of them the longest label gives way, time and again:
    # 25 and 18 become 18 and 18 after 7, and 7 and 8 after 21 more
    assert shortened_words([name, "full"], 28) == ["sweep_…[sd_n=2,profit_…=150]", "full"]


def test_other_words_are_cut_where_they_stay_distinct() -> None:
    # the middle of both is where they differ: a cut there would make them one
    assert shortened_words(["aaaaaaXaaaaaaaaa", "aaaaaaYaaaaaaaaa"], 9) == ["aaaaaaX…a", "aaaaaaY…a"]
    assert shortened_words(["abcdefghij", "k"], 5) == ["ab…ij", "k"]
    assert shortened_words(["aX" + "b" * 9, "aY" + "b" * 9], 1) == ["aX" + "b" * 9, "aY" + "b" * 9]


def test_without_rows_the_headings_are_told() -> None:
    assert plain_table(["a", "b"], [], width=80).splitlines() == ["a  b", "─  ─"]
    assert plain_table([f"column_{k}" for k in range(20)], [], width=30).startswith("column_0  column_1")
    assert plain_table([], []) == "done"


def test_columns_is_obeyed_and_a_pipe_has_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal_width() == 72
    for word in ("", "0", "wide"):
        monkeypatch.setenv("COLUMNS", word)
        assert terminal_width() is None


def test_a_terminal_that_does_not_know_its_width_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("sys.stdout", Screen())
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert terminal_width() is None
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((91, 30)))
    assert terminal_width() == 91


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1
