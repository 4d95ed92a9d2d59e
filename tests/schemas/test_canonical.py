"""Equal data has one text, whoever writes it."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.canonical import canonical_json


def test_keys_are_sorted_blanks_left_out_and_dates_iso() -> None:
    assert canonical_json({"b": [1, 2.0], "a": {"ö": None, "day": date(2024, 1, 2)}}) == (
        '{"a":{"day":"2024-01-02","ö":null},"b":[1,2.0]}'
    )


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"rate": float("nan")})
    with pytest.raises(TypeError, match="cannot be written as canonical JSON"):
        canonical_json({"a": {1, 2}})
