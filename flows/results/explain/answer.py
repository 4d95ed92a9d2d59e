"""The answer as lines: what the day was for the asset, before, during and after."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flows.results.explain import happened, state
from flows.results.explain.facts import Facts, read_facts
from flows.results.explain.figures import money, price, share, shares
from flows.results.explain.replay import Replay, replay, walked

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from warehouse import Results

UNPAID = "of earlier years' tax are due and unpaid: the bank does not hold them; the first cash pays them"


def explain(results: Results, run: PublishedRun, day: date, ticker: str) -> list[str]:
    """Lines that say what happened to `ticker` in `run` on `day` and why, or why nothing did.

    Every figure is one of the published tables'; the orders that rested and the path come from the engine, which is run
    up to that day. `UsageError` for a ticker or a day that the run does not have.
    """
    facts = read_facts(results, run, day, ticker)
    title = f"{run.scenario} ({run.run_id}): {ticker} on {day}, a {day:%A}"
    if facts.position_after is None and facts.position_before is None:
        return [title, *_not_held(facts)]
    replayed = replay(results, facts)
    return [title, *(_without_bar(facts, replayed) if facts.bar is None else _with_bar(facts, replayed))]


def _not_held(facts: Facts) -> list[str]:
    if facts.entered_on is not None:
        return [f"{facts.ticker} is not in the portfolio yet: it enters on {facts.entered_on}, at the close"]
    return [f"{facts.ticker} never enters this run: no bar of it lies in the window, or its budget buys not one lot"]


def _without_bar(facts: Facts, replayed: Replay) -> list[str]:
    """Valued at the last close, the orders go on resting."""
    row = facts.position_after or facts.position_before
    assert row is not None
    if facts.portfolio_after is None:
        around = f"the days around it are {facts.day_before} and {facts.day_after}"
        first = f"no asset of the run has a bar on this day; {around}"
    else:
        first = f"{facts.ticker} has no bar on this day, though other assets have; it does nothing"
    last = "" if facts.bar_after else ", and there has been none since: it has stopped trading, or its data end"
    lines = [
        first,
        f"last bar  {facts.bar_before}{last}; carried at its close of {price(row['close'])}",
        f"holds     {state.position(row, facts.portfolio_after or facts.portfolio_before)}",
        f"orders    {state.resting(facts, replayed.before, row)}",
    ]
    return lines + [f"bank      {line}" for line in happened.elsewhere(facts)]


def _with_bar(facts: Facts, replayed: Replay) -> list[str]:
    after, bar = facts.position_after, facts.bar
    assert after is not None
    assert bar is not None
    enters = facts.position_before is None
    lines = []
    if facts.position_before is not None:
        lines.append(f"before    {state.position(facts.position_before, facts.portfolio_before)}")
        anew = "; placed anew before this bar, the first of a month, if sd_n followed the gaps" * facts.placed_anew
        lines.append(f"orders    {state.resting(facts, replayed.before, facts.position_before)}{anew}")
    lines.append(f"bar       {state.bar(bar, None if enters else after['nav_premium'])}")
    if enters:
        lines.append(f"entry     {facts.ticker} enters at the close of this bar; its orders rest from the next bar on")
    else:
        lines.append(f"path      {state.path(facts.scenario, walked(bar, facts.scenario.portfolio.path))}")
    own = [happened.sentence(facts, row) for row in facts.own]
    reached = any(row["action"] in ("BUY", "SELL", "SKIP_BUY", "SKIP_BAND") for row in facts.own)
    if not (reached or enters):
        own.append(state.nothing(facts, replayed))
    lines += [f"{'happened' if k == 0 else '':<10}{line}" for k, line in enumerate(own)]
    lines += [f"bank      {line}" for line in happened.elsewhere(facts)]
    if replayed.unpaid_tax:
        lines.append(f"tax       {money(replayed.unpaid_tax)} {UNPAID}")
    spread = happened.opportunity(facts)
    if spread:
        lines.append(f"spread    {spread}")
    lines.append(f"after     {state.position(after, facts.portfolio_after)}")
    if facts.portfolio_after is not None:
        total = money(facts.portfolio_after["total_value"])
        part = f"{share(after['weight'] or 0.0)} of the portfolio's {total}"
        lines.append(
            f"worth     {shares(after['holdings'])} at {price(after['close'])} are {money(after['value'])}, {part}"
        )
    lines.append(f"next      {state.resting(facts, replayed.after, after)}")
    return lines
