"""How a verb ends: an exit code, and one sentence for what is expected to go wrong; a traceback is for our own bugs."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from flows.called import as_called
from flows.cli.hints import again
from flows.errors import FAILED, INTERRUPTED, WRONG_USAGE, PipelineError, Untold, UsageError
from flows.text import presentable, strike
from warehouse.memory import gave_up, in_words, ran_out


def exit_code(error: BaseException) -> int | None:
    """Tell the exit code of an expected error; None when it is a bug and should show where it happened."""
    if isinstance(error, UsageError):
        return WRONG_USAGE
    failures = _loaded("warehouse.errors", "WarehouseError") + _loaded("flows.sources.base", "SourceError")
    mistakes = _loaded("warehouse.errors", "QueryRefused") + _loaded("sdengine.scenario.errors", "ScenarioError")
    mistakes += _loaded("warehouse.errors", "BadRequest") + _loaded("flows.validate.policy_file", "BadPolicy")
    if isinstance(error, (PipelineError, OSError, *failures)) or ran_out(error) or gave_up(error):
        return FAILED
    return WRONG_USAGE if isinstance(error, mistakes) else None


def _sentence(error: BaseException) -> str:
    if gave_up(error) or (ran_out(error) and not isinstance(error, (PipelineError, UsageError))):
        return in_words(error)
    if isinstance(error, OSError):
        place = "" if error.filename is None else f"{str(error.filename)[:200]}: "
        return f"{place}{error.strerror or error}"
    commands = [f"  {again(*words)}" for words in error.choices] if isinstance(error, Untold) else []
    return "\n".join((str(error), *commands))


def interrupted() -> int:
    """Say what Ctrl-C leaves, and what to type next; the exit code."""
    typer.echo(f"\nsdengine: interrupted; nothing is half written. What was not done is done by\n  {again()}", err=True)
    return INTERRUPTED


def _loaded(module: str, name: str) -> tuple[type[BaseException], ...]:
    """Look up a class, if its module has been imported: an error that was raised came from an imported module."""
    kind = getattr(sys.modules.get(module), name, None)
    return (kind,) if kind is not None else ()


def sentences(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a verb: what it returns (None or an exit code) ends the process; an expected error does, in a sentence."""

    @functools.wraps(verb)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            code = verb(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) has seen enough. Python would complain once more while closing stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            raise typer.Exit(interrupted()) from None
        except BaseException as error:
            if (code := exit_code(error)) is None:
                strike(error)
                raise
            typer.echo(f"sdengine: {presentable(as_called(_sentence(error)))}", err=True)
            raise typer.Exit(code) from None
        if code:
            raise typer.Exit(code)

    return wrapped
