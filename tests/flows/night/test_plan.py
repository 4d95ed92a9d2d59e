"""`plan` says what `run` then does, with reasons, and does nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flows.cli.terminal import plan_lines
from flows.night.plan import plan
from flows.night.request import Request
from flows.outcomes import PlanItem
from flows.stages import BACKTEST, INGEST, JUDGE, METRICS, RETIRE, STAGES, VALIDATE
from tests.flows.nights import BASE, make_home, night, settings, stage, tables, write_bars


def verdicts(items: Iterable[PlanItem], name: str) -> dict[str, str]:
    words = {(True, False): "due", (False, True): "waits", (False, False): "skip"}
    return {item.item: words[item.due, item.waits] for item in items if item.stage == name}


def test_the_first_plan_makes_no_warehouse(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    items = plan(Request(settings(home)))
    assert not (home / "data").exists()
    assert verdicts(items, INGEST) == {"UP": "due", "SAW": "due"}
    assert verdicts(items, VALIDATE) == {"UP": "waits", "SAW": "waits"}
    assert set(verdicts(items, BACKTEST)) == {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}
    assert {item.reason for item in items if item.stage == BACKTEST} == {"never run"}
    assert set(verdicts(items, METRICS).values()) == {"waits"}


def test_after_a_night_nothing_is_due_and_planning_changes_nothing(home: Path) -> None:
    before = tables(home)
    items = plan(Request(settings(home)))
    # a folder may have changed since, so it is read again; all else waits for what that brings
    assert {item.stage for item in items if item.due} == {INGEST}
    assert verdicts(items, BACKTEST)["full"] == "waits"
    assert not [item for item in plan(Request(settings(home), stages=STAGES[1:])) if item.due or item.waits]
    assert tables(home) == before


def test_a_changed_scenario_is_due_and_its_metrics_wait_for_it(home: Path) -> None:
    (home / "scenarios" / "hold.toml").write_text(BASE.format(sd_n=7))
    items = plan(Request(settings(home), stages=(BACKTEST, METRICS)))
    assert verdicts(items, BACKTEST) == {
        "full": "skip",
        "hold": "due",
        "grid[sd_n=4]": "skip",
        "grid[sd_n=16]": "skip",
    }
    assert verdicts(items, METRICS)["hold"] == "waits"
    assert verdicts(items, METRICS)["full"] == "skip"
    (reason,) = {item.reason for item in items if item.stage == BACKTEST and item.item == "hold"}
    assert reason.startswith("changed assets.SAW.sd_n: 8 → 7, assets.SAW.variant: buy_and_hold → full")


def test_run_does_what_the_plan_said(home: Path) -> None:
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=7))
    (home / "scenarios" / "grid.toml").unlink()
    write_bars(home / "bars", days=44)
    planned = plan(Request(settings(home)))
    outcome = night(home)
    for name in STAGES[:3]:
        moved = {item.item for item in planned if item.stage == name and (item.due or item.waits)}
        done = {item.item for item in stage(outcome, name).items if item.status == "done"}
        assert done == moved, name
    assert {item.stage for item in plan(Request(settings(home))) if item.due} == {INGEST}


def test_force_makes_everything_due(home: Path) -> None:
    items = plan(Request(settings(home), force=True))
    assert {item.stage for item in items if item.due} == set(STAGES) - {RETIRE}, "no scenario has a [retire]"
    assert not [item for item in items if not item.due]


def test_lines_name_each_reason_once_with_what_is_due_first() -> None:
    items = [
        PlanItem(BACKTEST, "a", False, "unchanged"),
        *(PlanItem(BACKTEST, f"b{k}", True, "never run") for k in range(10)),
        PlanItem(METRICS, "a", False, "if backtest writes its run", waits=True),
        *(PlanItem(JUDGE, f"swept[sd_n={k}]", True, "never judged") for k in (8, 9)),
        PlanItem(JUDGE, "lone[sd_n=8]", True, "never judged"),
    ]
    assert plan_lines(items) == [
        "backtest  run   b0, b1, b2, b3, b4, b5, b6, b7 and 2 more: never run",
        "backtest  skip  a: unchanged",
        "metrics   wait  a: if backtest writes its run",
        "judge     run   swept (2), lone[sd_n=8]: never judged",
    ]
