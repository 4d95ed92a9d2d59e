"""One rule for names: bounded, and of characters that show."""

from __future__ import annotations

import re

import duckdb
import pytest

from schemas.names import LONGEST_TICKER, TICKER_PATTERN, unfit

GOOD = ("AAPL", "BRK.B", "^GSPC", "EURUSD=X", "BTC/USD", "Ünïc", "日経", "x" * LONGEST_TICKER)
HIDDEN = {
    "an escape": "A\x1b[31m",
    "a line end": "A\nB",
    "a bell": "A\x07",
    "a null": "A\x00",
    "delete": "A\x7f",
    "a control of 8 bits": "A\x9b",
    "right to left": "A\u202eB",
    "an isolate": "A\u2066B",
    "no width": "A\u200bB",
    "a joiner": "A\u200dB",
    "a mark of byte order": "\ufeffA",
    "a soft hyphen": "A\u00adB",
    "a line separator": "A\u2028B",
    "a blank that is none": "A\u00a0B",
    "half a letter": "A\ud800",
}


@pytest.mark.parametrize("name", GOOD)
def test_names_that_show_are_taken(name: str) -> None:
    assert unfit(name, LONGEST_TICKER) is None


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN)
def test_what_does_not_show_is_named(name: str) -> None:
    why = unfit(name, LONGEST_TICKER)
    assert why is not None
    assert why.isprintable()
    assert why.startswith("holds the character U+")


def test_too_long_is_said_with_what_is_allowed() -> None:
    assert unfit("x" * 81, 80) == "has 81 letters; allowed: at most 80"


@pytest.mark.parametrize("name", [*GOOD, *HIDDEN.values(), "x" * 81, "two words", ""])
def test_tables_take_what_the_rule_takes_and_nothing_that_a_terminal_obeys(name: str) -> None:
    taken = [re.fullmatch(TICKER_PATTERN, name) is not None]
    if "\ud800" not in name:  # half a letter, which no database holds
        taken += duckdb.execute(f"select regexp_full_match(?, '{TICKER_PATTERN}')", [name]).fetchall()[0]
    if unfit(name, LONGEST_TICKER) is None and " " not in name and name:
        assert all(taken)
    if set(name) & {"\x1b", "\n", "\x00", "\x7f", " "} or not 0 < len(name) <= 80:
        assert not any(taken)
