"""Writing an answer as csv, json or parquet; what a form cannot hold is refused by the name of its column."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from warehouse.errors import QueryRefused, StorageFailed

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("csv", "json", "parquet")
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The years 1 to 9999 in days from 1970: what a date can be in text."""


def write(frame: pl.DataFrame, target: Any, format: str) -> None:
    """Write a frame to a path or binary handle.

    Raises:
        QueryRefused: a column's type, or a date in it, has no spelling in this form.
        StorageFailed: the target cannot be written.
        BrokenPipeError: whoever reads has seen enough.
    """
    import polars as pl

    for column in frame if format != "parquet" else ():
        if why := _unwritable(column, format):
            raise QueryRefused(f"{format} cannot hold {why} of column {column.name}: write {column.name}::varchar")
    try:
        if format == "json":
            _write_json(frame, target)
        else:
            getattr(frame, f"write_{format}")(target)
    except (pl.exceptions.PolarsError, OSError) as error:
        said = str(error).splitlines()[0]
        if "Broken pipe" in said:  # polars gives no errno
            raise BrokenPipeError(said) from error
        if isinstance(error, pl.exceptions.PolarsError) and "(os error " not in said:
            raise QueryRefused(f"{format} cannot hold the answer: {said}") from error
        place = getattr(target, "name", target)  # of an open file its name, which for standard output is <stdout>
        raise StorageFailed(f"cannot write {place}: {getattr(error, 'strerror', None) or said}") from error


def _write_json(frame: pl.DataFrame, target: Any) -> None:
    """Write JSON; polars' own writer does not tell that a disk was too full for the end of it."""
    left = memoryview(frame.write_json().encode())
    with nullcontext(target) if hasattr(target, "write") else open(target, "wb") as file:
        while left:  # an unbuffered one takes what it can
            left = left[file.write(left) :]


def _unwritable(column: pl.Series, format: str) -> str | None:
    """Tell what of a column polars would break on, rather than refuse."""
    import polars as pl

    kind = column.dtype
    inner = str(kind).lower()
    if format == "csv" and kind.is_nested():
        return f"the type {inner}"
    if any(word in inner for word in ("binary", "object", "extension", "ext[", "map[")):
        return f"the type {inner}"
    if kind.is_temporal() and not isinstance(kind, (pl.Time, pl.Duration)):
        days = column.drop_nulls().cast(pl.Date) if isinstance(kind, pl.Datetime) else column.drop_nulls()
        numbers = days.to_physical()
        if numbers.len() and not bool(numbers.is_between(FIRST_DAY, LAST_DAY).all()):
            return "a date before the year 1 or after 9999"
    return None
