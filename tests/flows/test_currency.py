"""Codes of currencies, and the hundredths that look like them."""

import pytest

from flows.currency import money_of, read_currency


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


def test_pence_are_hundredths_of_a_pound() -> None:
    assert money_of("GBp") == ("GBP", 0.01)
    assert money_of("GBP") == ("GBP", 1.0)
    assert money_of("ILA") == ("ILS", 0.01)
