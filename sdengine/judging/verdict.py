"""One word for what a result is worth, and a sentence with its number."""

from __future__ import annotations

from dataclasses import dataclass

BEHIND, SHORT, LUCK, EDGE = ("behind", "short", "luck", "edge")
YEARS, FILLS = 3.0, 30
"""Less than either is too short to tell luck from anything."""
LEVEL = 0.05
"""As few worlds may do as well for an edge."""
HALF = 0.5


@dataclass(frozen=True)
class Facts:
    """What a verdict rests on; None where a figure does not exist.

    excess  growth a year above the twin
    luck    adjusted share of worlds
    pbo     how often the family's choice came out in the lower half
    best    whether it leads its family of `trials`
    unknown why luck is not known
    """

    excess: float | None
    years: float
    fills: int
    luck: float | None
    pbo: float | None
    best: bool
    trials: int
    unknown: str = "luck was not counted"


def verdict(facts: Facts) -> tuple[str | None, str]:
    """Give the word, None where nothing can be said, and the sentence.

    `behind`: no growth above the twin. `short`: less than three years, or thirty fills. `luck`: more than one in twenty
    fair worlds did as well, or the choice did not hold up in half of all splits. `edge`: neither.
    """
    if facts.excess is None:
        return None, "it has no buy and hold twin to be compared with"
    points = f"{abs(100 * facts.excess):.1f} points a year"
    if facts.excess <= 0.0:
        return BEHIND, f"{points} behind buy and hold"
    if facts.years < YEARS or facts.fills < FILLS:
        return SHORT, f"+{points}, over {facts.years:.1f} years and {facts.fills} fills: too short to tell"
    if facts.luck is None:
        return None, f"+{points}; {facts.unknown}"
    who = "it" if facts.trials == 1 else f"the best of {facts.trials}" if facts.best else "one of its rank"
    sentence = f"+{points}; in {hundredths(facts.luck)} of 100 fair worlds {who} did as well"
    if facts.luck > LEVEL:
        return LUCK, sentence
    if facts.pbo is None:
        return EDGE, sentence
    held = f"the choice held up in {hundredths(1.0 - facts.pbo)} of 100 halves of the past"
    return (EDGE, f"{sentence}, and {held}") if facts.pbo < HALF else (LUCK, f"{sentence}, but {held}")


def hundredths(share: float) -> str:
    """Write a share as a number of 100; a share that rounds to none is not none."""
    return f"{100 * share:.0f}" if share == 0.0 or share >= 0.005 else "less than 1"
