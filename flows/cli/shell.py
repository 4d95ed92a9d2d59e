"""The interactive shell of `sdengine sql`: statements end with a semicolon, and each sees what was published last."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from flows.asked import Asked
from flows.cli.answer import as_table
from flows.cli.line_editing import Completer, line_editing
from flows.cli.table import terminal_width
from flows.errors import PipelineError
from flows.text import presentable, say
from warehouse.errors import QueryRefused, WarehouseError
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results

Open: TypeAlias = "Callable[[], AbstractContextManager[Results]]"
WELCOME = "Read-only SQL on {path}\nEnd a statement with ; — help tells what there is, .quit or Ctrl-D leaves."
HELP = """\
from runs select scenario, cagr limit 5;    a statement may go over lines, and ends with ;
describe runs;                              what each column means
.tables                                     every table and view, and what one row of it is
.quit, Ctrl-D                               leaves; Ctrl-C drops the statement that is begun

A name without its schema is found where one table has it. To start with:
"""
COMMANDS = {".tables": ("", "results/relations"), "help": (HELP, "results/for_people")}
"""What is said before the answer, and what answers them: a query of the warehouse's."""
QUIT = (".quit", ".exit", "quit", "exit")


def shell(
    where: Path,
    read: Callable[[str], str] = input,
    write: Callable[[str], None] = say,
    *,
    detail: Sequence[str] = (),
) -> None:
    """Read statements with `read` and answer with `write` until the end of input; an error costs one statement.

    `detail`: runs whose detail is computed anew for each statement, where it is not stored.
    """
    from flows.results.detail import opened

    with opened(where, detail) as results:  # says at once if nothing has been published yet
        completer = Completer(dict(results.rows(statement("names/completion"))))
        folder = results.path.parent
    write(WELCOME.format(path=where))
    with ExitStack() as stack:
        if sys.stdin.isatty() and (trouble := stack.enter_context(line_editing(folder, completer))):
            write(trouble)
        _converse(lambda: opened(where, detail), completer, read, write)


def _converse(open_: Open, completer: Completer, read: Callable[[str], str], write: Callable[[str], None]) -> None:
    waiting = ""
    while True:
        completer.earlier = waiting
        try:
            line = read("   ...> " if waiting else "sdengine> ").strip()
        except EOFError:
            write("")
            return
        except KeyboardInterrupt:
            write("")
            waiting = ""
            continue
        if not waiting and (word := line.rstrip("; ")) in (*QUIT, *COMMANDS):
            if word in QUIT:
                return
            before, query = COMMANDS[word]
            _answer(open_, statement(query), write, before)
            continue
        waiting = f"{waiting}\n{line}".strip()
        if waiting.endswith(";"):
            _answer(open_, waiting.rstrip("; \n"), write)
            waiting = ""


def _answer(open_: Open, query: str, write: Callable[[str], None], before: str = "") -> None:
    try:
        # Opened anew each time: a connection held open would show the file of its beginning for ever.
        with open_() as results:
            write(before + as_table(results, query, Asked.limit, width=terminal_width()))
    except (PipelineError, QueryRefused, WarehouseError) as error:
        write(presentable(str(error)))
    except KeyboardInterrupt:
        write("interrupted")
