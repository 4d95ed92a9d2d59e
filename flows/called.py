"""How the command was called: what a sentence says to type is about the same warehouse.

Sentences are made where nobody knows of a command line. Where one is shown to the person at it, each command that it
quotes is told the warehouse that this one was told.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

_QUOTED = re.compile(r"`(sdengine [a-z][^`]*)`")
_ABOUT_NONE = ("init", "scenarios")
"""Verbs that are about no warehouse."""
_named: list[Path] = []


def spelled(*words: str, name: str | None = None, more: Sequence[str] = ()) -> str:
    """Write `sdengine WORDS NAME MORE` so that it works when pasted, whatever the name is.

    One that begins with a dash stands last, behind the `--` that makes it no option.
    """
    own = [] if name is None else [name]
    if name is not None and name.startswith("-"):
        return shlex.join(["sdengine", *words, *more, "--", *own])
    return shlex.join(["sdengine", *words, *own, *more])


def remember(warehouse: Path | None) -> None:
    """Note the warehouse that was named; None where the same command finds it without."""
    _named[:] = [] if warehouse is None else [warehouse]


def completed(command: str) -> str:
    """Have a command be about the warehouse that was named, unless it names one."""
    verb = command.split()[1]
    if not _named or verb in _ABOUT_NONE or "--warehouse" in command:
        return command
    return f"{command} --warehouse {shlex.quote(str(_named[0]))}"


def as_called(text: str) -> str:
    """Complete each command that a text quotes."""
    return _QUOTED.sub(lambda quoted: f"`{completed(quoted[1])}`", text) if _named else text
