"""A flow's parameters are plain values, that a form or a deployment can hold; a request is what they mean."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from flows.asked import Asked
from flows.night.opening import Request
from flows.options import options
from flows.settings import Note, Settings, read_settings, tell
from flows.stages import select_stages

SETTINGS = tuple(one.name for one in fields(Settings))
OF_REQUEST = {
    {"scenarios": "scenario"}.get(one.name, one.name): one for one in fields(Request) if one.name != "settings"
}
"""What a request holds beside its settings, by the name of the parameter: the option's, where there is one."""
NAMES = (*SETTINGS, *OF_REQUEST)
"""The parameters that mean a whole request."""


def takes(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a flow's function the parameters of these names, and those that they had in a version before.

    Settings are None where nobody says anything: then SDENGINE_* variables hold, where the flow runs.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        before = [entry.before for name, entry in options(Asked).items() if name in names and entry.before]
        function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [*map(_parameter, names), *(_keyword(name, str | None, None) for name in before)]
        )
        return function

    return decorate


def read_parameters(environ: Mapping[str, str] = os.environ, note: Note = tell, **given: Any) -> Request:
    """Read the request that parameters mean; what is not among them holds as if nobody had said it."""
    own = {one.name: _from_json(given.pop(name)) for name, one in OF_REQUEST.items() if given.get(name) is not None}
    for stage in own.get("stages", ()):
        select_stages(only=stage)
    given = {name: value for name, value in given.items() if name not in OF_REQUEST}
    return Request(settings=read_settings(environ, note, **given), **own)


def as_parameters(request: Request) -> dict[str, Any]:
    """Say a request in parameters: `read_parameters(**as_parameters(r)) == r`."""
    settings = {name: _to_json(getattr(request.settings, name)) for name in SETTINGS}
    return settings | {name: _to_json(getattr(request, one.name)) for name, one in OF_REQUEST.items()}


def _parameter(name: str) -> inspect.Parameter:
    if name in SETTINGS:
        kind = get_type_hints(Settings)[name]
        return _keyword(name, (str if kind in (Path, Path | None) else kind) | None, None)
    one: Field[Any] = OF_REQUEST[name]
    assert one.default is not MISSING
    kind = get_type_hints(Request)[one.name]
    several = kind in (tuple[str, ...], tuple[str, ...] | None)
    return _keyword(name, list[str] | None if several else kind, _to_json(one.default))


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _to_json(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
