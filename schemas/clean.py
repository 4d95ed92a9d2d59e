"""`clean`: bars and actions that passed validation, split-adjusted by our own arithmetic, and what did not pass."""

from __future__ import annotations

from schemas.columns import DATE, TICKER, Rule, Table, day, number, price, text, whole

SOURCE = text("Source of the row that it was made from")
_TURNED_AWAY = {"nullable": True, "finite": False, "gt": None}


class Bars(
    Table,
    name="clean.bars",
    key=("ticker", "date"),
    written_by="validate",
    grain="one row is one ticker on one date, trusted, split-adjusted, never dividend-adjusted",
    rules=(
        # Rejection is the validation's task and allows float noise; here an impossible bar means that it did not do it.
        Rule("low_is_lowest", "low <= least(open, high, close) * 1.000001"),
        Rule("high_is_highest", "high >= greatest(open, low, close) * 0.999999"),
    ),
):
    """As-traded price = price * split_factor; as-traded volume = volume / split_factor."""

    ticker = TICKER
    date = DATE
    open = price("First price of the session, in today's shares")
    high = price("Highest price of the session, in today's shares")
    low = price("Lowest price of the session, in today's shares")
    close = price("Last price of the session, in today's shares")
    volume = number("Shares traded, in today's shares", unit="shares", ge=0, nullable=True)
    split_factor = number(
        "Today's shares for one share of that date; price as traded = price * split_factor", unit="ratio", gt=0
    )
    source = SOURCE


class Actions(
    Table,
    name="clean.actions",
    key=("ticker", "date", "kind"),
    written_by="validate",
    grain="one row is one cash dividend or one split, trusted",
):
    """Dividends are cash and stay apart from prices; what is paid at one bar is one row."""

    ticker = TICKER
    date = day("Ex-date; of a dividend whose ex-date has no trusted bar, the date of the next, at which it is paid")
    kind = text("What happened", isin=("dividend", "split"))
    value = number(
        "Dividend: cash for one of today's shares. Split: new shares for one old share",
        unit="money per share | ratio",
        gt=0,
    )
    source = SOURCE


class Rejects(
    Table,
    name="clean.rejects",
    key=("ticker", "date", "rule", "source"),
    unique=False,
    written_by="validate",
    grain="one row is one row of a source that was turned away by one rule",
):
    """The values as the source gave them, with the reason in words."""

    ticker = TICKER
    date = day("Date that the source gave", nullable=True)
    open = price("Open as given", **_TURNED_AWAY)
    high = price("High as given", **_TURNED_AWAY)
    low = price("Low as given", **_TURNED_AWAY)
    close = price("Close as given", **_TURNED_AWAY)
    volume = number("Volume as given", unit="shares", nullable=True, finite=False)
    source = SOURCE
    rule = text("Name of the rule that turned it away")
    reason = text("Why, in words, with the values that decided")


class Checks(
    Table,
    name="clean.checks",
    key=("ticker", "rule"),
    written_by="validate",
    grain="one row is one rule applied to one ticker",
    rules=(Rule("failed_within_checked", "rows_failed <= rows_checked"),),
):
    """Rules that found nothing are here too: that they looked is the information."""

    ticker = TICKER
    rule = text("Name of the rule")
    rows_checked = whole("Rows that the rule looked at", unit="rows", ge=0)
    rows_failed = whole("Rows that broke it", unit="rows", ge=0)
    severity = text("error: what breaks it is rejected; warning: kept and flagged", isin=("error", "warning"))
    verdict = text("Outcome for the ticker", isin=("pass", "rejected", "suspect", "blocked"))
    detail = text("What was found, in words", nullable=True)


TABLES = (Bars, Actions, Rejects, Checks)
