"""Files and folders that are their owner's alone: nobody else reads them, and no link that was laid is followed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def keep_private() -> None:
    """Let what this process creates from now on be its owner's alone."""
    os.umask(0o077)


def refuse_laid(path: Path) -> None:
    """Raise `PermissionError` where a link lies that is neither ours nor the system's."""
    if path.is_symlink() and path.lstat().st_uid not in (0, os.geteuid()):
        raise PermissionError(f"{path} is a link that somebody else has laid")


def private_folder(folder: Path) -> Path:
    """Make a folder of the owner's alone, or make one that is there so; `OSError` where it is somebody else's."""
    refuse_laid(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    return folder


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file whole, readable by its owner alone from its first byte on; a link in its place is replaced."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    hidden.unlink(missing_ok=True)
    with open_private(hidden, os.O_EXCL) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    os.replace(hidden, path)


def open_private(path: Path, flags: int = os.O_TRUNC) -> BinaryIO:
    """Open a file for writing that its owner alone reads; `OSError` where a link lies in its place."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "wb")


def read_private(path: Path) -> str | None:
    """Read a file of ours; None where there is none, or one that is a link or that others can read or have laid."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, encoding="utf-8", errors="replace") as file:
        about = os.fstat(file.fileno())
        return file.read(4096) if about.st_uid == os.geteuid() and not about.st_mode & 0o077 else None
