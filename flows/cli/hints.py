"""What to type next: whole commands that work when pasted, with the options that they need, never folded."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TypeAlias

from flows.asked import Asked
from flows.called import as_called, spelled
from flows.errors import UsageError
from flows.project.reading import find_project
from flows.settings import Settings, read_values


@dataclass(frozen=True)
class Hint:
    """A command, and what it is good for."""

    why: str
    command: str


Line: TypeAlias = "str | Hint"


def command(asked: Settings, *words: str, name: str | None = None) -> str:
    """Write `sdengine WORDS NAME` about the same warehouse, named where the command would not find it by itself."""
    elsewhere = () if asked.warehouse == usual_warehouse() else ("--warehouse", str(asked.warehouse))
    return spelled(*words, name=name, more=elsewhere)


def again(*words: str) -> str:
    """Write the command of this process once more, with an option and its value, which it may have had otherwise."""
    given = sys.argv[1:]
    for name in words[:1]:
        while name in given:
            del given[given.index(name) : given.index(name) + len(words)]
    end = given.index("--") if "--" in given else len(given)
    return shlex.join(["sdengine", *given[:end], *words, *given[end:]])


def folded_lines(lines: Iterable[Line], width: int | None) -> list[str]:
    """Fold sentences to the width; each command stands whole, on a line of its own."""
    folded: list[str] = []
    for line in lines:
        folded += _folded(as_called(f"{line.why}:" if isinstance(line, Hint) else line), width)
        folded += [f"  {line.command}"] if isinstance(line, Hint) else []
    return folded


def _folded(text: str, width: int | None) -> Sequence[str]:
    if width is None or len(text) <= width:
        return [text]
    begins = re.match(r"\s+", text)
    hanging = " " * min(len(begins[0]) + 2, width // 2) if begins else ""
    return wrap(text, width, subsequent_indent=hanging, break_on_hyphens=False)


def usual_warehouse() -> Path | None:
    """Find the warehouse that a command without options is about."""
    try:
        return Path(read_values(Asked, ["warehouse"], {}, os.environ, lambda _: None, find_project(Asked))["warehouse"])
    except UsageError:
        return None
