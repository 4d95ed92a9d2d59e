"""Writing a file for a person: whole or not at all, and never over what is ours."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import PipelineError, UsageError
from warehouse.errors import StorageFailed

STDOUT = "-"
"""So shells call the standard output: no file is called so, in whichever folder."""


def check_target(path: Path) -> None:
    """Raise `UsageError` for an output that would be a folder, or a file of a warehouse's or of settings."""
    from warehouse.places import is_ours

    if path.is_dir():
        raise UsageError(f"--output {path}: this is a folder; allowed is the name of a file")
    if path.suffix == ".toml":
        raise UsageError(f"--output {path}: so settings and scenarios are called; allowed is any other name")
    if is_ours(path):
        raise UsageError(f"--output {path}: this is a file of a warehouse; allowed is any other name")


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a place to write a file at, which takes the file's name at the end: a failure leaves what was there.

    Devices and pipes are written as they are. `PipelineError` where it cannot be written, `UsageError` for `-`.
    """
    if path.name == STDOUT:
        raise UsageError(
            "--output -: without --output the answer goes to the standard output; allowed is a file's name"
        )
    real = path.resolve()
    try:
        there = real.exists()
        direct = there and not real.is_file()
        # a name that nobody can guess: no link can have been laid there
        hidden = real if direct else real.with_name(f".{os.urandom(8).hex()}.sdengine")
        if there and not os.access(real, os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied")
        if not real.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, f"there is no folder {real.parent}")
        try:
            yield hidden
            if not direct:
                if there:
                    hidden.chmod(stat.S_IMODE(real.stat().st_mode))
                os.replace(hidden, real)
        finally:
            if not direct:
                hidden.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except StorageFailed as error:
        raise PipelineError(str(error).replace(str(hidden), str(path))) from error
    except OSError as error:
        kept = "; what was there before is untouched" if path.is_file() else ""
        raise PipelineError(f"cannot write {path}: {error.strerror or error}{kept}") from error
