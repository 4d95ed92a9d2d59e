"""The interactive shell of `sdengine sql`: statements end with a semicolon, and each sees what was published last."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from flows.asked import Asked
from flows.cli.answer import as_table
from flows.cli.table import terminal_width
from warehouse.statements import statement

WELCOME = "Read-only SQL on {path}\nEnd a statement with ; — .tables lists the tables, .quit or Ctrl-D leaves."
COMMANDS = {".tables": "results/relations"}
"""What answers them: a query of the warehouse's."""


def shell(folder: Path, read: Callable[[str], str] = input, write: Callable[[str], None] = print) -> None:
    """Read statements with `read` and answer with `write` until the end of input; an error costs one statement."""
    from warehouse import QueryRefused, Results, WarehouseError

    with Results.open(folder):  # says at once if nothing has been published yet
        write(WELCOME.format(path=folder))
    if sys.stdin.isatty():
        import readline  # noqa: F401  importing it is what gives input() its history and line editing
    waiting = ""
    while True:
        try:
            line = read("   ...> " if waiting else "sdengine> ").strip()
        except EOFError:
            write("")
            return
        except KeyboardInterrupt:
            write("")
            waiting = ""
            continue
        if not waiting and line in (".quit", ".exit", "quit", "exit"):
            return
        if not line:
            continue
        if line in COMMANDS and not waiting:
            waiting = statement(COMMANDS[line])
        else:
            waiting = f"{waiting}\n{line}".strip()
            if not waiting.endswith(";"):
                continue
        try:
            # Opened anew each time: a connection held open would show the file of its beginning for ever.
            with Results.open(folder) as results:
                write(as_table(results, waiting.rstrip("; \n"), Asked.limit, width=terminal_width()))
        except (QueryRefused, WarehouseError) as error:
            write(f"{error}")
        waiting = ""
