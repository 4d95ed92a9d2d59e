"""A flow's parameters are plain values, that a form or a deployment can hold; a request is what they mean."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from flows.asked import Asked
from flows.errors import UsageError
from flows.night.missed import CATCH_UP
from flows.night.request import Request
from flows.options import Option, keyword, options
from flows.project.reading import find_project
from flows.settings import Note, Settings, read_settings, tell
from flows.stages import select_stages
from flows.text import masked

SETTINGS = tuple(one.name for one in fields(Settings))
OF_REQUEST = {
    {"scenarios": "scenario"}.get(one.name, one.name): one for one in fields(Request) if one.name != "settings"
}
"""What a request holds beside its settings, by the name of the parameter: the option's, where there is one."""
NAMES = (*SETTINGS, *OF_REQUEST)
"""The parameters that mean a whole request."""
VERBS = ("run", "retry", CATCH_UP)
"""What a night may be called in the ledger."""


def takes(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a flow's function the parameters of these names, and those that they had in a version before.

    Settings are None where nobody says anything: then SDENGINE_* variables hold, where the flow runs.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        before = [entry.before for name, entry in options(Asked).items() if name in names and entry.before]
        function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what inspect reads
            [*map(_parameter, names), *(keyword(name, str | None, None) for name in before)]
        )
        return function

    return decorate


def read_parameters(environ: Mapping[str, str] = os.environ, note: Note = tell, **given: Any) -> Request:
    """Read the request that parameters mean; what is not among them holds as if nobody had said it.

    Whoever reaches Prefect can write a parameter. So none of them says what is executed or where is written and read:
    that is the owner's word, in the environment of the process that runs the flow.

    Raises:
        UsageError: for a parameter that says something else than the owner does.
    """
    own = {one.name: _from_json(given.pop(name)) for name, one in OF_REQUEST.items() if given.get(name) is not None}
    for stage in own.get("stages", ()):
        select_stages(only=stage)
    if own.get("verb", "run") not in VERBS:
        raise UsageError(f"the parameter verb is {own['verb']!r}; allowed are {', '.join(VERBS)}")
    free = {name: given.get(name) for name in SETTINGS if not options(Settings)[name].owner}
    settings = read_settings(environ, note, find_project(Asked), **free)
    for name, entry in options(Settings).items():
        for value in (given.get(name), given.get(entry.before or "")):
            if entry.owner and value not in (None, ""):
                _check_owners(entry, value, getattr(settings, name), note)
    return Request(settings=settings, **own)


def _check_owners(entry: Option, value: str, owners: Any, note: Note) -> None:
    """Hold a parameter of an older deployment against the owner's word."""
    if entry.name == "on_failure":
        if value != owners:
            note(
                f"the parameter on_failure is not obeyed: what is run on a failure is said by {entry.variable}, "
                "in the environment of the process that runs the flow, and by nothing else"
            )
    elif value != _to_json(owners):
        raise UsageError(
            f"the parameter {entry.name} is {masked(value)!r}, and the owner says {masked(str(owners))!r}; set "
            f"{entry.variable} in the environment of the process that runs the flow to what is wanted"
        )


def as_parameters(request: Request) -> dict[str, Any]:
    """Say in parameters what of a request is not the owner's alone."""
    settings = {name: getattr(request.settings, name) for name in SETTINGS if not options(Settings)[name].owner}
    return settings | {name: _to_json(getattr(request, one.name)) for name, one in OF_REQUEST.items()}


def as_environment(settings: Settings) -> dict[str, str]:
    """Say settings in environment variables: with `as_parameters`, `read_parameters` gives the request again."""
    values = {options(Settings)[name].variable: getattr(settings, name) for name in SETTINGS}
    return {variable: str(value) for variable, value in values.items() if variable and value is not None}


def _parameter(name: str) -> inspect.Parameter:
    if name in SETTINGS:
        kind = get_type_hints(Settings)[name]
        return keyword(name, (str if kind in (Path, Path | None) else kind) | None, None)
    one: Field[Any] = OF_REQUEST[name]
    assert one.default is not MISSING
    kind = get_type_hints(Request)[one.name]
    several = kind in (tuple[str, ...], tuple[str, ...] | None)
    return keyword(name, list[str] | None if several else kind, _to_json(one.default))


def _to_json(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
