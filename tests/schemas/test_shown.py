"""Counts are said as people say them."""

from __future__ import annotations

import pytest

from schemas.shown import of_all


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [
        (0, 6, "none of 6 histories"),
        (1, 6, "1 of 6 histories"),
        (6, 6, "all 6 histories"),
        (1, 1, "the one history"),
        (0, 1, "no history"),
        (1200, 2400, "1,200 of 2,400 histories"),
    ],
)
def test_how_many_of_all(count: int, total: int, said: str) -> None:
    assert of_all(count, total, "history", "histories") == said
