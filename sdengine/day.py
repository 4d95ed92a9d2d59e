"""One day of the portfolio: one line per phase.

The only place where a day is computed: `Portfolio.process_day` and `run_scenario` both come here.
"""

from __future__ import annotations

from sdengine.books.income import collect_dividends, earn_interest
from sdengine.books.taxes import pay_taxes
from sdengine.books.trades import affordable, buy, costs_of, record, sell
from sdengine.codes import Action, Mode, Side, Variant
from sdengine.coordination.arbitrage import arbitrage
from sdengine.coordination.dynamic import FOLLOWS_GAPS, adjust_triggers, observe_gaps
from sdengine.coordination.entry import enter_listed
from sdengine.coordination.hybrid import leaves_band, trade_back_to_band
from sdengine.coordination.queue import queue_up
from sdengine.coordination.rebalancing import rebalance_to_targets
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import ENTERED, ENTERED_TODAY
from sdengine.kernel.room import Desk
from sdengine.ladder.fills import enter_bar, propose
from sdengine.ladder.orders import place_orders
from sdengine.withdrawals.phase import withdraw


@kernel
def step_day(desk: Desk) -> None:
    """Process the desk's day: income, rounds, close, withdrawal, NAV, snapshot."""
    begin_day(desk)
    receive_income(desk)
    if desk.plan["signals"] == 1:
        trade_bars(desk)
    coordinate_close(desk)
    if desk.plan["withdraws"] == 1 and desk.book["month_begins"] == 1:
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
    if desk.plan["dynamic"] == FOLLOWS_GAPS and book["month_begins"] == 1:
        adjust_triggers(desk)


@inlined
def receive_income(desk: Desk) -> None:
    """Interest, dividends, and the taxes that come out of them first."""
    if desk.plan["cash_rate"] != 0.0 or desk.plan["margin_rate"] != 0.0:
        earn_interest(desk)
    if desk.day["pays"] != 0:
        collect_dividends(desk)
    if desk.plan["taxed"] == 1:
        pay_taxes(desk)


@inlined
def trade_bars(desk: Desk) -> None:
    """The rounds: each asset proposes its next fill, sells execute first, then buys, until nobody proposes."""
    active = find_active(desk)
    if active == 0:
        return
    path = desk.plan["path"]
    for i in range(active):
        a = nth(desk.assets, i)["active"]
        enter_bar(nth(desk.assets, a), path)
    while True:
        active = keep_proposing(desk, active)
        if active == 0:
            return
        queue_up(desk, active)
        for i in range(active):
            a = nth(desk.assets, i)["queue"]
            if nth(desk.assets, a)["wish"] == Side.SELL:
                execute_sell(desk, a)
            else:
                execute_buy(desk, a)


@inlined
def keep_proposing(desk: Desk, active: int) -> int:
    """Let each active asset propose its next fill; those that have none left are done for the day."""
    kept = 0
    for i in range(active):
        a = nth(desk.assets, i)["active"]
        asset = nth(desk.assets, a)
        asset["wish"] = propose(asset, nth(desk.bars, a), desk.plan["path"])
        if asset["wish"] != Side.NONE:
            nth(desk.assets, kept)["active"] = a
            kept += 1
    return kept


@inlined
def find_active(desk: Desk) -> int:
    """List the assets whose bar reaches an order; the others have nothing to do. A missing bar (NaN) never does."""
    count = 0
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        bar = nth(desk.bars, a)
        if bar["low"] <= asset["buy_limit"] or bar["high"] >= asset["sell_limit"]:
            nth(desk.assets, count)["active"] = a
            count += 1
    return count


@inlined
def execute_sell(desk: Desk, a: int) -> None:
    """Sell what was proposed, unless the band forbids it; the anchor moves to the order's limit."""
    asset = nth(desk.assets, a)
    price = asset["wish_price"] * (1.0 - desk.plan["slippage"])
    qty = asset["wish_qty"]
    if desk.plan["mode"] == Mode.HYBRID and leaves_band(desk, a, Side.SELL, qty, price):
        asset["sells_stopped"] = 1
        record(desk, a, Action.SKIP_BAND, qty, price, 0.0, 0.0)
        return
    asset["anchor"] = asset["wish_limit"]
    desk.book["synthetic_dividends"] += qty * price
    sell(desk, a, qty, price, Action.SELL)


@inlined
def execute_buy(desk: Desk, a: int) -> None:
    """Buy what was proposed, as far as band and bank allow; the anchor moves to the order's limit."""
    asset = nth(desk.assets, a)
    plan = desk.plan
    bank = desk.book["bank"]
    price = asset["wish_price"] * (1.0 + plan["slippage"])
    qty = asset["wish_qty"]
    if plan["mode"] == Mode.HYBRID and leaves_band(desk, a, Side.BUY, qty, price):
        asset["buys_stopped"] = 1
        record(desk, a, Action.SKIP_BAND, qty, price, 0.0, 0.0)
        return
    if plan["allow_margin"] == 0 and bank < qty * price + costs_of(plan, qty, price):
        wanted = qty
        qty = affordable(plan, bank, price, nth(desk.rules, a)["lot_size"]) if plan["partial"] == 1 else 0.0
        if qty <= 0.0:
            asset["buys_stopped"] = 1
            record(desk, a, Action.SKIP_BUY, wanted, price, 0.0, 0.0)
            return
    asset["anchor"] = asset["wish_limit"]
    buy(desk, a, qty, price, Action.BUY)


@inlined
def coordinate_close(desk: Desk) -> None:
    """At the close: newly listed assets enter, targets or bands are restored, arbitrage is sought."""
    plan = desk.plan
    if desk.book["waiting"] > 0:
        enter_listed(desk)
    if plan["mode"] == Mode.REBALANCING:
        rebalance_to_targets(desk)
    elif plan["mode"] == Mode.HYBRID:
        trade_back_to_band(desk)
    if plan["arbitrage"] == 1:
        arbitrage(desk)


@inlined
def end_day(desk: Desk) -> None:
    """Follow the risen NAVs, value everything at the close, record the portfolio's day."""
    book = desk.book
    if desk.plan["dynamic"] != 0:
        observe_gaps(desk)
    if desk.plan["sells_at_nav"] == 1:
        follow_navs(desk)
    if book["entering"] > 0:
        settle_in(desk)
    total = book["bank"]
    nav_value = 0.0
    for a in range(book["assets"]):
        holdings = nth(desk.assets, a)["holdings"]
        bar = nth(desk.bars, a)
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
    """Where the NAV has risen, a sell that rests no lower than the NAV rises with it."""
    for a in range(desk.book["assets"]):
        bar, rule = nth(desk.bars, a), nth(desk.rules, a)
        if bar["nav"] > bar["nav_before"] and rule["variant"] == Variant.ATH_SELL:
            place_orders(nth(desk.assets, a), rule, bar["nav"])


@kernel
def settle_in(desk: Desk) -> None:
    """What has entered at today's close trades from its next bar on."""
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        if asset["entered"] == ENTERED_TODAY:
            asset["entered"] = ENTERED
    desk.book["entering"] = 0
