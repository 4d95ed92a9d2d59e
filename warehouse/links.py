"""Files of ours lie where they are: a link that was laid in the place of one is not followed, a pipe not opened."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.errors import StorageDamaged, StorageFailed


def refuse_links(*paths: Path) -> None:
    """Raise `StorageFailed` where a link lies in the place of a file that is about to be written."""
    for path in paths:
        if path.is_symlink():
            raise StorageFailed(_sentence(path))


def refuse_no_file(*paths: Path) -> None:
    """Raise `StorageDamaged` where something that is no file lies in the place of one: a pipe is opened for ever."""
    for path in paths:
        if path.exists() and not path.is_file():
            raise StorageDamaged(f"{path} is no file, but a folder, a pipe or a device: move it elsewhere")


def open_unlinked(path: Path, flags: int, mode: int) -> int:
    """Open a file by its handle; `StorageFailed` where a link lies in its place, be it laid this very moment."""
    try:
        return os.open(path, flags | os.O_NOFOLLOW, mode)
    except OSError as error:
        if path.is_symlink():
            raise StorageFailed(_sentence(path)) from error
        raise


def _sentence(path: Path) -> str:
    return (
        f"{path} is a link, and what is written here follows none: remove it; to keep a warehouse elsewhere, "
        "name its folder, or link the folder"
    )
