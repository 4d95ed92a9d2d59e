"""`raw`: what the sources said, kept as they said it. Nothing here is trusted, so values may be missing or absurd."""

from __future__ import annotations

from schemas.columns import BATCH_ID, DATE, TICKER, Table, day, flag, number, price, seconds, text, timestamp, whole

SOURCE = text("Where it came from: the name of the source")
ADJUSTMENT = text("What the source has already done to its numbers", isin=("none", "split"))
INGESTED_AT = timestamp("When the row was stored")
_AS_GIVEN = {"nullable": True, "finite": False, "gt": None}


class Bars(
    Table,
    name="raw.bars",
    key=("ticker", "date", "source"),
    unique=False,
    written_by="ingest",
    grain="one row is one ticker on one date, exactly as the source gave it",
):
    """A source may repeat a date: the repetition is kept here, and judged by the validation."""

    ticker = TICKER
    date = DATE
    open = price("First price of the session", **_AS_GIVEN)
    high = price("Highest price of the session", **_AS_GIVEN)
    low = price("Lowest price of the session", **_AS_GIVEN)
    close = price("Last price of the session", **_AS_GIVEN)
    volume = number("Shares traded", unit="shares", nullable=True, finite=False)
    source = SOURCE
    adjustment = ADJUSTMENT
    ingested_at = INGESTED_AT


class Actions(
    Table,
    name="raw.actions",
    key=("ticker", "date", "kind", "source"),
    unique=False,
    written_by="ingest",
    grain="one row is one cash dividend or one split, as the source gave it",
):
    """Dividends in the source's own share units: per share as traded, or per adjusted share if it adjusts."""

    ticker = TICKER
    date = day("Ex-date: the first session without the dividend, or with the new shares")
    kind = text("What happened", isin=("dividend", "split"))
    value = number(
        "Dividend: cash per share. Split: new shares for one old share", unit="money per share | ratio", finite=False
    )
    source = SOURCE
    adjustment = ADJUSTMENT
    ingested_at = INGESTED_AT


class Fetches(
    Table,
    name="raw.fetches",
    key=("batch_id", "ticker", "fetched_at"),
    unique=False,
    written_by="ingest",
    grain="one row is one attempt to fetch one ticker",
):
    """The story of the fetching: also of attempts that brought nothing."""

    batch_id = BATCH_ID
    ticker = TICKER
    source = SOURCE
    first_date = day("First date asked for; null: from the beginning", nullable=True)
    last_date = day("Last date asked for; null: to the end", nullable=True)
    rows = whole("Bars that came", unit="rows", ge=0)
    status = text("How it ended", isin=("ok", "unchanged", "failed", "set_aside"))
    error = text("The reason of a failure, in words", nullable=True)
    seconds = seconds("Time taken, waiting included")
    fetched_at = timestamp("When the attempt began")


class Revisions(
    Table,
    name="raw.revisions",
    key=("ticker", "date", "field", "seen_at"),
    written_by="ingest",
    grain="one row is one value of one bar that the source has restated",
):
    """Only differences beyond the jitter of floating point count as restated."""

    ticker = TICKER
    date = day("Date of the bar that was restated")
    field = text("Column of raw.bars that changed")
    old_value = number(
        "Value stored until then; null: the bar was not there", unit="as the field", nullable=True, finite=False
    )
    new_value = number(
        "Value that replaces it; null: the bar is gone", unit="as the field", nullable=True, finite=False
    )
    source = SOURCE
    seen_at = timestamp("When the restatement was noticed")


class LeftOut(
    Table,
    name="raw.left_out",
    key=("ticker", "date", "kind"),
    written_by="ingest",
    grain="one row is one stored bar, dividend or split that the source's last answer about its date left out",
):
    """Left out, or given without its numbers. What is known stays stored; the row goes when the source gives it again.

    Where the answer restates the bars around by one factor, what it left out is rescaled by that factor; where no one
    factor fits, it is set aside: stored, and not trusted.
    """

    ticker = TICKER
    date = DATE
    kind = text("What was left out", isin=("bar", "dividend", "split"))
    standing = text("What became of it", isin=("kept", "rescaled", "set_aside"))
    factor = number("What its prices, or its cash, were multiplied by since it was first left out", unit="ratio", gt=0)
    source = SOURCE
    noticed_at = timestamp("When it was first left out")


class Holes(
    Table,
    name="raw.holes",
    key=("ticker", "date"),
    written_by="ingest",
    grain="one row is one session between a ticker's first and last bar of which no whole bar is stored",
):
    """A source that goes on growing is asked for it again; see `flows.ingest.holes` for when."""

    ticker = TICKER
    date = day("Date of the session")
    found_on = day("Night on which it was first seen, by the date in UTC")
    asked_on = day("Last night on which the source answered and still did not have it, by the date in UTC")
    nights = whole("Nights after the first on which the source answered and did not have it", unit="nights", ge=0)
    source = SOURCE


class Tickers(
    Table,
    name="raw.tickers",
    key=("ticker",),
    written_by="ingest",
    grain="one row is what the source says of one ticker as a whole",
):
    """A later answer that does not say is no news: what was said stays."""

    ticker = TICKER
    currency = text("What its prices are in; GBp, ZAc and ILA are hundredths of GBP, ZAR and ILS", nullable=True)
    adjusted_for_dividends = flag("Whether dividends have been taken out of its prices", nullable=True)
    place = text("Folder or file that it was read from; null for sources that need none", nullable=True)
    source = SOURCE
    told_at = timestamp("When the source last answered")


class DividendCurrencies(
    Table,
    name="raw.dividend_currencies",
    key=("ticker", "date"),
    written_by="ingest",
    grain="one row is one date whose dividends the source gives with a currency of their own",
):
    """All other dividends are in the currency of the ticker's prices."""

    ticker = TICKER
    date = day("Ex-date")
    currency = text("What the dividend is in, spelled as in raw.tickers")
    source = SOURCE


TABLES = (Bars, Actions, Fetches, Revisions, LeftOut, Holes, Tickers, DividendCurrencies)
