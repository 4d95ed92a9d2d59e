"""What would happen, tried out on a copy of the portfolio by the day step itself; the portfolio stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from schemas.columns import PRICES
from sdengine.codes import Action, member
from sdengine.days import engine
from sdengine.kernel.records import BAR, Records
from sdengine.kernel.room import Room
from sdengine.ladder.orders import place_orders
from sdengine.market.calendar import calendar_of, ordinal
from sdengine.market.sound import one_bar
from sdengine.portfolio.records import Transaction
from sdengine.portfolio.rooms import copy_room, grow_room
from sdengine.portfolio.step import Task, work


def try_day(room: Room, plan: Records, rules: Records, day: Records, bars: Records) -> Room:
    """Process the day in a copy of the room; it is larger where the day did not fit."""
    while True:
        attempt = copy_room(room)
        work(engine(), int(Task.PROCESS), plan, rules, day, bars, attempt, 0, 0.0, 0.0)
        if not attempt.book[0]["overflow"]:
            return attempt
        room = grow_room(room, factor=4)


def try_withdrawal(room: Room, plan: Records, rules: Records, current_date: date) -> float | None:
    """Try what the owner would be paid if that day came and every price still stood at its last close.

    None where no withdrawal is due on it: without a policy, before the first day, on a day that is past, in a month
    that has had its withdrawal.
    """
    book = room.book[0]
    if not (plan[0]["withdraws"] and book["days"]) or ordinal(current_date) <= book["last_ordinal"]:
        return None
    bars = np.zeros(len(rules), BAR)
    for name in PRICES:
        bars[name] = room.assets["mark"][: len(rules)]
    day = calendar_of(np.array([ordinal(current_date)], np.int32))
    tried = try_day(room, plan, rules, day, bars).book[0]
    return float(tried["withdrawn_today"]) if tried["withdrawal_due"] else None


def try_bar(
    room: Room,
    plan: Records,
    rule: Records,
    place: int,
    current_date: date,
    ticker: str,
    ohlc: Mapping[str, float],
    holdings: float,
    cash: float,
) -> list[Transaction]:
    """Try the algorithm's fills of one asset's bar, as if the portfolio held only it and that cash.

    `rule`: the asset's RULES record `[1]`. The orders are placed anew where `holdings` are not the asset's own.
    """
    alone = copy_room(room)
    book, asset = alone.book[0], alone.assets[0]
    book["bank"], book["assets"], book["waiting"] = cash, 1, 0
    for array in (alone.assets, alone.lots, alone.gaps):
        array[0] = array[place]
    if asset["holdings"] != holdings:
        asset["holdings"] = holdings
        place_orders(plan[0], asset, rule[0], float(asset["nav"]))
    day, bars = calendar_of(np.array([ordinal(current_date)], np.int32)), np.zeros(1, BAR)
    one_bar(bars[0], ticker, ohlc)
    plan = plan.copy()
    for name in ("withdraws", "taxed", "arbitrage", "mode", "cash_rate", "margin_rate"):
        plan[name] = 0
    tried = try_day(alone, plan, rule, day, bars)
    return [
        Transaction(member(Action, row["action"]).name, float(row["qty"]), float(row["price"]))
        for row in tried.fills[: tried.book[0]["fills"]]
        if row["action"] in (Action.BUY, Action.SELL)
    ]
