"""From what can be asked (`flows.asked`) to the options of a verb: each verb names those that it offers."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.asked import Asked
from flows.called import remember
from flows.cli.answer import check_format
from flows.cli.completing import completion
from flows.cli.hints import usual_warehouse
from flows.night.alarm import alarmed, read_alarm
from flows.options import keyword, options, types
from flows.project.reading import find_project
from flows.settings import Settings, read_values, tell

Verb = Callable[..., int | None]

SETTINGS = tuple(one.name for one in fields(Settings))
"""What the verbs that run a night offer: all that holds for a pipeline."""


def asks(*names: str, ignored: tuple[str, ...] = (), **defaults: Any) -> Callable[[Verb], Verb]:
    """Give a verb the options of these fields of `Asked`; it is called with an `Asked` first, then its arguments.

    `defaults`: where this verb's own differ. What versions before took is taken, unseen and with a note: options that
    have another name now, and `ignored`, which this verb never read.
    """

    def decorate(verb: Verb) -> Verb:
        _, *arguments = inspect.signature(verb, eval_str=True).parameters.values()
        offered = [_parameter(name, defaults.get(name, options(Asked)[name].default)) for name in names]
        before = [entry.before for entry in options(Asked).values() if entry.before]
        unseen = [_unseen(name) for name in (*before, *ignored)]

        @functools.wraps(verb)
        def ask(**given: Any) -> int | None:
            watched = "on_failure" in names  # a night, which may fail before it begins
            with alarmed(read_alarm(tell, given, find=lambda: find_project(Asked))) if watched else nullcontext():
                return answer(given)

        def answer(given: dict[str, Any]) -> int | None:
            own = {one.name: given.pop(one.name) for one in arguments}
            unread = [name for name in _unread(names, ignored) if given.pop(name) is not None]
            for name in unread:
                tell(f"--{name} can be left out: `sdengine {verb.__name__}` does not read it")
            typed = frozenset(name for name, value in given.items() if value is not None and value is not False)
            values = {name: defaults.get(name) if value is None else value for name, value in given.items()}
            project = find_project(Asked) if any(options(Asked)[name].key for name in names) else None
            asked = Asked(**read_values(Asked, names, values, os.environ, tell, project), given=typed)
            check_format(asked)
            remember(asked.warehouse if "warehouse" in typed and asked.warehouse != usual_warehouse() else None)
            return verb(asked, **own)

        signature = inspect.Signature([*arguments, *offered, *unseen])
        ask.__signature__ = signature  # type: ignore[attr-defined]  # what typer reads
        ask.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        return ask

    return decorate


def _unread(names: tuple[str, ...], ignored: tuple[str, ...]) -> tuple[str, ...]:
    """List the options that a verb takes and does not read."""
    before = [entry.before for entry in options(Asked).values() if entry.before and entry.name not in names]
    return (*before, *ignored)


def _parameter(name: str, default: Any) -> inspect.Parameter:
    """Make the parameter that typer makes an option of: None, or no flag, where it is not given."""
    entry = options(Asked)[name]
    kind = types(Asked)[name]
    flag = kind is bool
    shown = typer.Option(
        *entry.spelling,
        metavar=entry.metavar,
        help=entry.sentence(default),
        show_default=False,
        autocompletion=completion(entry),
    )
    return keyword(name, Annotated[_given_as(kind), shown], False if flag else None)


def _unseen(name: str) -> inspect.Parameter:
    """Make the parameter of an option that works and does not show."""
    return keyword(name, Annotated[Path | None, typer.Option(f"--{name}", hidden=True)], None)


def _given_as(kind: Any) -> Any:
    """Tell the type of what the command line gives: nothing, or a value of the field's type; several come as a list."""
    if kind is bool:
        return bool
    return list[str] | None if kind == tuple[str, ...] else kind | None
