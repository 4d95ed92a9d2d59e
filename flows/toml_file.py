"""The one door through which TOML of somebody's comes in: its tables, or a sentence that says why not."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LARGEST = 1 << 20
"""Bytes that a file of settings may have."""
DEEPEST = 60
"""Tables and lists that may lie within each other."""
WHOLE = 2**63
"""TOML's whole numbers have 64 bits."""
LONGEST = 200
"""Letters that a reason has."""
DEEP = f"lists or tables lie more than {DEEPEST} deep"
INVALID = "is not valid TOML"
UNREADABLE = "cannot be read"


class BadToml(ValueError):
    """The file cannot be read: `what` it is not, and `why`; both follow the file's name and a colon."""

    def __init__(self, what: str, why: str) -> None:
        self.what = what
        self.why = why if len(why) <= LONGEST else f"{why[: LONGEST - 3]}..."
        super().__init__(f"{what}: {self.why}")


def read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a file; raises BadToml, and FileNotFoundError where there is none.

    Whatever the parser cannot take is one sentence: bytes that are no text, brackets without end, numbers of thousands
    of digits. What it takes is bounded, so that nobody behind this door meets a number or a depth that breaks him.
    """
    import tomllib  # many a command reads no file

    try:
        tables = tomllib.loads(_bytes(path).decode("utf-8-sig"))
    except BadToml:
        raise
    except FileNotFoundError:
        if path.is_symlink():  # there is a file to its owner, on a disk that is not there now
            raise BadToml(UNREADABLE, "is a link to what there is not") from None
        raise
    except OSError as error:
        raise BadToml(UNREADABLE, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise BadToml("is not UTF-8 text", error.reason) from None
    except RecursionError:
        raise BadToml(INVALID, DEEP) from None
    except tomllib.TOMLDecodeError as error:
        raise BadToml(INVALID, str(error)) from None
    except (ValueError, ArithmeticError, MemoryError) as error:  # a number or a date that Python cannot hold
        raise BadToml(INVALID, str(error).split(";")[0] or type(error).__name__) from None
    for key, value, depth in _walk(tables):
        if depth > DEEPEST:
            raise BadToml(INVALID, f"{DEEP} in {key}")
        if isinstance(value, int) and not -WHOLE <= value < WHOLE:
            raise BadToml(INVALID, f"a whole number of more than 64 bits in {key}; allowed: below {WHOLE:,}")
    return tables


def _bytes(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadToml(UNREADABLE, "is no file")
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BadToml(UNREADABLE, f"is larger than {LARGEST >> 20} MB, which no file of settings is")
    return raw


def _walk(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Yield every value with the key at the top that it lies under and its depth, however deep that is."""
    waiting = [(key, value, 1) for key, value in tables.items()]
    while waiting:
        key, value, depth = waiting.pop()
        yield key, value, depth
        if depth <= DEEPEST:
            inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
            waiting += [(key, one, depth + 1) for one in inner]
