"""`sdengine plan`: what `run` would do, and why."""

from __future__ import annotations

from flows.cli.options import Files, Force, FromStage, OnlyStage, ScenarioNames, Scenarios, Source, Wait, Warehouse
from flows.cli.request import read_request
from flows.cli.terminal import plan_lines


def plan(
    source: Source = None,
    files: Files = None,
    from_stage: FromStage = None,
    only: OnlyStage = None,
    scenario: ScenarioNames = None,
    force: Force = False,
    wait: Wait = 60.0,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> None:
    """Say what `run` would do, and why.

    Takes the options of `run`, tells the reason for each item, and does nothing.

    \b
    `run` is due, `wait` becomes due if an earlier stage brings something new, `skip` is up to date.
    Examples:
      sdengine plan
      sdengine plan --from backtest
      sdengine plan --scenarios my-scenarios.toml
    """
    from flows.night.plan import plan as make_plan

    request = read_request(
        "plan", warehouse, scenarios, source, files, from_stage, only, scenario, force=force, wait=wait
    )
    items = make_plan(request)
    for line in plan_lines(items):
        print(line)
    due, waiting = sum(item.due for item in items), sum(item.waits for item in items)
    print(f"\n{due} due, {waiting} waiting for an earlier stage, {len(items) - due - waiting} up to date")
