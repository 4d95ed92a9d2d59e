"""Propositions about the books, each an SQL file that answers with the rows that break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.errors import Finding
from warehouse.statements import statements

if TYPE_CHECKING:
    import duckdb

SHOWN = 5
"""How many offending rows a finding carries."""


def audit(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Run every ``sql/checks/assert_*.sql``; what finds no row is true and is not mentioned."""
    findings = []
    for check in statements("checks").values():
        cursor = con.execute(f"select *, count(*) over () as offenders from ({check.sql}\n) limit {SHOWN}")
        columns = tuple(column[0] for column in cursor.description or ())[:-1]
        rows = cursor.fetchall()
        if rows:
            shown = tuple(tuple(row[:-1]) for row in rows)
            findings.append(Finding(check.name, check.grain, int(rows[0][-1]), columns, shown))
    return findings
