"""Which rows: partitions of a table named by values of its columns, as SQL with parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.errors import BadRequest

if TYPE_CHECKING:
    from schemas import Table


@dataclass(frozen=True)
class Window:
    """Values from `first` on and before `before`; None leaves that end open."""

    first: Any = None
    before: Any = None


Where = Mapping[str, Any]


def condition(table: type[Table], where: Where | None) -> tuple[str, list[Any]]:
    """Make SQL that is true for the rows that `where` names, and its parameters in order of their question marks.

    A value stands for equality, None for null, a list for any of its values, a Window for a half-open range; several
    columns must all hold. None or {}: every row. BadRequest for a column that the table does not have.
    """
    if not where:
        return "true", []
    types = {column.name: column.dtype for column in table.columns}
    if unknown := [name for name in where if name not in types]:
        raise BadRequest(f"{table.name} has no column {', '.join(unknown)}; it has {', '.join(types)}")
    parts: list[str] = []
    values: list[Any] = []
    for name, value in where.items():
        if value is None:
            parts.append(f"{name} is null")
        elif isinstance(value, Window):
            for sign, end in ((">=", value.first), ("<", value.before)):
                if end is not None:
                    parts.append(f"{name} {sign} ?")
                    values.append(end)
        elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
            # one parameter however long the list: a thousand question marks take longer to plan than to run
            parts.append(f"{name} in (select unnest(?::{types[name]}[]))")
            values.append(list(value))
        else:
            parts.append(f"{name} = ?")
            values.append(value)
    return " and ".join(parts) or "true", values
