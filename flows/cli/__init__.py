"""The command `sdengine`. Importing this imports nothing heavy: each verb brings what it needs when it runs."""

import os
import resource
import sys


def spare_memory() -> None:
    """Have OpenBLAS, which numpy and scipy bring, take no memory for threads where this process may have little.

    Where it gets none it asks for ever, in the middle of being loaded.
    """
    limits = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    if any(limit != resource.RLIM_INFINITY for limit in limits):
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def use_small_pages() -> None:
    """Have numpy, which is not loaded yet, take no pages of 2 MiB for large arrays.

    The engine's columns have more room than rows, each its own: in such pages they take twice the memory.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")


def main() -> None:
    """Run the command with the process's arguments and leave with its exit code.

    0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    for name in ("stdin", "stdout", "stderr"):  # one that is closed is none to Python
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    try:
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
    except SystemExit as end:
        if "prefect" in sys.modules:
            # All is written, flushed and stopped by now. Prefect's idle threads would keep the terminal for two more
            # seconds, and keep objects alive of which DuckDB's binding then complains, line after line.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
        raise
