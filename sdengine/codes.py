"""Every choice and every answer that crosses into a kernel or a table, each with its sentence.

Kernels choose by integer code (a kernel that took a function as argument would never reach the disk cache);
tables and scenarios carry the names in lower or upper case as their pages give them. A member's sentence is its
`meaning`: `explain` prints it, the documentation quotes it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar


class Code(IntEnum):
    """An integer code with a sentence that says what it means."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Code:
        """Make a member of `value` that carries its `meaning`."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


C = TypeVar("C", bound=Code)


def code(family: type[C], name: str) -> C:
    """Return the member of `family` that is called `name`, in any case.

    Raises ValueError with the name given and the names allowed.
    """
    try:
        return family[name.upper()]
    except KeyError:
        allowed = ", ".join(member.name.lower() for member in family)
        raise ValueError(f"unknown {family.__name__.lower()} {name!r}; allowed: {allowed}") from None


def member(family: type[C], value: int) -> C:
    """Return the member of `family` with that integer value."""
    code: C = family._value2member_map_[int(value)]  # type: ignore[assignment]  # that table says Enum
    return code


class Action(Code):
    """What a row of the transaction history records."""

    INITIAL_BUY = 0, "the asset entered the portfolio"
    BUY = 1, "the algorithm's buy order filled"
    SELL = 2, "the algorithm's sell order filled: a synthetic dividend"
    SKIP_BUY = 3, "the buy order was reached but the bank did not hold its whole cost"
    SKIP_BAND = 4, "the order was reached but would have put the asset's weight beyond its band"
    REBALANCE_BUY = 5, "bought at the close towards the target or the band"
    REBALANCE_SELL = 6, "sold at the close towards the target or the band"
    ARBITRAGE_BUY = 7, "bought at the close with the proceeds of the dear asset"
    ARBITRAGE_SELL = 8, "sold at the close because its premium stood far above another asset's"
    WITHDRAWAL = 9, "the owner took cash out"
    SKIP_WITHDRAWAL = 10, "a withdrawal was due, but coverage or the bank did not allow it"
    FUNDING_SELL = 11, "sold at the close to raise the cash that a withdrawal lacked"
    DIVIDEND = 12, "a cash dividend: on its ex-date, or on the first trusted bar after it"
    INTEREST = 13, "interest on the bank: earned where positive, paid where negative"
    TAX = 14, "tax on realised gains, paid from the bank"


class Variant(Code):
    """Which of the two resting orders an asset's algorithm places."""

    FULL = 0, "buys on every bracket down, sells on every bracket up"
    ATH_ONLY = 1, "never buys, sells on every bracket above the last sell, so only at new highs"
    ATH_SELL = 2, "buys on every bracket down, sells no lower than the all-time high"
    BUY_AND_HOLD = 3, "never trades"


class Path(Code):
    """The order in which a bar is taken to have visited its extremes."""

    NEAREST = 0, "open, nearer extreme, other extreme, close; the high first on a tie"
    HIGH_FIRST = 1, "open, high, low, close"
    LOW_FIRST = 2, "open, low, high, close"
    CALM = 3, "open, extremes, close in that order of high and low which leaves less value at the close"
    BUSY = 4, "open, extremes, close in that order of high and low which leaves more value: optimistic"
    RANDOM = 5, "a Brownian path through open, high, low and close, drawn by seed, ticker and date"


class Requote(Code):
    """How often the two resting orders of an asset are laid anew."""

    AT_ONCE = 0, "after each fill, from its limit, within the same bar"
    NIGHTLY = 1, "after the close: each fills at most once a bar, and the last to fill sets the anchor"


class Mode(Code):
    """How the portfolio coordinates its assets."""

    SIMPLE = 0, "fills execute in the order in which the assets were added"
    NAV_OPPORTUNISTIC = 1, "sells of the highest premium first, buys of the lowest premium first"
    REBALANCING = 2, "as simple, and at the close assets are traded to their targets"
    HYBRID = 3, "as nav_opportunistic within bands, and at the close back to the band's edge"


class SignalPrice(Code):
    """The price at which premiums that decide an order are taken."""

    CLOSE = 0, "the close of the same day, as the design has it: it needs foresight within the day"
    PREV_CLOSE = 1, "the close before, which needs no foresight"


class OnInsufficientCash(Code):
    """What becomes of a buy that the bank can't pay whole."""

    SKIP = 0, "it is skipped and its order goes on resting"
    PARTIAL = 1, "the affordable lots are bought"


class LotMethod(Code):
    """Which open lots a sell consumes first."""

    LIFO = 0, "the newest, so that the buyback stack unwinds as a stack"
    FIFO = 1, "the oldest"
    HIFO = 2, "those of the highest unit cost, the oldest among equals"
    LOFO = 3, "those of the lowest unit cost, the oldest among equals"


class Period(Code):
    """The calendar that forces a rebalancing."""

    NONE = 0, "drift alone"
    MONTH = 1, "the day of business of each month"
    QUARTER = 2, "the day of business of each quarter"
    YEAR = 3, "the day of business of each year"


class Entry(Code):
    """How the size of an asset's initial position is given."""

    WEIGHT = 0, "a share of the initial cash"
    VALUE = 1, "an amount of cash"
    QUANTITY = 2, "a number of shares"


class Funding(Code):
    """Where a withdrawal finds the cash that the bank lacks."""

    BANK = 0, "nowhere: the bank alone pays"
    HIGHEST_PREMIUM = 1, "selling the assets of the highest premium first"
    OVERWEIGHT = 2, "selling what is above target, the largest excess first"
    PRO_RATA = 3, "selling every asset in proportion to its value"
    LEAST_TAX = 4, "selling the lots with the least tax for the cash they bring"


class SpendingRule(Code):
    """How the amount of a withdrawal is set."""

    CONSTANT = 0, "a monthly amount that grows with inflation"
    PERCENT = 1, "a share of the portfolio's value, anew each month"
    GUYTON_KLINGER = 2, "an initial rate steered by guardrails (Guyton and Klinger 2006)"
    VPW = 3, "the payment that amortises the portfolio over the years that remain"
    VANGUARD = 4, "a share of the value, its yearly change held between a floor and a ceiling"


class Side(Code):
    """The side of a resting order or of a proposal."""

    NONE = 0, "no order"
    BUY = 1, "buy"
    SELL = 2, "sell"
