"""Detail that stays at its place when a night is over: which there is, what is missing of it, and when it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError, UsageError
from schemas.backtest import PARTS
from schemas.masking import masked
from warehouse.errors import WarehouseError
from warehouse.kept import files_used_by, published_files
from warehouse.parts import PartFile, file_system, whole_place
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.backtest.parts.content import Left
    from warehouse import Warehouse


def refuse_secret(where: str) -> None:
    """Raise UsageError for a place whose address holds a login: what is published names it."""
    if masked(where) != where:
        raise UsageError(
            f'keep = "{PARTS}": what is published names the place of the parts, {masked(where)}, which holds a login:'
            " give that in the environment, as the object store's own tools take it (AWS_ACCESS_KEY_ID, ...)"
        )


def rows_of(left: Iterable[Left], where: str, folder: Path) -> list[dict[str, Any]]:
    """Make the rows of `backtest.parts`, of what runs have left; a place in the warehouse's `folder` moves with it."""
    inside = "://" not in where and Path(where).is_relative_to(folder.absolute())
    place = str(Path(where).relative_to(folder.absolute())) if inside else where
    return [
        {"part": each.name, "holds": name, "place": place, "file": file["path"]}
        | {key: file[key] for key in ("rows", "bytes")}
        for each in {each.name: each for each in left}.values()
        for name, file in each.files.items()
    ]


def known_files(warehouse: Warehouse, where: str) -> set[str]:
    """Name the files at a place that some night has left there for good, as long as they have not been swept."""
    rows = warehouse.rows(statement("parts/known"))
    return {file for place, file in rows if whole_place(place, warehouse.directory) == where}


def missing_parts(warehouse: Warehouse) -> set[str]:
    """Name the parts in use of which a file is not where it was left, or not as long; of places that answer."""
    files = [PartFile(*row) for row in warehouse.rows(statement("parts/used"))]
    missing: set[str] = set()
    for place in {file.place for file in files}:
        own = [file for file in files if file.place == place]
        try:
            sizes = _sizes(whole_place(place, warehouse.directory))
        except OSError:
            continue
        missing |= {file.part for file in own if sizes.get(file.file) != file.bytes}
    return missing


def sweep(warehouse: Warehouse) -> None:
    """Remove the files that no run names any more, here or in a published file, and forget them once they are gone.

    To be asked before a night publishes: who has open what that one replaces reads on for another night. Whoever dies
    in between leaves rows to the next one, which finds no file and forgets them. A place that does not answer is left
    to it, too.
    """
    if not warehouse.count("backtest.parts"):
        return
    try:
        elsewhere = {file.part for path in published_files(warehouse.directory) for file in files_used_by(path)}
    except WarehouseError:  # nobody knows what a file that cannot be read needs
        return
    gone: dict[str, list[PartFile]] = {}
    for row in warehouse.rows(statement("parts/unused"), {"elsewhere": sorted(elsewhere)}):
        gone.setdefault(row[2], []).append(PartFile(*row))
    for place, files in gone.items():
        from flows.backtest.parts.place import place_at

        try:
            at = place_at(whole_place(place, warehouse.directory))
            for file in files:
                at.remove_file(file.file)
        except (PipelineError, OSError):
            continue
        warehouse.delete("backtest.parts", {"part": [file.part for file in files], "place": place})


def _sizes(where: str) -> Mapping[str, int]:
    """List the files at a place, which is not made for it, with their sizes."""
    from pyarrow import fs

    from flows.backtest.parts.place import sizes_below

    system, path = file_system(where)
    return sizes_below(fs.SubTreeFileSystem(path, system))
