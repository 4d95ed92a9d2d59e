"""One thing that was looked at, and how it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "problem"]


@dataclass(frozen=True)
class Finding:
    """How one thing is.

    what   the thing, in a word
    state  `ok`; `warn`: nothing is wrong yet, but one should know; `problem`: something does not work
    text   a sentence
    help   the command that helps; "" where nothing needs to be done
    """

    what: str
    state: State
    text: str
    help: str = ""


def looked_at(what: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Go through a check; whatever breaks it is its finding, and the other checks go on."""
    from warehouse.errors import QueryRefused

    try:
        yield from check()
    except QueryRefused:
        yield Finding(what, "warn", "what is stored is of an older version, which does not tell it", "sdengine run")
    except Exception as error:
        yield Finding(what, "problem", f"cannot be looked at: {str(error) or type(error).__name__}")
