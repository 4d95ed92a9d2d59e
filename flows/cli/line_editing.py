"""What a person at a terminal has while typing SQL: lines of before, and names completed at a tab."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HISTORY = "sql_history"
KEPT_LINES = 1000
BEFORE_A_TABLE = ("from", "join", "describe", "desc", "summarize")
KEYWORDS = (
    *("select", "from", "where", "group", "by", "order", "having", "limit", "join", "left", "using", "on", "as", "and"),
    *("or", "not", "in", "is", "null", "like", "between", "case", "when", "then", "else", "end", "distinct", "count"),
    *("sum", "avg", "min", "max", "with", "describe", "asc", "desc"),
)
_WORD = r"[\w.\"]+"


class Completer:
    """Completes names of tables, and of the columns of tables that the statement mentions.

    `tables`: the columns of each table or view, by every name that finds it.
    """

    def __init__(self, tables: Mapping[str, Sequence[str]]) -> None:
        self.tables = tables
        self.earlier = ""
        """The lines of the statement before the one that is typed."""

    def candidates(self, before: str, word: str) -> list[str]:
        """List what `word` may become, in order, where `before` is what stands on the line in front of it."""
        text = f"{self.earlier} {before}".lower()
        last = re.findall(_WORD, text)[-1:]
        if last and last[0] in BEFORE_A_TABLE:
            return _beginning(word, self.tables)
        mentioned = [name for name in self.tables if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)]
        columns = [column for name in mentioned for column in self.tables[name]]
        owner, dot, part = word.rpartition(".")
        if dot and not any(name.startswith(f"{owner}.") for name in self.tables):
            return [f"{owner}.{column}" for column in _beginning(part, columns)]
        if not mentioned:  # the select stands before the from: any column may be meant
            columns = [column for names in self.tables.values() for column in names]
        return _beginning(word, [*columns, *KEYWORDS, *self.tables])


def _beginning(word: str, names: Sequence[str] | Mapping[str, object]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name.lower().startswith(word.lower())))


@contextmanager
def line_editing(folder: Path, completer: Completer) -> Iterator[str | None]:
    """Keep the lines that are typed in `folder`, readable by the owner alone, and complete names at a tab.

    Gives a sentence where lines cannot be kept.
    """
    import readline

    readline.set_completer_delims(" \t\n,()=<>+-*/;'")
    readline.set_completer(_stateful(completer))
    editline = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if editline else "tab: complete")
    history, trouble = folder / HISTORY, None
    try:
        _own(history)
        readline.clear_history()
        readline.read_history_file(history)
    except OSError as error:
        trouble = f"what you type is not kept: {history}: {error.strerror or error}"
    try:
        yield trouble
    finally:
        readline.set_completer(None)
        if trouble is None:
            readline.set_history_length(KEPT_LINES)
            readline.write_history_file(history)
            history.chmod(0o600)


def _own(path: Path) -> None:
    """Make the file where there is none, and make it the owner's alone; OSError where it is a link to elsewhere."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _stateful(completer: Completer) -> Callable[[str, int], str | None]:
    """Answer as readline asks: the first, the second … name that the word before the cursor may become."""
    import readline

    def complete(word: str, state: int) -> str | None:
        candidates = completer.candidates(readline.get_line_buffer()[: readline.get_begidx()], word)
        return candidates[state] if state < len(candidates) else None

    return complete
