"""The pictures of a page, one at a time: what `open_results(...).plot(...)` draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.errors import UsageError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from flows.page.part import Part
    from warehouse import Results


def plot(results: Results, name: str, part: str | None = None) -> Figure:
    """Draw a picture of the page of a scenario, a sweep or a run, which `name` means.

    Args:
        results: what was published.
        name: as for `sdengine report`.
        part: which picture, by what follows the # in its address; of a scenario its value, of a sweep the first.

    Raises:
        ImportError: plotly is not installed.
        UsageError: nothing is called so, or its page has no such picture; the message names those that it has.
    """
    from sdengine.figures.look import need_plotly

    need_plotly()
    from plotly.graph_objects import Figure

    seen = []
    for made in _parts(results, name):
        if made.figure is not None:
            seen.append(made.key)
            if made.key == part or (part is None and made.key in FIRST):
                return Figure(made.figure._asdict())
    there = f"there are {', '.join(seen)}" if seen else "there is none"
    raise UsageError(f"{name} has no picture {part!r}; {there}")


FIRST = ("value", "lasting", "map")
"""What is drawn where nobody says which: the first of these."""


def _parts(results: Results, name: str) -> Iterator[Part]:
    from flows.clock import utc_now
    from flows.page.answers import Answers
    from flows.page.compose import scenario_parts
    from flows.page.pages import page_of
    from flows.page.sweeps import sweep_parts
    from flows.results.choosing import choose_runs

    today = utc_now().date()
    page = page_of(results, [run.run_id for run in choose_runs(results, name)], today)
    if page.kind == "sweep":
        yield from sweep_parts(Answers(results, [page.run_id], today), page.rows)
    else:
        yield from scenario_parts(results, page, today)
