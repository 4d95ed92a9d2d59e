"""Propositions about the books, each an SQL file that answers with the rows that break it.

That keys are unique is the one proposition without a file: it is made from the declarations, table by table.
What differs has to be less than a tolerance, not at most: to DuckDB a NaN is as much as itself, and where a figure is
one, the tolerance is, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import schemas
from schemas import Table
from schemas.backtest import DETAIL
from warehouse.errors import Finding
from warehouse.interrupting import interruptible
from warehouse.side_by_side import side_by_side
from warehouse.statements import statement, statements

if TYPE_CHECKING:
    import duckdb

PAST = ("raw.", "ops.", "metrics.history")
"""How tables of what has been begin: what was given, receipts. A later night adds to them and mends nothing."""

Progress = Callable[[int, int, str], None]
"""Called as something comes along: so many done, of so many, and the one done last."""
CHECKS_OF_DETAIL = (
    "assert_bank_follows_fills",
    "assert_days_are_worth_bank_and_holdings",
    "assert_days_carry_the_bank",
    "assert_done_runs_are_whole",
    "assert_holdings_are_open_lots",
    "assert_holdings_follow_fills",
    "assert_lots_match_their_fills",
)
"""The checks of what runs leave by day, fill and lot: before that is let go, they have held."""
SUMS = ("days", "fills", "lots")
"""What several checks look at, read once for all of them: the temporary tables `audited_days` and their like."""
SHOWN = 5
"""How many offending rows a finding carries."""
FOLLOWS = {
    "backtest.lots": """
        close_seq > before_close_seq
        or (close_seq = before_close_seq and lot < before_lot)
        or close_seq is null and (
            before_close_seq is not null or ticker > before_ticker or (ticker = before_ticker and lot > before_lot)
        )
    """
}
"""How rows of a run follow each other, where it is not by their key. Lots lie as sales close them, the newest first;
behind them is what is held. Where other lots are sold first, they are counted."""


def audit(con: duckdb.DuckDBPyConnection, only: str = "", progress: Progress | None = None) -> list[Finding]:
    """Run every `sql/checks/assert_*.sql` and the check of the keys over what is committed; tell what does not hold.

    `only` restricts it to the checks whose name begins so; `progress` is called as they are done: so many, of how many,
    the name of the last.
    """
    files = [check for check in statements("checks").values() if check.name.startswith(only)]
    tables = [table for table in schemas.tables() if table.unique and _key_check(table).startswith(only)]
    total = len(files) + len(tables) + 1  # the copy is to come

    def books(own: duckdb.DuckDBPyConnection) -> list[Finding | None]:
        found = []
        with _summed_up(own):
            for done, check in enumerate(files, 1):
                found.append(_run(own, check.name, check.grain, check.sql))
                if progress is not None:
                    progress(done, total, check.name)
        return found

    def keys(own: duckdb.DuckDBPyConnection) -> list[Finding | None]:
        return [_unique_key(own, table) for table in tables]

    one, other = side_by_side(con, books, keys)
    if progress is not None:
        progress(total - 1, total, "keys")
    return [finding for finding in [*one, *other] if finding is not None]


def audit_detail(con: duckdb.DuckDBPyConnection, closely: int | None = None) -> list[Finding]:
    """Run the checks of what may be let go; `closely` as `_summed_up` takes it."""
    files = [statements("checks")[name] for name in CHECKS_OF_DETAIL]
    with _summed_up(con, closely):
        findings = [_run(con, check.name, check.grain, check.sql) for check in files]
    findings += [_unique_key(con, schemas.table(f"backtest.{name}")) for name in DETAIL]
    return [finding for finding in findings if finding is not None]


@contextmanager
def _summed_up(con: duckdb.DuckDBPyConnection, closely: int | None = None) -> Iterator[None]:
    """Have what checks ask for: how many runs are looked at closely, and what the rows of each run add up to.

    `closely`: None for as many as there ought to be of those that are stored.
    """
    con.execute(f"set variable closely = ({statement('audit/closely') if closely is None else closely})")
    for name in SUMS:
        with interruptible(con):
            con.execute(f"create or replace temp table audited_{name} as {statement(f'audit/{name}')}")
    yield
    for name in SUMS:
        con.execute(f"drop table audited_{name}")


def blocks(finding: Finding) -> bool:
    """Tell whether a finding keeps a night from being published: not what is past, for no later night could mend it."""
    past = [_key_check(table) for table in schemas.tables() if table.name.startswith(PAST)]
    return finding.check not in {"assert_batches_end_after_they_begin", *past}


def _key_check(table: type[Table]) -> str:
    """Name of the check that no two rows of `table` share their key."""
    return f"assert_key_is_unique({table.name})"


def _run(con: duckdb.DuckDBPyConnection, name: str, sentence: str, sql: str) -> Finding | None:
    """Make the finding of one check; None if no row offends."""
    with interruptible(con):
        cursor = con.execute(f"select *, count(*) over () as offenders from ({sql}\n) limit {SHOWN}")
        columns = tuple(column[0] for column in cursor.description or ())[:-1]
        rows = cursor.fetchall()
    if not rows:
        return None
    return Finding(name, sentence, int(rows[0][-1]), columns, tuple(tuple(row[:-1]) for row in rows))


def _unique_key(con: duckdb.DuckDBPyConnection, table: type[Table]) -> Finding | None:
    """Make the finding that rows of `table` share their key; None if none do.

    Rows lie sorted by their key, and then one pass over neighbours proves it, in a sixth of the time and little of the
    memory that counting takes. Only the rows of a run, or whatever the key begins with, are counted in which more than
    the first is not proven: of one that stands in two places, for it was changed by hand, or lies otherwise.
    """
    key, (first, *rest) = ", ".join(table.key), table.key
    if any(column.nullable for column in table.columns if column.name == first):
        unproven = "true"
    else:
        befores = ", ".join(f"{column}, lag({column}) over () as before_{column}" for column in table.key)
        follows = f"{first} = before_{first} and ({FOLLOWS.get(table.name) or _rising(rest)})"
        begins = f"from (select {befores} from {table.name}) where not coalesce({follows}, false)"
        unproven = f"{first} in (select {first} {begins} group by {first} having count(*) > 1)"
    sql = f"select {key}, count(*) as rows from {table.name} where {unproven} group by {key} having count(*) > 1"
    return _run(con, _key_check(table), f"one row is one key ({key}) that several rows share", sql)


def _rising(columns: Sequence[str]) -> str:
    """Say in SQL that a row stands behind the one before it, in the order of these columns."""
    rising = "false"
    for column in reversed(columns):
        rising = f"({column} > before_{column} or ({column} = before_{column} and {rising}))"
    return rising
