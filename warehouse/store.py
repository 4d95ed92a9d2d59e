"""Writing rows: a partition whole, from Arrow columns, after they have been held against the table's declaration.

Measured on two cores, shared: 1.42 M fills and 1.26 M portfolio days of 1,000 runs, random numbers, dictionary-encoded
Arrow tables: 0.45 + 0.15 s and 0.08 s for the commit, of which the validation takes 0.05 s. An insert without any of
this takes the same 0.45 s for the fills. Sorting would add 0.3 s: the engine already delivers run by run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import schemas
from schemas import InvalidTable, Table
from schemas.shown import counted
from warehouse.errors import BadRequest
from warehouse.incoming import INCOMING, Listed, Streamed, ask, in_batches
from warehouse.interrupting import interruptible
from warehouse.where import Where, condition

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

    from warehouse.incoming import Incoming, Records

    Rows: TypeAlias = pl.DataFrame | pa.Table | Records

PANDERA_ROWS = 100_000
"""Frames up to this many rows are validated by pandera; larger ones by the same rules as SQL, far faster."""

VALIDATIONS = ("pandera", "sql")
FEW_WORDS = 1000
"""Dictionaries up to this size (actions, tickers) come with every chunk: words that passed once are not asked again."""
_passed: dict[tuple[str, ...], set[str | None]] = {}
"""By the rules of a column, which several tables may share."""
_SHOWN = 3


def checked(
    con: duckdb.DuckDBPyConnection,
    table: type[Table],
    rows: Rows,
    where: Where | None,
    validation: str,
    *,
    piece: bool = False,
) -> Incoming:
    """`rows`, held against the declaration, as `insert` takes them. Nothing is written here.

    `piece`: others of the same table come before and after them, so that keys are left to the audit, which sees all.

    Raises SchemaMismatch for wrong columns or types, InvalidTable for rows that break a rule, BadRequest for rows
    outside `where` (they would stay for ever).
    Frames and records are sorted by the table's key, Arrow tables keep the order they have.
    """
    if isinstance(rows, Sequence):
        listed = Listed(table, [_struck_record(table, row) for row in rows])
        _check_rows(con, table, listed)
        _check_partition(con, table, listed, where)
        return listed
    import polars as pl

    by_pandera = validation == "pandera" and len(rows) <= PANDERA_ROWS
    incoming: Incoming
    if isinstance(rows, pl.DataFrame):
        _check_columns(table, rows)
        frame = _struck(table, rows.select(table.names()).sort(table.key, maintain_order=True))
        incoming = Streamed(frame)
    else:
        _check_columns(table, _frame(rows.slice(0, 0)))  # they have to be in types that are stored unchanged
        arrow = rows.select(list(table.names()))
        frame = _frame(arrow) if by_pandera or "error" in table.names() else pl.DataFrame()
        incoming = Streamed(_struck(table, frame)) if "error" in table.names() else in_batches(arrow)
    if by_pandera:
        table.validate(rows if isinstance(rows, pl.DataFrame) else table.conform(frame))
    else:
        _check_rows(con, table, incoming, piece)
    _check_partition(con, table, incoming, where)
    return incoming


def _sentences(table: type[Table]) -> list[str]:
    """Name the columns in which a library may have said a secret: the errors of a table, its reasons beside them."""
    return [name for name in ("error", "reason") if {name, "error"} <= set(table.names())]


def _struck(table: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    """Strike secrets out of what was said."""
    import polars as pl

    from schemas.masking import masked

    struck = {name: [word and masked(word) for word in frame[name].to_list()] for name in _sentences(table)}
    return frame.with_columns(pl.Series(name, words, dtype=pl.String) for name, words in struck.items())


def _struck_record(table: type[Table], row: Mapping[str, Any]) -> dict[str, Any]:
    """Strike secrets out of what was said in one row."""
    from schemas.masking import masked

    return {**row, **{name: masked(row[name]) for name in _sentences(table) if row.get(name)}}


def insert(con: duckdb.DuckDBPyConnection, table: type[Table], incoming: Incoming) -> None:
    """Append the checked rows."""
    ask(con, f"insert into {table.name} by name select * from {INCOMING}", incoming)


def delete(con: duckdb.DuckDBPyConnection, table: type[Table], where: Where | None) -> int:
    """Remove what `where` selects (everything, if None); the number of rows removed."""
    sql, values = condition(table, where)
    with interruptible(con):
        return int(con.execute(f"delete from {table.name} where {sql}", values).fetchall()[0][0])


def _check_columns(table: type[Table], frame: pl.DataFrame) -> None:
    """SchemaMismatch unless the frame has the table's columns and types."""
    from schemas.frames import check_columns  # imports polars, which who merely opens a warehouse does not need

    check_columns(table, frame)


def _frame(arrow: pa.Table) -> pl.DataFrame:
    """Read the Arrow table as a frame, encoded strings as plain ones."""
    import polars as pl

    frame = pl.DataFrame(pl.from_arrow(arrow))
    encoded = [name for name, dtype in frame.schema.items() if dtype in (pl.Categorical, pl.Enum)]
    return frame.with_columns(pl.col(encoded).cast(pl.String)) if encoded else frame


def _check_rows(con: duckdb.DuckDBPyConnection, table: type[Table], incoming: Incoming, piece: bool = False) -> None:
    """InvalidTable if a row breaks a rule.

    What the least and the greatest of a column prove needs no look at its rows; else it is one scan of the numbers, and
    of the dictionaries for encoded strings.
    """
    if not incoming.num_rows:
        return
    words = {} if isinstance(incoming, Streamed | Listed) else _encoded(incoming)
    sound = set() if isinstance(incoming, Listed) else _sound(table, incoming, list(words))
    offences = [offence for offence in table.offences() if offence[0] not in sound]
    broken = _count(con, incoming, [offence for offence in offences if offence[0] not in words])
    for name, values in words.items():
        own = [offence for offence in offences if offence[0] == name]
        passed = _passed.setdefault(tuple(sql for _, _, sql in own), set())
        if values <= passed:
            continue
        import polars as pl

        suspects = _count(con, Streamed(pl.DataFrame({name: sorted(values, key=str)}, {name: pl.String})), own)
        if not suspects and len(values) <= FEW_WORDS:
            passed |= values
        # a dictionary may list words that no row uses: the rows themselves decide, where a word is suspect
        broken += _count(con, incoming, [(column, rule, sql) for column, rule, sql, _ in suspects])
    if broken:
        column, rule, sql, count = broken[0]
        first = ask(con, f"select * from {INCOMING} where {sql} limit {_SHOWN}", incoming)
        raise InvalidTable(f"{table.name}: {column}: {rule} fails {counted(count, 'time')}, first in {first}")
    if table.unique and not piece and incoming.num_rows <= PANDERA_ROWS:
        _check_key(con, table, incoming)


def _sound(table: type[Table], incoming: Streamed | pa.Table, encoded: list[str]) -> set[str]:
    """Name the columns, but for `encoded` ones, that need no look at their rows."""
    import polars as pl

    from schemas.frames import sound

    if isinstance(incoming, Streamed):
        return sound(table, incoming.frame)
    return sound(table, pl.DataFrame(pl.from_arrow(incoming.drop_columns(encoded), rechunk=False)))


def _encoded(arrow: pa.Table) -> dict[str, set[str | None]]:
    """List the words of each dictionary-encoded column, None among them where a row has none."""
    import pyarrow as pa

    encoded = [field.name for field in arrow.schema if pa.types.is_dictionary(field.type)]
    return {
        name: {word for chunk in arrow.column(name).chunks for word in chunk.dictionary.to_pylist()}
        | ({None} if arrow.column(name).null_count else set())
        for name in encoded
    }


def _count(
    con: duckdb.DuckDBPyConnection, incoming: Incoming, offences: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, str, int]]:
    """Those of `offences` that some row commits, each with the number of rows."""
    if not offences:
        return []
    any_of_them = " or ".join(f"({sql})" for _, _, sql in offences)  # as good as ever none, and to count takes longer
    if not ask(con, f"select 1 from {INCOMING} where {any_of_them} limit 1", incoming):
        return []
    counts = ", ".join(f"count_if({sql})" for _, _, sql in offences)
    row = ask(con, f"select {counts} from {INCOMING}", incoming)[0]
    return [(*offence, int(count)) for offence, count in zip(offences, row, strict=True) if count]


def _check_key(con: duckdb.DuckDBPyConnection, table: type[Table], incoming: Incoming) -> None:
    """InvalidTable if two incoming rows share a key. Larger tables are left to the audit, which looks at all rows."""
    key = ", ".join(table.key)
    sql = f"select {key}, count(*) from {INCOMING} group by all having count(*) > 1 limit {_SHOWN}"
    if doubled := ask(con, sql, incoming):
        raise InvalidTable(f"{table.name}: two rows with one key ({key}): {doubled}")


def _check_partition(
    con: duckdb.DuckDBPyConnection, table: type[Table], incoming: Incoming, where: Where | None
) -> None:
    """BadRequest if an incoming row lies outside the partition that is being replaced."""
    if not where or not incoming.num_rows:
        return
    sql, values = condition(table, where)
    outside = f"from {INCOMING} where not coalesce({sql}, false)"
    if ask(con, f"select count(*) {outside}", incoming, values)[0][0]:
        first = ask(con, f"select {', '.join(where)} {outside} limit {_SHOWN}", incoming, values)
        raise BadRequest(f"{table.name}: rows outside the partition {dict(where)} that they should replace: {first}")


def table_of(table: str | type[Table]) -> type[Table]:
    """Find the declaration of a table given by name or as itself."""
    return schemas.table(table) if isinstance(table, str) else table
