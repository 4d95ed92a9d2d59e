"""What a table of a verb holds: its records whole, and which of their fields a person is shown, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.cli.table import cell, lay_out, terminal_width

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column that a person is shown.

    field       whose value it shows; in JSON and CSV it goes by this name
    heading     what stands above it; "": the field's name
    show        how its value is written; given the whole record where `whole` is true
    importance  when it goes for want of room: 0 is the name and stays, the highest goes first
    figure      whether it stands to the right and keeps its width; None: as its values are
    """

    field: str
    heading: str = ""
    show: Callable[[Any], str] = cell
    importance: int = 1
    figure: bool | None = None
    whole: bool = False

    def text(self, record: Record) -> Any:
        """Write its value of a record; a value that is shown as it is stays what it is."""
        value = record if self.whole else record[self.field]
        return value if self.show is cell else self.show(value)


def figure(field: str, heading: str, show: Callable[[Any], str], importance: int) -> Column:
    """Declare a column of figures; null is written as nothing."""
    return Column(field, heading, lambda value: "" if value is None else show(value), importance, figure=True)


@dataclass(frozen=True)
class Table:
    """Rows that a verb answers with.

    title    what they are, in a word or two; the key in JSON where there are several tables
    fields   the names of a record's fields, all of which JSON and CSV hold
    records  the rows
    columns  what a person is shown; none: every field, the first being the name
    """

    title: str
    fields: Sequence[str]
    records: Sequence[Record]
    columns: Sequence[Column] = field(default=())

    @classmethod
    def of(cls, title: str, frame: Any, columns: Sequence[Column] = ()) -> Table:
        """Take the rows of a polars frame."""
        return cls(title, frame.columns, frame.rows(named=True), columns)

    def lines(self, width: int | None) -> tuple[list[str], list[str]]:
        """Lay it out; its lines, and the headings of columns without room."""
        columns = self.columns or [Column(name, importance=k) for k, name in enumerate(self.fields)]
        cells = [[column.text(record) for column in columns] for record in self.records]
        text, left_out = lay_out(
            [column.heading or column.field for column in columns],
            cells,
            right=[column.figure for column in columns],
            width=width,
            importance=[column.importance for column in columns],
        )
        return text.splitlines(), left_out


def importance(names: Sequence[str]) -> list[int]:
    """Say when each column of an answer goes: its name is the scenario's where there is one, whose run_id goes first.

    Else the first is the name, and the last go first.
    """
    known = "scenario" in names
    order = sorted(range(len(names)), key=lambda k: (names[k] != "scenario", known and names[k] == "run_id", k))
    return [order.index(k) for k in range(len(names))]


def width_of(output: Any) -> int | None:
    """Tell how wide a text may be: as the terminal where it goes there, else as it likes."""
    return terminal_width() if output is None else None
