"""One writer: a lock that the kernel keeps, beside a note that says who holds it.

`flock` frees itself when its holder dies, however it dies, so a lock is never stuck; the note that a dead holder left
behind tells whose work was cut short.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import stat
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from warehouse.errors import StorageFailed, WarehouseLocked
from warehouse.links import open_unlinked
from warehouse.places import LOCK

_POLL_SECONDS = 0.1
UNNAMED = "a process that has not said its name"


@dataclass(frozen=True)
class Holder:
    """Who holds, or held, the lock."""

    pid: int
    host: str
    since: str
    verb: str

    def __str__(self) -> str:
        return f"'sdengine {self.verb}' (process {self.pid} on {self.host}, since {self.since} UTC)"


class WriterLock:
    """The right to write into `directory`: taken at once or after waiting, kept until released or the process ends.

    `takeover` is the holder that died without releasing the lock, if the one before us did.
    """

    def __init__(self, directory: Path, *, verb: str, wait_seconds: float, clock: Callable[[], datetime]) -> None:
        self.path = directory / LOCK
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._descriptor = open_unlinked(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageFailed(f"cannot write into the warehouse folder {directory}: {error.strerror}") from error
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise StorageFailed(f"{self.path} is no file: remove it")
            self._wait(wait_seconds)
            self.takeover = self._read()
            since = clock().isoformat(sep=" ", timespec="seconds")
            self._write(Holder(os.getpid(), socket.gethostname(), since, verb))
        except BaseException:
            os.close(self._descriptor)
            raise
        _HELD.add(self)

    def release(self) -> None:
        """Give the lock back; does nothing the second time."""
        if self._descriptor >= 0:
            self._write(None)
            self.abandon()

    def abandon(self) -> None:
        """Close our handle without a word: what a forked child does, so that it does not hold its parent's lock."""
        _HELD.discard(self)
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _wait(self, wait_seconds: float) -> None:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if not isinstance(error, BlockingIOError):
                    raise StorageFailed(
                        f"{self.path} cannot be locked ({error.strerror}): the warehouse needs a folder on a disk that"
                        " keeps locks"
                    ) from error
                left = deadline - time.monotonic()
                if left <= 0:
                    holder = self._read() or UNNAMED
                    raise WarehouseLocked(
                        f"{self.path.parent} is being written by {holder};"
                        f" waited {wait_seconds:g} s. Try again when it is done; results.duckdb can be read meanwhile."
                    ) from None
                time.sleep(min(_POLL_SECONDS, left))

    def _read(self) -> Holder | None:
        return _note_in(self._descriptor)

    def _write(self, holder: Holder | None) -> None:
        text = json.dumps(asdict(holder)).encode() if holder else b""
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)
        except OSError as error:
            raise StorageFailed(f"cannot write {self.path}: {error.strerror}") from error


@contextmanager
def undisturbed(directory: Path) -> Iterator[None]:
    """Keep writers waiting while a folder is read that one need not be able to write.

    Raises:
        WarehouseLocked: one writes now; the message names it.
        OSError: the lock may not be read.
    """
    try:
        descriptor = os.open(directory / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WarehouseLocked(f"{directory} is being written by {_note_in(descriptor) or UNNAMED}") from None
        yield
    finally:
        os.close(descriptor)


def _note_in(descriptor: int) -> Holder | None:
    """Read the holder that the note names; None where it is empty or not readable."""
    try:
        return Holder(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return None


_HELD: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _abandon_all() -> None:
    for lock in list(_HELD):
        lock.abandon()


os.register_at_fork(after_in_child=_abandon_all)
