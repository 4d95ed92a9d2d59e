"""`sdengine plan`: what `run` would do, and why."""

from __future__ import annotations

from textwrap import wrap

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Table, width_of
from flows.cli.terminal import plan_lines
from flows.text import printable


@asks(
    "source",
    "files",
    "from_stage",
    "only",
    "scenario",
    "force",
    "replace_source",
    "prune",
    "wait",
    "format",
    "output",
    "warehouse",
    "scenario_files",
)
def plan(asked: Asked) -> None:
    """Say what `run` would do, and why.

    Takes the options of `run`, tells the reason for each item, and does nothing.

    \b
    `run` is due, `wait` becomes due if an earlier stage brings something new,
    `skip` is up to date, `keep` nobody asks for any more, and `prune` goes.
    Examples:
      sdengine plan
      sdengine plan --from backtest
      sdengine plan --scenario-files my-scenarios.toml
    """
    from flows.night.plan import plan as make_plan

    items = make_plan(asked.request("plan"))
    if asked.format != "table":
        fields = ("stage", "item", "due", "waits", "asked", "reason")
        present(asked, [Table("plan", fields, [{name: getattr(item, name) for name in fields} for item in items])])
        return
    wanted = [item for item in items if item.asked]
    due, waiting = sum(item.due for item in wanted), sum(item.waits for item in wanted)
    unasked = f", {len(items) - len(wanted)} that nobody asks for" if len(wanted) < len(items) else ""
    counts = f"{due} due, {waiting} waiting for an earlier stage, {len(wanted) - due - waiting} up to date{unasked}"
    width = width_of(asked.output)
    lines = [printable(line) for line in plan_lines(items)]
    if width is not None:
        lines = [part for line in lines for part in wrap(line, width, subsequent_indent=BESIDE, break_on_hyphens=False)]
    present(asked, [], head=lines, foot=[counts])


BESIDE = 16 * " "
"""Puts what a line goes on with below its items, beside the stage and what becomes of them."""
