"""The one small protocol that every source of prices keeps, and what it hands over.

A source is asked for one ticker and a range of dates. It answers with the bars and actions that it has, exactly as it
has them, or says in one sentence why it cannot. It never repairs, never stores and never retries: that is the work of
the stages behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

Adjustment = Literal["none", "split"]


@dataclass(frozen=True)
class Fetched:
    """What a source gave for one ticker.

    Attributes:
        bars: columns date, open, high, low, close, volume; one row a session, in any order, nulls where the source had
            none.
        actions: columns date, kind ('dividend' | 'split'), value (cash per share in the source's own share units | new
            shares per old share); where the source tells, also currency (of a dividend; null: that of the prices).
        adjustment: what the source has already done to these prices: 'none' (as traded) or 'split' (divided by all
            later splits).
        currency: what the prices are in, as `flows.currency` spells it; None where the source does not say.
        adjusted_for_dividends: whether dividends have been taken out of the prices; None where the source does not say.
        notes: what was read past or decided, a sentence each, naming its file. All tickers of a file bring the same
            sentences: whoever tells them tells each once.
    """

    bars: pl.DataFrame
    actions: pl.DataFrame
    adjustment: Adjustment
    currency: str | None = None
    adjusted_for_dividends: bool | None = None
    notes: tuple[str, ...] = ()


class SourceError(ValueError):
    """A source could not give a ticker.

    Attributes:
        reason: one sentence for a person: what was asked, what came back, what to do about it.
        retryable: whether the same request may succeed in a moment (a time-out, a rate limit, a server's 500).
        wait: seconds that the source asked callers to wait before they try again, None if it gave no hint.
        everyone: whether every other ticker will meet the same obstacle now (no network, rate limit), so that asking
            on is pointless.
    """

    def __init__(
        self, reason: str, *, retryable: bool = False, wait: float | None = None, everyone: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.wait = wait
        self.everyone = everyone


@runtime_checkable
class Source(Protocol):
    """Where bars and actions come from.

    Attributes:
        name: the word by which tables and the command know it.
        adjustment: what the source does to its prices, 'none' or 'split'.
        local: whether asking for a whole history costs next to nothing, so that it is always asked whole.
    """

    @property
    def name(self) -> str:
        """The word by which tables and the command know it."""

    @property
    def adjustment(self) -> Adjustment:
        """What the source does to its prices, 'none' or 'split'."""

    @property
    def local(self) -> bool:
        """Whether asking for a whole history costs next to nothing."""

    def tickers(self) -> tuple[str, ...] | None:
        """Every ticker on offer, sorted; None where a source cannot list them."""

    def ends(self, ticker: str) -> date | None:
        """Tell the last date that the source can ever give for a ticker, without reading its bars; None if it goes on
        growing."""

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        """Bars and actions from first to last, both inclusive, None for as far as there are any; raises SourceError."""


def empty_actions() -> pl.DataFrame:
    """Actions with no rows and the columns of Fetched.actions."""
    import polars as pl

    return pl.DataFrame(schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64})
