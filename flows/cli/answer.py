"""What a verb answers with, in the form that was asked for: tables to read, or rows for another program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flows.asked import Asked
from flows.cli.columns import Column, Table, importance, width_of
from flows.cli.hints import Hint, Line, again, folded_lines
from flows.cli.table import cell, plain_table
from flows.cli.waiting import waiting
from flows.errors import UsageError
from flows.text import say
from flows.written import check_target, written

if TYPE_CHECKING:
    import polars as pl

    from warehouse import Results


def check_format(asked: Asked) -> None:
    """Raise `UsageError` for a form that is not for the eye."""
    if asked.format == "parquet" and asked.output is None and sys.stdout.isatty():
        raise UsageError("--format parquet is not for a terminal: give --output FILE, or send it to a file or a pipe")
    if asked.output is not None:
        check_target(asked.output)


def present(
    asked: Asked, tables: Sequence[Table], *, head: Sequence[Line] = (), foot: Sequence[Line] = (), whole: str = ""
) -> None:
    """Print tables, or write them to `--output`; `whole` is the command that shows all columns, if it is another one.

    To read, `head` stands before them and `foot` behind, each of several tables under its title. For programs there is
    nothing but rows: one table is a list of its records; of several, JSON is an object of such lists by title, and the
    others have one row for each value: table, row, column, value.
    """
    if asked.format == "table":
        show("\n".join(_to_read(tables, head, foot, width_of(asked.output), whole)), asked)
        return
    if asked.format == "json" and len(tables) != 1:
        texts = {table.title: json.loads(_frame(table).write_json()) for table in tables}
        show(json.dumps(texts, ensure_ascii=False), asked)
        return
    from warehouse.export import write

    frame = _frame(tables[0] if len(tables) == 1 else _long(tables))
    with _target(asked) as target:
        write(frame, target, asked.format)


def _to_read(
    tables: Sequence[Table], head: Sequence[Line], foot: Sequence[Line], width: int | None, whole: str
) -> list[str]:
    lines: list[str] = folded_lines(head, width)
    without: dict[str, None] = {}
    for table in tables:
        laid_out, left_out = table.lines(width)
        lines += ([""] if lines else []) + ([table.title] if len(tables) > 1 else []) + laid_out
        without |= dict.fromkeys(left_out)
    if without:
        foot = [*foot, no_room(list(without), whole or again("--format", "csv"))]
    return lines + ([""] if foot and lines else []) + folded_lines(foot, width)


def no_room(headings: Sequence[str], whole: str) -> Hint:
    """Say which columns a table had no room for, and how to see them."""
    from sdengine.words import first_few

    return Hint(f"no room for {first_few(headings, 12)}; all columns", whole)


def _frame(table: Table) -> pl.DataFrame:
    import polars as pl

    rows = [[record[name] for name in table.fields] for record in table.records]
    return pl.DataFrame(rows, schema=list(table.fields), orient="row", infer_schema_length=None, strict=False)


def _long(tables: Sequence[Table]) -> Table:
    def values() -> Iterator[dict[str, Any]]:
        for table in tables:
            for row, record in enumerate(table.records, 1):
                for name in table.fields:
                    text = repr(record[name]) if isinstance(record[name], float) else cell(record[name])
                    yield {"table": table.title, "row": row, "column": name, "value": text or None}

    return Table("values", ("table", "row", "column", "value"), list(values()))


def answer(results: Results, query: str, asked: Asked, values: Mapping[str, Any] | None = None) -> None:
    """Print the answer to a query, or write it to `--output`."""
    if asked.format != "table":
        with waiting("answering"), _target(asked) as target:
            results.export(query, target, format=asked.format, params=values)
        return
    with waiting("answering"):
        reply = results.answer(query, values)
    shown = cut(reply.rows, asked.limit)
    # a query may give two columns one name
    order = importance(reply.names)
    columns = [Column(str(k), name, importance=order[k]) for k, name in enumerate(reply.names)]
    records = [{str(k): value for k, value in enumerate(row)} for row in shown]
    present(asked, [Table("answer", [], records, columns)], foot=rest(len(shown), len(reply.rows)))


def cut(rows: Sequence[Any], limit: int) -> Sequence[Any]:
    """Take the first `limit` rows; 0 takes all."""
    return rows[:limit] if limit > 0 else rows


def rest(shown: int, of: int) -> list[Line]:
    """Say how many rows there are beside those that are shown, and how to see them."""
    return [Hint(f"{shown:,} of {of:,} rows; all", again("--limit", "0"))] if shown < of else []


def show(text: str, asked: Asked) -> None:
    """Print a text, or write it to `--output`."""
    if asked.output is None:
        say(text)
        return
    with written(asked.output) as place:
        place.write_text(text + "\n", encoding="utf-8")


@contextmanager
def _target(asked: Asked) -> Iterator[Any]:
    """Give what rows are written to: the output, whole or not at all, or the terminal's bytes."""
    if asked.output is None:
        yield sys.stdout.buffer
    else:
        with written(asked.output) as place:
            yield place


def as_table(results: Results, query: str, limit: int, *, width: int | None = None) -> str:
    """Lay out the first `limit` rows of `query` (0: all) as plain text, and say how many there are more."""
    names, rows = results.answer(query)
    shown = cut(rows, limit)
    text = plain_table(names, shown, width=width, importance=importance(names))
    if len(shown) < len(rows):
        text += f"\n{len(shown):,} of {len(rows):,} rows; --limit 0 shows all"
    return text
