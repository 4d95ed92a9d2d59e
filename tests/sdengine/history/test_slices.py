"""Slices are worked off several at once, in their order, and never more of them than threads are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sdengine.history.run import Chunk, _in_order


@dataclass(frozen=True)
class Slice:
    """A slice of one scenario, which leaves nothing but its place."""

    place: int

    def run(self) -> Iterator[Chunk]:
        yield Chunk([self.place])

    def chunks(self) -> list[Chunk]:
        return list(self.run())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_no_more_slices_are_begun_than_threads_are_there_with_the_one_that_is_read(threads: int) -> None:
    """Of 7 slices and 3 threads: while the first is read, 3 are begun; then one more for each; never more than 7."""
    begun = 0

    def slices() -> Iterator[Slice]:
        nonlocal begun
        for place in range(7):
            begun += 1
            yield Slice(place)

    seen = [(chunk.positions, begun) for chunk in _in_order(slices(), threads)]  # type: ignore[arg-type]  # ours are no real ones
    assert seen == [([place], min(place + threads, 7)) for place in range(7)]
