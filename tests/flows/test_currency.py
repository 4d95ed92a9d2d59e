"""Codes of currencies, and the hundredths that look like them."""

import pytest

from flows.currency import read_currency


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USD", "USD"),
        (" eur ", "EUR"),
        ("GBP", "GBP"),
        ("gbp", "GBP"),
        ("GBp", "GBp"),
        ("GBX", "GBp"),
        ("gbx", "GBp"),
        ("ZAc", "ZAc"),
        ("ZAR", "ZAR"),
        ("ILA", "ILA"),
        ("", None),
        ("US dollars", None),
        ("$", None),
    ],
)
def test_a_currency_has_one_spelling(text: str, code: str | None) -> None:
    assert read_currency(text) == code
