"""The list of verbs. A verb is registered here once it works, and not before; it is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from flows.cli.outcome import sentences
from flows.cli.plain import PlainCommand, PlainGroup
from flows.errors import DONE

VERBS = (
    *("init", "run", "plan", "retry", "schedule", "status"),
    *("report", "ranking", "show", "retire", "news", "orders", "explain", "diff"),
    *("scenarios", "metrics", "data", "sql", "doctor", "repair"),
)
"""Each is a function of the module of `flows.cli` that is called as it is."""
HELP = """Nightly backtests of Synthetic Dividend portfolios.

\b
A first look, without network, on the sample that ships:
  sdengine init              a project of your own: sdengine.toml, a scenario
  sdengine run               ingest, validate, backtest, measure, publish
  sdengine plan              what the next run would do, and why
  sdengine sql "from metrics.ranking select place, scenario, cagr limit 5"
  sdengine COMMAND --help    options and examples of one command

Exit codes: 0 all done, 1 something failed (the rest went on), 2 wrong usage,
130 interrupted.
"""

PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False}
"""Plain help starts in 0.2 s, decorated help in 0.4."""


def verb(name: str) -> Callable[..., Any]:
    """Import a verb."""
    function: Callable[..., Any] = getattr(import_module(f"flows.cli.{name}"), name)
    return function


@cache
def command(name: str) -> Any:
    """Make the command of a verb, with its options."""
    alone = typer.Typer(add_completion=False, **PLAIN)
    alone.command(cls=PlainCommand)(sentences(verb(name)))
    return typer.main.get_command(alone)


class Commands(Mapping[str, Any]):
    """The commands by their names; one is made when it is looked up, and the others are not."""

    def __getitem__(self, name: str) -> Any:
        if name not in VERBS:
            raise KeyError(name)
        return command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class Group(PlainGroup):
    """The command itself, whose verbs are made when they are looked up."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"commands": Commands()})


app = typer.Typer(cls=Group, no_args_is_help=True, **PLAIN)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"sdengine {version('sdengine')}")
        raise typer.Exit(DONE)


Version = Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")]


@app.callback(help=HELP)
def main(version: Version = False) -> None:
    """Take what stands before a verb."""
