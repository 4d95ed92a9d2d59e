"""The stage `retire` within nights: what it writes, when it is due, and that it holds back no results."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.plan import plan
from flows.night.request import Request
from flows.night.retry import retry_request
from flows.night.run import NightOutcome, run_night
from flows.retire import work as planning
from flows.retire.plan import is_time
from flows.stages import BACKTEST, METRICS, RETIRE
from tests.flows.nights import BASE, make_home, night, settings, stage, statuses, tables, write_bars
from tests.flows.retire.stub import answered, counted
from warehouse import Results

DAYS = 24
"""Until 2024-01-24: a week later it is still January."""
INCOME = '[withdrawal]\nmonthly_amount = 30\ncoverage_ratio_min = 0\nfunding = "pro_rata"\n'
ASKS = "[retire]\nhorizon = 5\nrates = [0.04, 0.05]\npaths = 20\n"
BEFORE = ("ingest", "validate", BACKTEST, METRICS)


def write(home: Path, asks: str = ASKS, **more: str) -> None:
    texts = {"income": BASE.format(sd_n=8) + INCOME + asks, "full": BASE.format(sd_n=8), **more}
    for name, text in texts.items():
        (home / "scenarios" / f"{name}.toml").write_text(text)


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Answer at once: what a study says is tested where it is made."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sdengine.retirement.study.study", answered)
        patched.setattr("sdengine.retirement.study.asset_bars", counted)
        yield


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with one scenario that asks and one that does not, and go through a night without judging."""
    home = make_home(tmp_path_factory.mktemp("planned"))
    shutil.rmtree(home / "scenarios")
    (home / "scenarios").mkdir()
    write_bars(home / "bars", DAYS)
    write(home)
    outcome = night(home, stages=(*BEFORE, RETIRE))
    assert statuses(outcome)[RETIRE] == "done", outcome.sentence
    return home


@pytest.fixture
def home(planned: Path, tmp_path: Path) -> Path:
    """Copy it, to go on with."""
    return Path(shutil.copytree(planned, tmp_path / "home"))


def answer(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with Results.open(home / "data") as results:
        return results.rows(sql)


def due(home: Path, **asked: Any) -> dict[str, tuple[bool, str]]:
    """Plan the stage alone: scenario -> whether it is due, and why."""
    items = plan(Request(settings(home), stages=(RETIRE,), **asked))
    return {item.item: (item.due, item.reason) for item in items}


def retire(home: Path, **asked: Any) -> NightOutcome:
    return night(home, stages=(RETIRE,), **asked)


def test_who_asks_has_a_row_in_each_table(home: Path) -> None:
    plans = answer(home, "select scenario, plan, years, rate, who from plans order by all")
    who = ("buy_and_hold", "scenario")
    assert plans == [("income", k, 5, rate, each) for k, rate in ((1, 0.04), (2, 0.05)) for each in who]
    for table in planning.LISTS:
        assert answer(home, f"select count(*), count(distinct plan_id) from retire.{table}") == [(4, 1)]
    [(scenario, asked, cpi, last)] = answer(home, "select scenario, asked, cpi, last_date from retire.terms")
    assert (scenario, cpi, str(last)) == ("income", None, "2024-01-24")
    assert json.loads(asked)["rates"] == [0.04, 0.05]


def test_what_is_asked_changes_no_run(home: Path) -> None:
    write(home, "")
    outcome = night(home, stages=(*BEFORE, RETIRE))
    assert statuses(outcome)[BACKTEST] == "skipped"
    assert stage(outcome, RETIRE).reason == "1 removed that are gone"
    assert answer(home, "select count(*) from retire.terms") == [(0,)]
    assert answer(home, "select count(*) from retire.fan") == [(0,)]


def test_what_has_been_planned_is_not_planned_again(home: Path) -> None:
    assert due(home) == {"income": (False, "unchanged: it has been planned")}
    assert statuses(retire(home)) == {RETIRE: "skipped"}
    before = tables(home)
    assert statuses(retire(home, force=True)) == {RETIRE: "done"}
    assert tables(home) == before


def test_a_plan_says_why_and_how_much_there_is_to_do(home: Path) -> None:
    size = "2 rates over 5 years, 20 drawn futures, 2 assets, 1.5 million bars"
    assert due(home, force=True) == {"income": (True, f"forced; {size}")}
    write(home, ASKS + "seed = 2\n", other=BASE.format(sd_n=4) + INCOME + ASKS)
    changed = f"its rules or its `[retire]` have changed; {size}"
    assert due(home) == {"income": (True, changed), "other": (False, "it has no finished run to go by")}
    write(home, ASKS + 'seed = 2\nevery = "never"\n')
    assert due(home)["income"] == (False, 'not planned, as `[retire] every = "never"` asks')


def test_only_who_asks_waits_for_a_run(home: Path) -> None:
    write_bars(home / "bars", DAYS + 1)
    items = plan(Request(settings(home)))
    assert [(item.item, item.waits) for item in items if item.stage == RETIRE] == [("income", True)]


@pytest.mark.parametrize(
    ("every", "last", "anew"),
    [
        ("night", "2024-01-25", True),
        ("week", "2024-01-30", False),
        ("week", "2024-01-31", True),
        ("month", "2024-01-31", False),
        ("month", "2024-02-01", True),
        ("month", "2025-01-02", True),
    ],
)
def test_new_bars_alone_wait_as_is_asked(every: str, last: str, anew: bool) -> None:
    assert is_time(every, date(2024, 1, 24), date.fromisoformat(last)) is anew


def test_new_bars_alone_wait_until_a_month_has_begun_unless_every_night_is_asked(home: Path) -> None:
    write_bars(home / "bars", DAYS + 1)
    night(home, stages=BEFORE)
    assert due(home) == {"income": (False, "planned on the bars until 2024-01-24, and anew once a month")}
    write(home, ASKS + 'every = "night"\n')
    reason = "its bars are new; 2 rates over 5 years, 20 drawn futures, 2 assets, 1.5 million bars"
    assert due(home) == {"income": (True, reason)}, "how often is no part of what is asked"
    retire(home)
    # the stub counts the bars that it was given: two assets'
    assert answer(home, "select distinct cases from retire.plans") == [(2 * (DAYS + 1),)]


def test_a_plan_that_fails_has_no_rows_and_holds_nothing_back(home: Path) -> None:
    write(home, ASKS.replace("paths = 20", "paths = 0"))
    assert due(home)["income"][1].endswith("2 assets; it will fail: the moon is full")
    outcome = retire(home)
    assert [item.reason for item in stage(outcome, RETIRE).items] == ["could not be planned: the moon is full"]
    assert (outcome.published, outcome.failed) == (True, True)
    assert answer(home, "select count(*) from retire.terms union all select count(*) from retire.plans") == [(0,), (0,)]
    assert answer(home, "select count(*) from runs where role = 'scenario'") == [(2,)]
    write(home)
    request = retry_request(settings(home))
    assert isinstance(request, Request)
    assert statuses(run_night(request, Listener()))[RETIRE] == "done"
    assert answer(home, "select count(*) from retire.terms") == [(1,)]


def test_a_stage_that_breaks_holds_nothing_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the moon is full")

    monkeypatch.setattr(planning, "plan_retire", breaks)
    outcome = retire(home)
    assert statuses(outcome)[RETIRE] == "failed"
    assert outcome.published
    assert answer(home, "select count(*) from retire.terms") == [(1,)], "the plans of before"


def test_plans_of_scenarios_aside_stay_until_they_are_pruned(home: Path) -> None:
    (home / "scenarios" / "income.toml").unlink()
    night(home, stages=(*BEFORE, RETIRE))
    assert answer(home, "select scenario from retire.terms") == [("income",)]
    night(home, stages=(*BEFORE, RETIRE), prune=True)
    assert answer(home, "select count(*) from retire.terms") == [(0,)]


def test_consumer_prices_are_read_beside_the_scenario_and_are_part_of_what_is_asked(home: Path) -> None:
    write(home, ASKS + 'cpi = "cpi.csv"\n')
    outcome = retire(home)
    [item] = stage(outcome, RETIRE).items
    assert item.reason.startswith(f"could not be planned: `retire.cpi`: {home / 'scenarios' / 'cpi.csv'}: cannot be")
    file = home / "scenarios" / "cpi.csv"
    file.write_text("month,index\n2024-01,100\n2024-02,101\n")
    assert statuses(retire(home)) == {RETIRE: "done"}
    assert json.loads(answer(home, "select cpi from retire.terms")[0][0]) == {"2024-01": 100.0, "2024-02": 101.0}
    assert statuses(retire(home)) == {RETIRE: "skipped"}
    file.write_text("month,index\n2024-01,100\n2024-02,102\n")
    assert due(home)["income"][0]


def test_a_benchmark_that_could_not_be_compared_is_left_out(home: Path) -> None:
    held = '[benchmark]\nticker = "UP"\n'
    write(home, ASKS + held, other=BASE.format(sd_n=8) + INCOME + ASKS + held.replace("UP", "GHOST"))
    night(home, stages=(*BEFORE, RETIRE))
    count = "select scenario, count(*) from plans where who = 'benchmark' group by scenario"
    assert answer(home, count) == [("income", 2)]
    assert answer(home, "select count(distinct scenario) from plans") == [(2,)]
