"""What is told of an option, once: spelling, variable, words of its help. Verbs and flows are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from inspect import Parameter
from typing import Any, get_type_hints


@dataclass(frozen=True)
class Option:
    """What is told of one thing that can be asked.

    name      the field's name; a flow's parameter is called so
    spelling  how the command spells it, the long form first
    metavar   what stands for its value in the help; None: it has none, being a flag
    help      its sentence in the help
    variable  the environment variable that says it, too; None: there is none
    key       the key of a project's file that says it, too; None: there is none
    default   what holds where nobody says anything
    words     the default in words, where the value alone would not tell; "": not told
    owner     whether only its owner says it, and no parameter of a flow: it is executed, or a place that is written
    before    the name that it had in a version before: option, variable and parameter of that name still work
    allowed   the words that it may be; none: what is allowed is checked elsewhere
    """

    name: str
    spelling: tuple[str, ...]
    metavar: str | None
    help: str
    variable: str | None
    key: str | None
    default: Any
    words: str | None
    owner: bool
    before: str | None
    allowed: tuple[str, ...]

    @property
    def variable_before(self) -> str | None:
        """The environment variable that said it in a version before."""
        return f"SDENGINE_{self.before.upper()}" if self.before and self.variable else None

    def sentence(self, default: Any) -> str:
        """Its help: what it does, which variable says the same, and what holds without both."""
        also = f"; also {self.variable}" if self.variable else ""
        words = self.words if self.words is not None else _words(default)
        return f"{self.help}{also}." + (f"  [default: {words}]" if words else "")


def option(
    default: Any,
    help: str,
    metavar: str | None = None,
    *spelling: str,
    variable: bool = False,
    key: str | None = None,
    words: str | None = None,
    owner: bool = False,
    before: str | None = None,
    allowed: tuple[str, ...] = (),
) -> Any:
    """Declare a dataclass's field that can be asked; it is spelled as it is called, unless `spelling` says otherwise.

    `variable`: it can also be said by SDENGINE_ and its name, and by its name in a project's file. The other words are
    those of `Option`.
    """
    about = {"metavar": metavar, "help": help, "words": words, "owner": owner, "before": before, "allowed": allowed}
    entry = {"spelling": spelling, "variable": variable, "key": key, **about}
    return field(default=default, repr=not owner, metadata=entry)


@cache
def options(asked: Any) -> Mapping[str, Option]:
    """Look up what is told of each field of a dataclass, by its name."""
    return {one.name: _option(one) for one in fields(asked) if one.metadata}


@cache
def types(asked: Any) -> Mapping[str, Any]:
    """Look up the type of each field of a dataclass, by its name."""
    return get_type_hints(asked)


def keyword(name: str, annotation: Any, default: Any) -> Parameter:
    """Make a parameter of a verb or flow, which takes it by name alone."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(one: Field[Any]) -> Option:
    entry = dict(one.metadata)
    entry["spelling"] = entry["spelling"] or ("--" + one.name.replace("_", "-"),)
    entry["key"] = entry["key"] or (one.name if entry["variable"] else None)
    entry["variable"] = f"SDENGINE_{one.name.upper()}" if entry["variable"] else None
    return Option(name=one.name, default=one.default, **entry)


def _words(default: Any) -> str:
    if default is None or isinstance(default, (bool, tuple)):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)
