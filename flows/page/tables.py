"""A table as HTML: figures at the right, rows grey that nobody is to act on, in a box that scrolls where it must.

By hand and not in a template: a night writes thousands of cells, most of them figures, in which there is no markup.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from flows.page.markup import aged, explained, undivided
from flows.page.part import Aged, Table
from flows.page.wording import NOTHING
from flows.text import printable

SHORT = 28
"""Characters: a table whose cells are no longer does not fold them, and a narrow screen scrolls."""
_NUMBER = r"[-+]?[\d,.]+( %| points)?"
FIGURE = re.compile(rf"{_NUMBER}( of [\d,.]+|, paid [\d,.]+| to {_NUMBER})?")


def table_html(table: Table, title: str) -> Markup:
    """Write a table; `title` names it to whoever does not see it."""
    right = figures(table)
    places = [' class="number"' if figure else "" for figure in right]
    head = "".join(
        f'<th scope="col"{place}>{explained(name)}</th>' for name, place in zip(table.names, places, strict=True)
    )
    cells = [
        "".join(
            f"<td{place}>{cell if figure else _text(cell)}</td>"
            for cell, place, figure in zip(row, places, right, strict=True)
        )
        for row in table.rows
    ]
    rows = "\n".join(f"<tr{_row(table, k)}>{written}</tr>" for k, written in enumerate(cells))
    folds = ' class="short"' if short(table) else ""
    return Markup(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(printable(title))}: table">'
        f"<table{folds}>\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
    )


def _row(table: Table, k: int) -> str:
    grey = ' class="grey"' if k in table.grey else ""
    day = table.acted[k] if table.acted else None
    return grey + (f' data-acted="{day}"' if day else "")


def _text(cell: str | Aged) -> Markup:
    return aged(cell.on) if isinstance(cell, Aged) else undivided(cell)


def figures(table: Table) -> list[bool]:
    """Tell which columns hold figures alone: they stand at the right."""
    columns = ([str(cell) for row in table.rows if (cell := row[k]) != NOTHING] for k in range(len(table.names)))
    return [bool(cells) and all(map(FIGURE.fullmatch, cells)) for cells in columns]


def short(table: Table) -> bool:
    """Tell whether no cell is long: then each stands on one line."""
    return all(len(cell) <= SHORT for row in table.rows for cell in row if type(cell) is str)
