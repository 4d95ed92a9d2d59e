"""The place of the parts: a folder, or a prefix in an object store, that the writer and all workers reach."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError
from flows.private import refuse_laid
from flows.text import masked
from warehouse.parts import file_system
from warehouse.publish import to_disk

if TYPE_CHECKING:
    from pyarrow import fs

OBJECT_STORES = ("s3", "gcs", "abfs")
"""File systems whose files appear when they are complete, and which have no folders to be made."""


class Place:
    """Files by name below one root. Names have `/` between folder and file.

    A file that is there is complete: it is written under another name and renamed, unless the store does so itself.
    """

    def __init__(self, root: fs.FileSystem, kind: str, folder: Path | None = None) -> None:
        self._root, self._folder = root, folder
        self._whole = kind in OBJECT_STORES

    def put(self, name: str, data: Any) -> int:
        """Write the file, bytes or an Arrow buffer, whole; the number of its bytes."""
        hidden = name if self._whole else f"{name}.{secrets.token_hex(4)}.tmp"
        if not self._whole:
            self._root.create_dir(name.rpartition("/")[0], recursive=True)
        with self._root.open_output_stream(hidden) as stream:
            stream.write(data)
        if hidden != name:
            self._root.move(hidden, name)
        return len(data)

    def to_disk(self, name: str) -> None:
        """Wait until a file of a folder is on the disk, so that it outlives a loss of power."""
        if self._folder is not None:
            to_disk(self._folder / name)

    def reading(self, name: str) -> Any:
        """Open the file for random access; FileNotFoundError where there is none."""
        return self._root.open_input_file(name)

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Every file below the folder: its name to its bytes."""
        return sizes_below(self._root, folder)

    def remove_file(self, name: str) -> None:
        """Remove a file, if it is there, and the folder that it leaves empty."""
        with suppress(FileNotFoundError):
            self._root.delete_file(name)
        folder = name.rpartition("/")[0]
        if not self._whole and not self.sizes(folder):
            self.remove(folder)

    def remove(self, folder: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        from pyarrow import fs

        if self._whole or self._root.get_file_info(folder).type == fs.FileType.Directory:
            self._root.delete_dir(folder)


def sizes_below(root: fs.FileSystem, folder: str = "") -> dict[str, int]:
    """List every file below a folder, with its bytes; none where there is no such folder."""
    from pyarrow import fs

    files = root.get_file_info(fs.FileSelector(folder, allow_not_found=True, recursive=True))
    return {info.path: info.size for info in files if info.type == fs.FileType.File}


def is_ours(folder: str) -> bool:
    """Whether a folder at a place looks like one of ours: whatever else lies there is left alone."""
    return folder == "bars" or re.fullmatch("[0-9a-f]{16}", folder) is not None


@cache
def place_at(where: str) -> Place:
    """Find the place at an absolute path or URI; `PipelineError` where it is none that can be opened."""
    from pyarrow import ArrowException, fs

    local = "://" not in where
    try:
        if local:
            refuse_laid(Path(where))
        system, path = file_system(where)
        if system.type_name not in OBJECT_STORES:
            system.create_dir(path, recursive=True)
        return Place(fs.SubTreeFileSystem(path, system), system.type_name, Path(where) if local else None)
    except (ArrowException, OSError, ValueError) as error:
        raise PipelineError(masked(f"the place of the parts, {where}, cannot be opened: {error}")) from None
