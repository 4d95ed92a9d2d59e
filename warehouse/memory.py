"""Whether an error means that memory ran out, of which each library speaks in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from errno import ENOMEM

from warehouse.errors import WarehouseError

KEPT = "what was stored and published before is untouched"
NO_MEMORY = f"memory ran out; {KEPT}"
PANIC = "PanicException"
"""What polars raises where its own code breaks; no `Exception` to Python."""
_WORDS = ("failed to map segment", "cannot allocate memory", "can't start new thread", "out of memory")
"""Of the loader of libraries, the system, Python's threads, and others."""


def ran_out(error: BaseException) -> bool:
    """Tell whether an error, or one that led to it, is of memory: for values, for a library's code, for a thread.

    Our own say so themselves.
    """
    return not isinstance(error, WarehouseError) and any(
        isinstance(one, MemoryError)
        or (isinstance(one, OSError) and one.errno == ENOMEM)
        or (isinstance(one, ImportError | OSError | RuntimeError) and any(word in str(one).lower() for word in _WORDS))
        for one in led_to(error)
    )


def gave_up(error: BaseException) -> bool:
    """Tell whether polars gave up in the middle of something, or goes on without its core, which was not loaded."""
    return type(error).__name__ == PANIC or (isinstance(error, NameError) and _raised_by(error) == "polars")


def _raised_by(error: BaseException) -> str:
    """Name the package whose code raised an error; "" where it was not raised yet."""
    step, package = error.__traceback__, ""
    while step is not None:
        package = str(step.tb_frame.f_globals.get("__name__")).partition(".")[0]
        step = step.tb_next
    return package


def in_words(error: BaseException) -> str:
    """Say what went wrong; of what tells nothing by itself, what is behind it."""
    first = (str(error).strip().splitlines() or [""])[0][:160]
    if gave_up(error):
        return f"polars gave up ({first}), as it does where memory ends; {KEPT}"
    return NO_MEMORY if ran_out(error) else str(error) or type(error).__name__


def led_to(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that led to it, each once."""
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
