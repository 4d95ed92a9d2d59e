"""`sdengine data`: what is stored of each ticker, how far it can be trusted, and by which rules that is judged."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Column, Table, figure
from flows.clock import today
from flows.errors import UsageError
from flows.settings import tell

if TYPE_CHECKING:
    import polars as pl

    from flows.validate.policy import ValidatePolicy


@asks("ticker", "rules", "limit", "format", "output", "warehouse", limit=20)
def data(asked: Asked) -> None:
    """Tell what is stored of each ticker.

    Since when, how fresh, what was turned away and what is suspected, as the
    last run left it, also before it is published.

    \b
    Examples:
      sdengine data
      sdengine data --ticker AAPL --limit 5
      sdengine data --rules        what rows are judged by, and how strictly
    """
    from flows.results.data import data_rows, data_table
    from flows.results.freshest import freshest

    if asked.rules:
        if asked.ticker is not None:
            raise UsageError("--rules and --ticker exclude each other: the rules are the same for every ticker")
        present(asked, [rules_table(asked)])
        return
    with freshest(asked.warehouse, "data") as (reader, notes):
        for sentence in notes:
            tell(sentence)
        if asked.ticker is None:
            present(asked, [stored_table(data_table(reader, today=today()))])
            return
        frames = data_rows(reader, asked.ticker, limit=asked.limit or sys.maxsize)
        present(asked, [Table.of(title, frame) for title, frame in frames.items()])


def stored_table(frame: pl.DataFrame) -> Table:
    """Make the table of what is stored; a column that says nothing of any ticker is for programs alone."""
    records = frame.rows(named=True)
    columns = [column for column in COLUMNS if column.importance <= ALWAYS or any(row[column.field] for row in records)]
    return Table("data", frame.columns, records, columns)


def rules_table(asked: Asked) -> Table:
    """Make the table of all rules, with the severity and the limits that hold in this warehouse."""
    from flows.validate.policy_file import policy_in
    from flows.validate.rules.listing import RULES

    policy = policy_in(asked.warehouse)
    records = [
        {
            "rule": rule.name,
            "severity": rule.severity + _elsewhere(policy.severities, rule.name),
            "meaning": rule.meaning,
            "limits": ", ".join(f"{name} {_limit(policy, name)}" for name in rule.limits),
            "looks_at": rule.looks_at,
            "may_be": ", ".join(rule.allowed),
        }
        for rule in RULES
    ]
    return Table("rules", list(records[0]), records, RULE_COLUMNS)


def _limit(policy: ValidatePolicy, name: str) -> str:
    return f"{getattr(policy.limits, name):g}{_elsewhere(policy.limits_by, name)}"


def _elsewhere(groups: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """Say what holds for kinds of market and asset classes that have a severity or limit of their own."""
    own = [f"{settings[name]} for {group}" for group, settings in groups.items() if name in settings]
    return f" ({', '.join(own)})" if own else ""


ALWAYS = 5
COLUMNS = (
    Column("ticker", importance=0),
    Column("until", importance=1),
    figure("days_old", "days old", "{:,}".format, 1),
    Column("verdict", importance=2),
    figure("bars", "bars", "{:,}".format, 3),
    figure("trusted", "trusted", "{:,}".format, 4),
    Column("since", importance=5),
    Column("found", importance=6),
    Column("last_error", importance=7),
    figure("rejected", "rejected", "{:,}".format, 8),
    figure("left_out", "left out", "{:,}".format, 9),
    figure("holes", "holes", "{:,}".format, 10),
    Column("source", importance=5),
    figure("revised", "revised", "{:,}".format, 12),
    figure("dividends", "dividends", "{:,}".format, 13),
    figure("splits", "splits", "{:,}".format, 14),
    Column("currency", importance=11),
)
RULE_COLUMNS = (
    Column("rule", importance=0),
    Column("severity", importance=2),
    Column("meaning", importance=1),
    Column("limits", importance=3),
    Column("looks_at", "looks at", importance=4),
)
