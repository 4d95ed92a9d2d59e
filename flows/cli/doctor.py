"""`sdengine doctor`: what is well, what is not, and the command that helps."""

from __future__ import annotations

from dataclasses import asdict

from flows.asked import Asked
from flows.called import as_called, completed
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Table
from flows.clock import today
from flows.errors import DONE, FAILED
from flows.text import presentable


@asks("source", "files", "format", "output", "warehouse", "scenario_files")
def doctor(asked: Asked) -> int:
    """Say what is well, what is not, and what helps.

    Versions, the warehouse and who writes it, what is published, the last night, the age of the bars, calendars, the
    disk, Prefect, and what a run would ask next. Reads only. The exit code is 1 where something is a problem.

    \b
    Examples:
      sdengine doctor
      sdengine doctor --format json
    """
    from flows.doctor.examination import examine

    findings = list(examine(asked.settings, today()))
    records = [{name: presentable(as_called(text)) for name, text in asdict(one).items()} for one in findings]
    for one in records:
        one["help"] = completed(one["help"]) if one["help"].startswith("sdengine ") else one["help"]
    if asked.format == "table":
        lines = []
        for one in records:
            lines.append(f"{one['state']:<8} {one['what']}: {one['text']}")
            lines += [f"{'':<8} → {one['help']}"] if one["help"] else []
        present(asked, [], head=lines)
    else:
        present(asked, [Table("doctor", ("what", "state", "text", "help"), records)])
    return FAILED if any(one.state == "problem" for one in findings) else DONE
