"""What a page is made of: a part has a title, a sentence, a picture, the table behind it, and the SQL behind that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdengine.figures.look import Drawing


@dataclass(frozen=True)
class Aged:
    """A day whose age the page tells beside it, by the clock of whoever reads it."""

    on: date | None


@dataclass(frozen=True)
class Table:
    """Cells as text, as people read them.

    grey    numbers of the rows that are not to be acted on
    acted   for each row the day by whose bar somebody acts on it: it turns grey when that has become old
    """

    names: Sequence[str]
    rows: Sequence[Sequence[str | Aged]]
    grey: frozenset[int] = frozenset()
    acted: Sequence[date | None] = ()


@dataclass(frozen=True)
class Part:
    """One part of a page; what it has not, is not shown.

    key      names it in addresses: page.html#key
    lead     what the reader takes away, in a sentence or two
    last     the last bar that it rests on, where it is about today; `old` is said once that is days ago
    figure   a picture; `alt` says the same to whoever does not see it
    table    behind the picture, or in its place
    folded   whether the table waits below the picture until somebody wants it
    sql      what the tables were asked, as it can be asked again
    """

    key: str
    title: str
    lead: str
    figure: Drawing | None = None
    alt: str = ""
    table: Table | None = None
    folded: bool = True
    sql: str = ""
    notes: Sequence[str] = field(default=())
    last: date | None = None
    old: str = ""
