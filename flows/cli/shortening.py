"""Words that are too long for their room are shortened, so that those that differ go on to differ.

Members of a sweep begin alike and end alike: cut at the end, or each where it is longest, they would read the same. Of
such a name, `base[key=value,key=value]`, the base and the keys are shortened and the values kept. Other words are cut
in the middle, all in the same place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MARK = "…"
LABEL = 4
"""Characters that are left of a label at least, the mark among them."""


def shortened_words(words: Sequence[str], width: int) -> list[str]:
    """Shorten those of the words that are longer than `width`; they stay as they are where they would not differ."""
    short = _shorter(set(words), width)
    return list(words) if short is None else [short[word] for word in words]


def distinct_width(words: Sequence[str], least: int) -> int:
    """Find the smallest width, `least` or more, to which the words can be shortened and still differ."""
    different = set(words)
    low, high = least, max(map(len, different), default=0)
    while low < high:  # what differs in some width does so in any that is larger
        middle = (low + high) // 2
        if _shorter(different, middle) is None:
            low = middle + 1
        else:
            high = middle
    return high


def _shorter(words: set[str], width: int) -> dict[str, str] | None:
    """Find for each word what it is shortened to; None where two would read the same."""
    labelled = {word: _with_short_labels(word, width) for word in words}
    if all(len(short) <= width for short in labelled.values()) and _distinct(labelled.values()):
        return labelled
    room = width - len(MARK)
    for head in sorted(range(room + 1), key=lambda head: abs(2 * head - room)):  # as near to the middle as may be
        if _distinct(_cut(word, width, head) for word in words):
            return {word: _cut(word, width, head) for word in words}
    return None


def _distinct(words: Iterable[str]) -> bool:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return False
        seen.add(word)
    return True


def _with_short_labels(word: str, width: int) -> str:
    """Shorten the labels of a sweep's member, the longest first, until it fits or they are as short as may be."""
    parts = re.split(r"((?:^|(?<=[\[,]))[^\[,=]+(?=[\[=]))", word)
    sizes = {k: len(parts[k]) for k in range(1, len(parts), 2)}  # every second part is a label
    for _ in range(len(word) - width):
        longest = max(sizes, key=sizes.__getitem__, default=0)
        if sizes.get(longest, 0) <= LABEL:
            break
        sizes[longest] -= 1
    return "".join(
        part if sizes.get(k, len(part)) == len(part) else part[: sizes[k] - len(MARK)] + MARK
        for k, part in enumerate(parts)
    )


def _cut(word: str, width: int, head: int) -> str:
    if len(word) <= width:
        return word
    tail = width - len(MARK) - head
    return f"{word[:head]}{MARK}{word[len(word) - tail :]}"
