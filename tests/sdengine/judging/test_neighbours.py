"""Who stands next to whom in a grid."""

from __future__ import annotations

from itertools import product
from typing import Any

from sdengine.judging.neighbours import neighbours


def test_numbers_have_the_next_ones_in_one_dimension() -> None:
    runs = [{"sd_n": n, "sharing": p, "cash": 1} for n, p in product([4, 8, 12], [25, 50])]
    # places: 0 (4, 25), 1 (4, 50), 2 (8, 25), 3 (8, 50), 4 (12, 25), 5 (12, 50)
    assert [sorted(each) for each in neighbours(runs)] == [[1, 2], [0, 3], [0, 3, 4], [1, 2, 5], [2, 5], [3, 4]]


def test_words_are_all_one_step_apart() -> None:
    runs: list[dict[str, Any]] = [{"path": path} for path in ("nearest", "calm", "busy")]
    assert [sorted(each) for each in neighbours(runs)] == [[1, 2], [0, 2], [0, 1]]


def test_what_moves_together_is_one_dimension() -> None:
    runs = [{"floor": a, "ceiling": b, "band": [a, b]} for a, b in ((1, 4), (2, 5), (3, 6))]
    assert [sorted(each) for each in neighbours(runs)] == [[1], [0, 2], [1]]


def test_alone_there_are_none() -> None:
    assert neighbours([{"sd_n": 8}]) == [[]]
