"""A new project: its file, a first scenario, and the schema that editors use; nothing that is there is written over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import Any

from flows.asked import Asked
from flows.errors import PipelineError, UsageError
from flows.options import Option, options
from flows.project.reading import NAME, check_ours
from flows.settings import Settings

FIRST = Path(__file__).parents[1] / "scenarios" / "first.toml"
SCENARIOS = "scenarios"
HEAD = """\
# What `sdengine` does in this folder and in those below. An option on the command line counts more, then a variable
# SDENGINE_... Paths are relative to this folder. Since a command may stand here, the file and its folder must be yours,
# and yours alone to write."""


def make_project(folder: Path) -> list[Path]:
    """Write a project's files into a folder, which is made where there is none; the files, the project's own first.

    A warehouse that is there goes on with the source and the scenarios that it was fed with.

    Raises:
        UsageError: for a folder that others may write, or a file that is there already; nothing is written then.
        PipelineError: for one that cannot be written.
    """
    from sdengine.scenario import json_schema

    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"{str(folder)[:200]} cannot be made: {why}; allowed is a folder, or a new one in it"
        ) from None
    check_ours(folder)
    values = {"warehouse": options(Asked)["warehouse"].default, **_fed(folder)}
    texts = {folder / NAME: project_text(values)}
    if values["scenario_files"] == Path(SCENARIOS):
        texts[folder / SCENARIOS / FIRST.name] = FIRST.read_text(encoding="utf-8")
        texts[folder / SCENARIOS / "schema.json"] = json.dumps(json_schema(), indent=2) + "\n"
    if there := [path for path in texts if path.exists() or path.is_symlink()]:
        raise UsageError(f"{there[0]} is there already: nothing is written; allowed is a folder without it")
    try:
        for path, text in texts.items():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise PipelineError(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return list(texts)


def _fed(folder: Path) -> dict[str, Any]:
    """Say what the warehouse that the folder has was fed with; of a new one, the sample and a folder of scenarios."""
    warehouse = folder / options(Asked)["warehouse"].default
    if not (warehouse / "work.duckdb").exists():
        return {"source": "sample", "scenario_files": Path(SCENARIOS)}
    from flows.night.fed import last_fed
    from flows.night.opening import warehouse_for
    from flows.night.request import Request
    from flows.night.source import with_source

    request = Request(replace(Settings(), warehouse=warehouse), verb="init")
    with warehouse_for(request) as opened:
        settings = with_source(request, opened).settings
        last = last_fed(opened) or {"scenario_files": None}
    return {"source": settings.source, "files": settings.files, "scenario_files": last["scenario_files"]}


def project_text(values: Mapping[str, Any]) -> str:
    """Write a project's file: every key that there is, with what it means; those without a value as comments."""
    lines, table = [HEAD], ""
    entries = [entry for entry in options(Asked).values() if entry.key]
    for entry in sorted(entries, key=lambda entry: "." in (entry.key or "")):
        of, _, key = (entry.key or "").rpartition(".")
        if of != table:
            table = of
            lines.append(f"\n[{table}]")
        lines += ["", *wrap(f"{entry.help}.", 100, initial_indent="# ", subsequent_indent="# ")]
        lines.append(_line(entry, key, values.get(entry.name, entry.default)))
    return "\n".join(lines) + "\n"


def _line(entry: Option, key: str, value: Any) -> str:
    if value is None:
        return f'# {key} = "{entry.metavar}"'
    return f"{key} = {value if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)}"
