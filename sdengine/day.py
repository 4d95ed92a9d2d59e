"""One day of the portfolio: one line per phase (`sdengine/RULES.md`, "The portfolio, one day").

The only place where a day is computed: `Portfolio.process_day` and `run_scenario` both come here, by `sdengine.days`.
"""

from __future__ import annotations

from sdengine.books.income import collect_dividends, earn_interest
from sdengine.books.taxes import pay_taxes
from sdengine.business import look_for_business, remember_bars
from sdengine.codes import Mode
from sdengine.coordination.arbitrage import arbitrage
from sdengine.coordination.dynamic import FOLLOWS_GAPS, adjust_triggers, observe_gaps
from sdengine.coordination.entry import enter_listed
from sdengine.coordination.hybrid import trade_back_to_band
from sdengine.coordination.rebalancing import rebalance_to_targets
from sdengine.kernel.compiled import inlined, kernel, merged
from sdengine.kernel.records import ENTERED, ENTERED_TODAY
from sdengine.kernel.room import Desk, asset_of, bar_of, no_branch, rule_of
from sdengine.ladder.orders import place_orders, sells_at_nav
from sdengine.rounds import trade_bars
from sdengine.withdrawals.phase import withdraw


@merged
def step_day(desk: Desk) -> None:
    """Process the desk's day: income, rounds, close, withdrawal, NAV, snapshot."""
    begin_day(desk)
    receive_income(desk)
    if desk.plan["signals"] == 1:
        trade_bars(desk)
    coordinate_close(desk)
    if desk.book["withdrawal_due"] == 1:
        withdraw(desk)
    end_day(desk)


@inlined
def begin_day(desk: Desk) -> None:
    """Look at the calendar; on the first day of a month let the triggers follow the gaps."""
    book = desk.book
    month = desk.day["month"]
    if book["days"] == 0:
        book["start_month"] = month
        book["last_month"] = month
    book["month_begins"] = 1 if month != book["last_month"] else 0
    book["withdrawn_today"] = 0.0
    if desk.plan["monthly_business"] == 1:
        look_for_business(desk)
    if desk.plan["dynamic"] == FOLLOWS_GAPS and book["month_begins"] == 1:
        adjust_triggers(desk)


@inlined
def receive_income(desk: Desk) -> None:
    """Receive interest and dividends, and pay the taxes that come out of them first."""
    if desk.plan["cash_rate"] != 0.0 or desk.plan["margin_rate"] != 0.0:
        earn_interest(desk)
    if desk.day["pays"] != 0:
        collect_dividends(desk)
    if desk.plan["taxed"] == 1:
        pay_taxes(desk)


@inlined
def coordinate_close(desk: Desk) -> None:
    """Let newly listed assets enter at the close, restore targets or bands, seek arbitrage."""
    mode = desk.plan["mode"]
    if desk.book["waiting"] > 0:
        enter_listed(desk)
    if mode == Mode.REBALANCING:
        rebalance_to_targets(desk)
    elif mode == Mode.HYBRID:
        trade_back_to_band(desk)
    elif not (mode == Mode.SIMPLE or mode == Mode.NAV_OPPORTUNISTIC):
        no_branch(desk)
    if desk.plan["arbitrage"] == 1:
        arbitrage(desk)


@inlined
def end_day(desk: Desk) -> None:
    """Follow the risen NAVs, value everything at the close, record the portfolio's day."""
    book = desk.book
    if desk.plan["dynamic"] != 0:
        observe_gaps(desk)
    if desk.plan["monthly_business"] == 1:
        remember_bars(desk)
    if desk.plan["sells_at_nav"] == 1:
        follow_navs(desk)
    if book["entering"] > 0:
        settle_in(desk)
    total = book["bank"]
    nav_value = 0.0
    for a in range(book["assets"]):
        holdings = asset_of(desk, a)["holdings"]
        bar = bar_of(desk, a)
        total += holdings * bar["close"]
        nav_value += holdings * bar["nav"]
    book["total_value"] = total
    book["nav_value"] = nav_value
    book["last_month"] = desk.day["month"]
    book["last_ordinal"] = desk.day["ordinal"]
    book["days"] += 1
    snapshot = desk.snapshot
    snapshot["total_value"] = total
    snapshot["bank"] = book["bank"]
    snapshot["nav_value"] = nav_value
    snapshot["withdrawn"] = book["withdrawn_today"]


@kernel
def follow_navs(desk: Desk) -> None:
    """Raise a sell that rests no lower than the NAV where the NAV has risen."""
    for a in range(desk.book["assets"]):
        bar, rule = bar_of(desk, a), rule_of(desk, a)
        if bar["nav"] > bar["nav_before"] and sells_at_nav(rule["variant"]):
            place_orders(desk.plan, asset_of(desk, a), rule, bar["nav"])


@kernel
def settle_in(desk: Desk) -> None:
    """Let what has entered at today's close trade from its next bar on."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        if asset["entered"] == ENTERED_TODAY:
            asset["entered"] = ENTERED
    desk.book["entering"] = 0
