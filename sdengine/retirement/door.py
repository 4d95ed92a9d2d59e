"""The compiled door of a retirement: the engine from payment to payment until the last one; the months are kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.books.taxes import assess_year
from sdengine.codes import SpendingRule
from sdengine.history.simulate import Batch, begin
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.played import play
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk, Room
from sdengine.kernel.tolerance import DUST, SLACK
from sdengine.withdrawals.amount import MONTHS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_ROOM = -1
"""In place of months: the room was too small, what was played is worth nothing."""


class Life(NamedTuple):
    """The months of one retirement, [M] each: cash asked for, cash paid, value after it, day of it (ordinal)."""

    asked: Floats
    paid: Floats
    worth: Floats
    day: Ints


def new_life(months: int) -> Life:
    """Make room for that many months."""
    return Life(np.zeros(months), np.zeros(months), np.zeros(months), np.zeros(months, np.int64))


class Prices(NamedTuple):
    """Consumer prices at each start of a year, [years + 1], 1 at first; `follow`: payments grow by them."""

    levels: Floats
    follow: bool


@kernel
def is_short(asked: float, paid: float) -> bool:
    """Return whether less was paid than was asked for."""
    return asked - paid > SLACK * asked


@inlined
def follow_prices(desk: Desk, year: int, prices: Prices) -> None:
    """Let the amounts of a year (0 is the first) grow as prices did: `constant` since the start, others for a year."""
    since = 0 if desk.plan["rule"] == SpendingRule.CONSTANT else year - 1
    if year == 0:
        desk.plan["inflation"] = 0.0
    else:
        desk.plan["inflation"] = (prices.levels[year] / prices.levels[since]) ** (1.0 / (year - since)) - 1.0


@kernel
def live(
    engine: int, batch: Batch, s: int, room: Room, months: int, prices: Prices, impatient: bool, life: Life
) -> int:
    """Live scenario `s` until payment number `months`; return how many months were due.

    Fewer are where the days end before, and where an `impatient` one stops at the first payment that is short; NO_ROOM
    where the room was too small. A month without a day of business of its own is due and unpaid.
    """
    t, last = batch.windows[s, 0], batch.windows[s, 1]
    begin(batch, s, room)
    desk = Desk(
        batch.plans[s], batch.rules[s, 0], batch.days[0], batch.bars[0, 0], room.book[0], room.assets[0],
        room.lots[0, 0], room.gaps[0, 0], room.amounts[0], room.fills[0], room.snapshots[0], room.pieces[0],
        room.opportunities[0],
    )  # fmt: skip
    book = desk.book
    if prices.follow:
        follow_prices(desk, 0, prices)
    done = 0
    while t < last:
        t = play(engine, desk, t, last, done + 1, 0)
        if book["overflow"] != 0:
            return NO_ROOM
        if t == last:
            break
        short = False
        for m in range(done, min(book["due_months"], months)):
            life.asked[m] = nth(desk.amounts, m % MONTHS)["x"]
            life.paid[m] = book["withdrawn_today"] if m == book["due_months"] - 1 else 0.0
            life.worth[m] = book["total_value"]
            life.day[m] = nth(desk.day, t)["ordinal"]
            short = short or is_short(life.asked[m], life.paid[m])
        done = min(book["due_months"], months)
        if done == months or (short and impatient):
            break
        if prices.follow and done % MONTHS == 0:
            follow_prices(desk, done // MONTHS, prices)
        t += 1
    return done


@kernel
def left_over(plan: Record, book: Record) -> float:
    """Return what a portfolio that has come to its end is worth, less the taxes that are due if its year ends now."""
    if plan["taxed"] == 1:
        assess_year(book, plan["short_rate"], plan["long_rate"])
    return book["total_value"] - book["tax_due"]


MONTHLY_AMOUNT, INITIAL_RATE, RATE = range(3)
"""What of a plan a rate a year sets."""


@inlined
def set_rate(plan: Record, field: int, rate: float) -> None:
    """Ask for another share of the initial cash a year."""
    if field == MONTHLY_AMOUNT:
        plan["monthly_amount"] = rate * plan["initial_cash"] / MONTHS
    elif field == INITIAL_RATE:
        plan["initial_rate"] = rate
    else:
        plan["rate"] = rate


class Trial(NamedTuple):
    """Rates that scenario `s` is tried with; without any, all scenarios are as they are."""

    s: int
    field: int
    rates: Floats


AS_THEY_ARE = Trial(0, RATE, np.zeros(0))


@kernel
def note_held(plan: Record, book: Record, life: Life, done: int, months: int, level: float, held: Flags) -> None:
    """Fill in `held` [2]: whether all was paid in full; whether, besides, as much is left as there was.

    `done` of the `months` were lived, to prices of `level` in the end; what is left counts in money of the start.
    """
    full = done == months
    for m in range(done):
        full = full and not is_short(life.asked[m], life.paid[m])
    held[0] = full
    left = left_over(plan, book) / level if full else 0.0
    held[1] = full and left >= plan["initial_cash"] * (1.0 - DUST)
