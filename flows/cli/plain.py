"""Options whose values need no library: texts and paths are taken as they are given, and what is not given is nothing.

Typer makes a pydantic adapter for each option of a verb, given or not; a question to the results would spend more on
that than on its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

AS_GIVEN = (str, Path)


class PlainCommand(TyperCommand):
    """A verb whose parameters take plain values as they are."""

    def get_params(self, ctx: Any) -> list[Any]:
        """List them, the help among them."""
        return _plain(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """The command itself, before its verbs."""

    def get_params(self, ctx: Any) -> list[Any]:
        """List its own, that of completion among them."""
        return _plain(super().get_params(ctx))


def _plain(parameters: list[Any]) -> list[Any]:
    """Let parameters take plain values; typer makes them itself, and lets nobody say of which class."""
    for parameter in parameters:
        if "process_value" not in vars(parameter):
            parameter.process_value = partial(_processed, parameter, parameter.process_value)
    return parameters


def _processed(parameter: Any, otherwise: Callable[..., Any], ctx: Any, value: Any) -> Any:
    """Take nothing for nothing, and a plain value as it is; any other goes typer's way."""
    kind = parameter.type_descriptor.annotation
    nothing = value is None and not parameter.required
    if not nothing and not (kind in AS_GIVEN and isinstance(value, str)):
        try:
            return otherwise(ctx, value)
        except typer.BadParameter as error:
            if value is None and not error.message:  # it is missing: say what it is
                error.message = parameter.help.rstrip(".")
            raise
    several = parameter.multiple or parameter.nargs == -1
    taken = (() if several else None) if nothing else kind(value)
    return taken if parameter.callback is None else parameter.callback(ctx, parameter, taken)
