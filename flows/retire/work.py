"""The stage `retire`: scenarios and their bars in, whether an income would have lasted out.

A plan is made as a whole, or fails as one with its reason, and the others go on. Plans of scenarios that are gone go.
All of it is one transaction, and a night publishes its results whether plans could be made or not.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flows.backtest.workers import cores, read_workers
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.retire.plan import UNCHANGED, Planning, plan_retire
from flows.retire.question import LISTS, Answer, Question
from flows.stages import RETIRE
from schemas.canonical import canonical_json
from schemas.errors import InvalidTable
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.backtest.parts.fan import Fan
    from flows.night.opening import Night
    from flows.retire.plans import WantedPlan
    from warehouse import Warehouse

TABLES = ("terms", *LISTS)


def work(night: Night) -> StageOutcome:
    """Make the plans that are due in a night; workers of a cluster answer a plan each."""
    workers = read_workers(night.request.settings.workers)
    return retire(
        Planning.of(night),
        threads=workers.count if workers.kind == "threads" else cores(),
        fan=None if workers.kind == "threads" else night.fan,
        progress=night.progress(RETIRE),
    )


def retire(
    planning: Planning, *, threads: int = 1, fan: Fan | None = None, progress: Progress | None = None
) -> StageOutcome:
    """Make the plans that are due and write `retire.*` in one transaction; one that cannot be made has no rows.

    `fan`: who answers plans; None, or where there is but one: `threads` of this process. Who it is changes no row.
    """
    started, warehouse = time.monotonic(), planning.warehouse
    planned = plan_retire(planning)
    due = [each for each in planned if each.due]
    asking = [scenario.name for scenario in planning.scenarios if scenario.retire is not None]
    gone = [plan for (plan,) in warehouse.rows(statement("retire/gone"), {"names": asking})]
    items = [ItemOutcome(each.wanted.scenario.name, "skipped", each.reason) for each in planned if not each.due]
    if due or gone:
        answering = _answers(warehouse, [each.wanted for each in due], threads, fan if len(due) > 1 else None)
        with warehouse.transaction(), closing(answering) as answers:
            _remove(warehouse, [*gone, *(each.known["plan_id"] for each in due if each.known is not None)])
            for done, each in enumerate(due):
                name, began = each.wanted.scenario.name, time.monotonic()
                if progress is not None:
                    progress(done, len(due), name)
                rows = _write(warehouse, each.wanted, next(answers))
                if isinstance(rows, str):
                    items.append(ItemOutcome(name, "failed", f"could not be planned: {rows}"))
                else:
                    items.append(ItemOutcome(name, "done", each.reason, rows, time.monotonic() - began))
    return StageOutcome.over(
        RETIRE,
        sorted(items, key=lambda item: item.item),
        _summary(items, len(gone)),
        sum(item.rows for item in items),
        time.monotonic() - started,
        changed=bool(gone),
        next_time=None if planning.chosen is not None else _next_time(items),
    )


def _next_time(items: Sequence[ItemOutcome]) -> StageOutcome | None:
    """Tell what the stage says when nothing has changed; None where a plan could not be made, which is tried again."""
    if any(item.status == "failed" for item in items):
        return None
    same = [ItemOutcome(item.item, "skipped", UNCHANGED if item.status == "done" else item.reason) for item in items]
    return StageOutcome.over(RETIRE, sorted(same, key=lambda item: item.item), _summary(same, 0), 0, 0.0)


def _remove(warehouse: Warehouse, plans: Sequence[str]) -> None:
    for table in TABLES:
        warehouse.delete(f"retire.{table}", {"plan_id": list(plans)})


def _summary(items: Sequence[ItemOutcome], gone: int) -> str:
    """One sentence over all plans."""
    count = {status: sum(item.status == status for item in items) for status in ("done", "failed", "skipped")}
    parts = [
        f"{counted(count['done'], 'plan')} made" if count["done"] else "",
        f"{count['failed']} could not be made" if count["failed"] else "",
        f"{counted(count['skipped'], 'plan')} as before" if count["skipped"] else "",
        f"{gone} removed that are gone" if gone else "",
    ]
    return ", ".join(part for part in parts if part) or "no scenario has a [retire]"


def _answers(
    warehouse: Warehouse, due: Sequence[WantedPlan], threads: int, fan: Fan | None
) -> Generator[Answer, None, None]:
    """Answer each plan in turn."""
    from warehouse.fingerprints import Bars

    tickers = sorted({ticker for wanted in due for ticker in wanted.scenario.tickers})
    bars = warehouse.frame(statement("backtest/bars"), {"tickers": tickers})
    states = Bars(bars)
    questions = [_question(wanted, bars, states, threads if fan is None else 1) for wanted in due]
    if fan is None:
        yield from (one.done() if isinstance(one, Question) else one for one in questions)
        return
    with closing(fan([one for one in questions if isinstance(one, Question)])) as answers:
        for one in questions:
            yield next(answers) if isinstance(one, Question) else one


def _question(wanted: WantedPlan, bars: pl.DataFrame, states: Any, threads: int) -> Question | str:
    """Put a plan into a question, or say why it is none."""
    if wanted.problem is not None:
        return wanted.problem
    assert wanted.run is not None, "what has no run is not due"
    scenario, window = wanted.scenario, wanted.scenario.portfolio
    tickers = [asset.ticker for asset in scenario.assets]
    if states.data(tickers, window.start, window.end, scenario.bars_before) != wanted.run["data"]:
        return "its bars have changed since it was run; `sdengine run` runs it anew"
    try:
        return Question.of(wanted, bars, threads)
    except ValueError as error:
        return str(error)


def _write(warehouse: Warehouse, wanted: WantedPlan, answer: Answer) -> int | str:
    """Write an answer; the number of rows, or why there are none."""
    import polars as pl

    import schemas

    if isinstance(answer, str):
        return answer
    rows = 0
    try:
        for name, frame in {"terms": pl.DataFrame([_asked(wanted)]), **answer}.items():
            table = schemas.table(f"retire.{name}")
            rows += warehouse.append(table.name, table.conform(frame.with_columns(plan_id=pl.lit(wanted.plan_id))))
    except InvalidTable as error:
        _remove(warehouse, [wanted.plan_id])
        return f"its answer breaks a rule: {error.without_rows}"
    return rows


def _asked(wanted: WantedPlan) -> dict[str, Any]:
    """Make the row of `retire.terms`."""
    from sdengine.retirement.version import retirement_fingerprint

    prices = {f"{month:%Y-%m}": index for month, index in (wanted.index or {}).items()}
    return {
        "scenario": wanted.scenario.name,
        "asked": canonical_json(wanted.terms.asked()),
        "cpi": canonical_json(prices) if prices else None,
        "last_date": wanted.last_day,
        "input": wanted.data,
        "planned_version": retirement_fingerprint(),
    }
