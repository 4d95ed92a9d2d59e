"""The word and the sentence, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sdengine.judging.verdict import Facts, hundredths, verdict

GOOD = Facts(excess=0.0132, years=8.5, fills=400, luck=0.01, pbo=0.2, best=True, trials=54)


@pytest.mark.parametrize(
    ("changes", "word", "sentence"),
    [
        ({"excess": -0.0407}, "behind", "4.1 points a year behind buy and hold"),
        ({"excess": 0.0}, "behind", "0.0 points a year behind buy and hold"),
        ({"excess": None}, None, "it has no buy and hold twin to be compared with"),
        ({"years": 2.9}, "short", "+1.3 points a year, over 2.9 years and 400 fills: too short to tell"),
        ({"fills": 29}, "short", "+1.3 points a year, over 8.5 years and 29 fills: too short to tell"),
        ({"luck": 0.31}, "luck", "+1.3 points a year; in 31 of 100 fair worlds the best of 54 did as well"),
        (
            {"luck": 0.31, "best": False},
            "luck",
            "+1.3 points a year; in 31 of 100 fair worlds one of its rank did as well",
        ),
        ({"luck": 0.31, "trials": 1}, "luck", "+1.3 points a year; in 31 of 100 fair worlds it did as well"),
        (
            {},
            "edge",
            "+1.3 points a year; in 1 of 100 fair worlds the best of 54 did as well,"
            " and the choice held up in 80 of 100 halves of the past",
        ),
        (
            {"pbo": 0.5},
            "luck",
            "+1.3 points a year; in 1 of 100 fair worlds the best of 54 did as well,"
            " but the choice held up in 50 of 100 halves of the past",
        ),
        (
            {"pbo": None, "trials": 1},
            "edge",
            "+1.3 points a year; in 1 of 100 fair worlds it did as well",
        ),
        ({"luck": None, "unknown": "no worlds were played"}, None, "+1.3 points a year; no worlds were played"),
        ({"excess": -0.1, "luck": None}, "behind", "10.0 points a year behind buy and hold"),
    ],
    ids=str,
)
def test_every_case_has_its_word_and_sentence(changes: dict[str, Any], word: str | None, sentence: str) -> None:
    assert verdict(replace(GOOD, **changes)) == (word, sentence)


def test_exactly_one_in_twenty_is_still_an_edge() -> None:
    assert verdict(replace(GOOD, luck=0.05))[0] == "edge"
    assert verdict(replace(GOOD, luck=0.0501))[0] == "luck"


def test_few_are_not_none() -> None:
    assert [hundredths(share) for share in (0.0, 0.001, 0.005, 0.014, 1.0)] == ["0", "less than 1", "0", "1", "100"]
