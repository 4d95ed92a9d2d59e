"""`sdengine retire`: would the income have lasted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.asked import Asked
from flows.cli.answer import cut, present, rest
from flows.cli.asking import asks
from flows.cli.columns import Column, Table, figure
from flows.cli.completing import OneRun
from flows.cli.hints import Hint, Line, again
from flows.cli.waiting import waiting
from flows.errors import UsageError
from flows.results import lasting
from schemas.shown import counted, whole

if TYPE_CHECKING:
    from flows.results.retirement import Answered
    from sdengine.retirement.remade import OnePath
    from sdengine.scenario import Retire

KEYS = ("amount", "inflation", "paths", "block_weeks", "seed", "floor")
"""Options that are keys of `[retire]` as they are."""


@asks(
    *("horizon", "rate", "amount", "inflation", "cpi", "paths", "block_weeks", "seed", "floor", "expected", "path"),
    *("limit", "format", "output", "warehouse"),
    limit=10,
)
def retire(asked: Asked, run: OneRun) -> None:
    """Say whether an income would have lasted.

    On every window of the past, and on futures drawn from it; beside it the same income from shares that are only held,
    and from the benchmark. Without options the answer that the last night has stored for the scenario's [retire]; with
    options what you ask now.

    \b
    Examples:
      sdengine retire retirement
      sdengine retire full --rate 0.04 --rate 0.05 --horizon 4 --paths 200
      sdengine retire retirement --expected 0.03
      sdengine retire retirement --path 17     that drawn future alone
    """
    from flows.results.choosing import choose_run
    from flows.results.freshest import published
    from flows.results.retirement import ask_anew, read_stored, remake

    if asked.path is not None and not 0 <= asked.path < 2**63:
        raise UsageError(f"--path {asked.path}: allowed is a whole number, 0 or more")
    given, horizons = _given(asked), tuple(_number("--horizon", text, int) for text in asked.horizon)
    with published(asked.warehouse) as results:
        chosen = choose_run(results, run)
        if asked.path is not None:
            _show_path(asked, chosen.scenario, *remake(results, chosen, given, horizons, asked.path))
            return
        stored = None if given or horizons else read_stored(results, chosen.scenario)
        if stored is None:
            with waiting("asking pasts and futures"):
                stored = ask_anew(results, chosen, given, horizons)
    _show(asked, chosen.scenario, stored)


def _given(asked: Asked) -> dict[str, Any]:
    """Take the keys of `[retire]` that are given; `index` are the prices of a file of them."""
    given: dict[str, Any] = {key: getattr(asked, key) for key in KEYS if getattr(asked, key) is not None}
    if asked.rate:
        given["rates"] = [_number("--rate", text, float) for text in asked.rate]
    if asked.cpi is not None:
        from flows.retire.cpi import read_cpi

        given |= {"cpi": str(asked.cpi), "index": read_cpi(asked.cpi)}
    if asked.expected is not None:
        from sdengine.retirement.terms import EXPECTED

        word = asked.expected in EXPECTED
        value = asked.expected if word else _number("--expected", asked.expected, float, f"{', '.join(EXPECTED)} or ")
        given["expected" if word else "expected_return"] = value
    return given


def _number(option: str, text: str, kind: type[Any], or_else: str = "") -> Any:
    try:
        return kind(text)
    except ValueError:
        example = "a whole number such as 30" if kind is int else "a number such as 0.04"
        raise UsageError(f"{option} {text:.80}: allowed is {or_else}{example}") from None


def _show(asked: Asked, scenario: str, answer: Answered) -> None:
    frames = {"plans": answer.plans, "worst starts": answer.windows, "by year": answer.fan, "changes": answer.changes}
    if asked.format != "table":
        present(asked, [Table.of(title, frame) for title, frame in frames.items()])
        return
    plans = answer.plans.rows(named=True)
    own = [row for row in plans if row["who"] == "scenario" and row["plan"] == plans[0]["plan"]]
    basis = next((row["basis"] for row in reversed(own) if row["cases"]), own[0]["basis"])
    tables = [
        Table("plans", answer.plans.columns, [row for row in plans if row["cases"]], _plan_columns(plans)),
        Table("worst starts", answer.windows.columns, _of_plan(answer.windows, own[0], asked.limit), WINDOW_COLUMNS),
        Table(f"by year, in {lasting.CASES[basis][1]}", YEARS, _years(answer.fan, own[0], basis), YEAR_COLUMNS),
        Table(
            "guardrails in the worst case", answer.changes.columns, _changes(answer, own, asked.limit), CHANGE_COLUMNS
        ),
    ]
    head = [
        f"{scenario}: {lasting.income(own[0], answer.terms)}, for {counted(own[0]['years'], 'year')}",
        *lasting.answers(own),
    ]
    foot: list[Line] = [*lasting.remarks(plans, answer.terms)]
    if len({row["plan"] for row in plans}) > 1:
        foot.append(f"Starts and years are those of the first plan, {lasting.income(own[0], answer.terms)}.")
    if answer.until is None:
        foot.append("Asked now; a [retire] in the scenario's file has it stored with each night.")
    else:
        foot.append(f"Answered on the bars until {answer.until}.")
    foot.append(Hint("one drawn future alone", again("--path", "0")))
    present(asked, [table for table in tables if table.records], head=head, foot=foot)


def _of_plan(frame: Any, own: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    rows = frame.rows(named=True)
    mine = [row for row in rows if row["plan"] == own["plan"] and row["who"] == "scenario"]
    return list(cut(sorted(mine, key=lambda row: row["rank"]), limit))


def _years(fan: Any, own: dict[str, Any], basis: str) -> list[dict[str, Any]]:
    """Put the quantiles of a year on one line: of drawn futures where there are any, else of the past."""
    years: dict[int, dict[str, Any]] = {}
    for row in fan.rows(named=True):
        if (row["plan"], row["who"], row["basis"]) == (own["plan"], "scenario", basis):
            line = years.setdefault(row["year"], dict.fromkeys(YEARS) | {"year": row["year"]})
            name = f"{100 * row['quantile']:.0f}"
            line |= {f"value_{name}": row["value_real"], f"income_{name}": row["income_real"]}
    return list(years.values())


def _changes(answer: Answered, own: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    worst = {"plan": own[0]["plan"], "who": "scenario", "which": "worst"}
    rows = [row for row in answer.changes.rows(named=True) if worst.items() <= row.items()]
    return list(cut(rows, limit))


def _show_path(asked: Asked, scenario: str, terms: Retire, path: OnePath) -> None:
    months = path.months.rows(named=True)
    shown = cut(months, asked.limit) if asked.format == "table" else months
    paid, due = (sum(row[name] for row in months) for name in ("paid_real", "asked_real"))
    last = months[-1]
    head = [
        f"{scenario}, drawn future {asked.path} of seed {terms.seed}: {len(months)} months until {last['date']}",
        f"paid {paid:,.0f} of {due:,.0f}, and {last['value_real']:,.0f} left, all in money of the start",
    ]
    table = Table("months", path.months.columns, shown, MONTH_COLUMNS)
    present(asked, [table], head=head, foot=rest(len(shown), len(months)))


def _between(row: Any) -> str:
    low, high = row["success_low"], row["success_high"]
    return "" if low is None else f"{100 * low:.0f} to {100 * high:.0f} %"


PLAN_COLUMNS = (
    Column("who", importance=0, show=lasting.WHO.__getitem__),
    Column("basis", "on", lasting.ON.__getitem__, 1),
    figure("years", "years", str, 1),
    figure("rate", "rate", lasting.percent, 1),
    figure("success", "success", lasting.percent, 1),
    Column("success_low", "could be", _between, 2, figure=True, whole=True),
    figure("paid_share", "paid", lasting.percent, 2),
    figure("swr_0", "safe", lasting.percent, 2),
    figure("swr_5", "safe 95 %", lasting.percent, 4),
    figure("floor_shortfall", "below floor", lasting.percent, 3),
    figure("final_real_50", "left, real", whole, 3),
    figure("cases", "cases", whole, 6),
)


def _plan_columns(plans: list[dict[str, Any]]) -> list[Column]:
    """Leave out what no plan has, and what is the same for all."""
    same = {name for name in ("years", "rate") if len({row[name] for row in plans}) == 1}
    never = {name for name in ("success_low", "floor_shortfall", "swr_0") if all(row[name] is None for row in plans)}
    return [one for one in PLAN_COLUMNS if one.field not in same | never]


WINDOW_COLUMNS = (
    Column("first_date", "begun", importance=0),
    figure("paid_share", "paid of asked", lasting.percent, 1),
    figure("months_short", "months short", whole, 2),
    figure("longest_short", "in a row", whole, 4),
    Column("failed_on", "first short on", importance=3),
    figure("final_value_real", "left, real", whole, 1),
    figure("swr", "safe rate", lasting.percent, 2),
    figure("lowest_income_ratio", "lowest year", lasting.percent, 5),
)
QUANTILES = ("5", "25", "50", "75", "95")
YEARS = ("year", *(f"value_{name}" for name in QUANTILES), "income_5", "income_50")
YEAR_COLUMNS = (
    Column("year", importance=0, figure=True),
    *(figure(f"value_{name}", f"left {name} %", whole, 3 if name in ("25", "75") else 1) for name in QUANTILES),
    figure("income_5", "paid 5 %", whole, 2),
    figure("income_50", "paid 50 %", whole, 2),
)
CHANGE_COLUMNS = (
    Column("date", importance=0),
    Column("basis", "on", lasting.ON.__getitem__, 1),
    Column("change", importance=1),
    figure("before", "a month before", whole, 2),
    figure("after", "from then on", whole, 1),
)
MONTH_COLUMNS = (
    Column("date", importance=0),
    figure("month", "month", str, 4),
    figure("asked", "asked", whole, 2),
    figure("paid", "paid", whole, 1),
    figure("value", "value", whole, 1),
    figure("value_real", "value, real", whole, 3),
    figure("paid_real", "paid, real", whole, 3),
)
