"""Copying a file that DuckDB has open for writing, as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

DESCRIPTORS = Path("/proc/self/fd")


def duplicate(source: Path, target: Path) -> bool:
    """Copy a checkpointed file byte by byte, where its blocks can be shared without copying; False where it cannot be.

    Through the descriptor by which DuckDB has it open. To open it once more would do harm: when that second descriptor
    is closed, the system gives up the lock of the first. Without `/proc` there is no way to find it.
    """
    descriptor = _descriptor(source)
    if descriptor is None:
        return False
    size, done = os.fstat(descriptor).st_size, 0
    with target.open("xb") as copy:
        while done < size:
            moved = os.copy_file_range(descriptor, copy.fileno(), size - done, done, done)
            if not moved:
                raise OSError(f"{source} ends after {done} of {size} bytes")
            done += moved
    return True


def _descriptor(path: Path) -> int | None:
    """Find a descriptor of this process that has the file open; None where there is none, or none can be found."""
    if not hasattr(os, "copy_file_range"):
        return None
    wanted = path.stat()
    with suppress(OSError):
        for name in os.listdir(DESCRIPTORS):
            with suppress(OSError):  # one that was closed meanwhile
                if os.path.samestat(os.fstat(int(name)), wanted):
                    return int(name)
    return None
