"""The command `sdengine`. Importing this imports nothing heavy: each verb brings what it needs when it runs."""

import gc
import os
import resource
import sys
from contextlib import suppress
from typing import NoReturn


def spare_memory() -> None:
    """Have OpenBLAS, which numpy and scipy bring, take no memory for threads where this process may have little.

    Where it gets none it asks for ever, in the middle of being loaded.
    """
    if _has_little_memory():
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _has_little_memory() -> bool:
    """Tell whether this process may have no more memory than somebody allows it."""
    limits = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return any(limit != resource.RLIM_INFINITY for limit in limits)


def use_small_pages() -> None:
    """Have numpy, which is not loaded yet, take no pages of 2 MiB for large arrays; and Arrow keep none for later.

    The engine's columns have more room than rows, each its own: in such pages they take twice the memory. Arrow's own
    allocator holds some 40 MiB of what chunks have left.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def collect_seldom() -> None:
    """Have Python look for garbage that refers to itself every 50,000 objects: at 700, starting would be a tenth of it.

    Modules and their classes are not garbage, and arrays and frames go without it.
    """
    gc.set_threshold(50_000)


QUESTIONS = ("ranking", "show", "news", "orders", "explain", "sql")
"""The verbs that are answered by what was published, and by little else."""


def open_early() -> None:
    """Have DuckDB begin to open beside the reading of the command, where that is a question.

    Not where memory is limited: a thread takes 60 MB of what may be had, and what else fails then ends the process in
    the middle of DuckDB's own.
    """
    if sys.argv[1:2] and sys.argv[1] in QUESTIONS and "--help" not in sys.argv and not _has_little_memory():
        from warehouse import early

        early.begin()


def main() -> None:
    """Run the command with the process's arguments and leave with its exit code.

    0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    for name in ("stdin", "stdout", "stderr"):  # one that is closed is none to Python
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115  stays open
    collect_seldom()
    try:
        open_early()
        from flows.cli.app import app
        from flows.private import keep_private
        from flows.text import show_any_letter

        keep_private()
        spare_memory()
        use_small_pages()
        show_any_letter()
        app(prog_name="sdengine")
    except KeyboardInterrupt:  # before the verb has begun
        raise SystemExit(130) from None
    except OSError as error:  # a version or a help cannot be written; a verb tells this of itself
        raise SystemExit(_told(error)) from None
    except SystemExit as end:
        if "prefect" in sys.modules:
            # Prefect's idle threads would keep the terminal for two more seconds, and keep objects alive of which
            # DuckDB's binding then complains, line after line.
            _leave(end)
        raise


def command() -> None:
    """Run the command as `main` does, in a process that has nothing else to do, and so ends at once."""
    try:
        main()
    except SystemExit as end:
        _leave(end)


def _leave(end: SystemExit) -> NoReturn:
    """End the process as Python does, without taking down what is loaded, which is a tenth of a question's time."""
    left = end.code
    with suppress(OSError):  # there is nobody to tell
        try:
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough
            pass
        except OSError as error:
            left = left or _told(error)  # a verb that has failed has told why
        if isinstance(left, str):
            print(left, file=sys.stderr)
        sys.stderr.flush()
    os._exit(left if isinstance(left, int) else 1 if left else 0)


def _told(error: OSError) -> str:
    return f"sdengine: {error.strerror or error}"
