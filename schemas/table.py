"""A table's declaration: its columns, its key, what one row is. Pure Python, so that importing it costs nothing.

Each module of `schemas` declares its tables as classes in the manner of a pandera model. Everything else is made from
these declarations: the pandera model (`Table.model()`), the polars schema, DuckDB's DDL and column comments, and the
same rules as SQL for tables too large for pandera. pandera (3 s to import) and polars load when first needed.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from schemas.errors import BadDeclaration
from schemas.figures import Figure

if TYPE_CHECKING:
    import polars as pl

STAGES = ("ingest", "validate", "backtest", "metrics", "judge", "retire", "all", "warehouse")
DTYPES = ("VARCHAR", "DATE", "TIMESTAMP", "DOUBLE", "BIGINT", "INTEGER", "BOOLEAN")
_NUMBERS = ("DOUBLE", "BIGINT", "INTEGER")
_COMPARISONS = (
    ("gt", ">", operator.gt),
    ("ge", ">=", operator.ge),
    ("lt", "<", operator.lt),
    ("le", "<=", operator.le),
)
"""A column's bound, and its sign in SQL and here."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Column:
    """One column: DuckDB type, unit, meaning, the rules every value obeys, and of a figure how it is computed.

    `alike`: long texts that differ in little, which are stored packed.
    A DOUBLE is finite unless `finite=False`: bounds alone let infinity and NaN through. Unknown is null, never NaN.
    """

    dtype: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    finite: bool = True
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    isin: tuple[str, ...] | None = None
    matches: str | None = None
    figure: Figure | None = None
    alike: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise BadDeclaration(f"column type {self.dtype!r}: allowed are {', '.join(DTYPES)}")
        if not self.meaning.strip():
            raise BadDeclaration(f"column {self.name or '(unnamed)'}: a meaning is required")

    def of(self, **changes: Any) -> Column:
        """Change some of the column's settings, for example `TICKER.of(nullable=True)`."""
        return replace(self, **changes)

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.dtype in _NUMBERS

    def in_short(self) -> str:
        """Tell the column in words: meaning, [unit]."""
        return f"{self.meaning} [{self.unit}]" if self.unit else self.meaning

    def comment(self) -> str:
        """Tell the column in words: meaning, [unit], allowed values, formula, and where it is null."""
        choice = f"; one of: {', '.join(self.isin)}" if self.isin else ""
        formula = f"; = {self.figure.formula}" if self.figure else ""
        null = ""
        if self.nullable and "null" not in self.meaning:
            null = f"; null: {self.figure.nothing}" if self.figure else "; null where unknown"
        return f"{self.in_short()}{choice}{formula}{null}"

    def offences(self) -> Iterator[tuple[str, str]]:
        """Yield (rule, SQL condition that is true for a bad value); nulls offend only where null is not allowed."""
        name = self.name
        if not self.nullable:
            yield "not null", f"{name} is null"
        if self.dtype == "DOUBLE" and self.finite:
            yield "finite", f"not isfinite({name})"
        for setting, sign, _ in _COMPARISONS:
            bound = getattr(self, setting)
            if bound is not None:
                # DuckDB orders NaN above every number: the rule "finite" is what catches it
                yield f"{sign} {bound:g}", f"not ({name} {sign} {bound!r})"
        if self.isin is not None:
            yield "one of the allowed", f"{name} not in ({', '.join(repr(value) for value in self.isin)})"
        if self.matches is not None:
            yield "pattern", f"not regexp_full_match({name}, '{self.matches}')"

    def is_kept_between(self, nulls: int, ends: tuple[float, float] | None) -> bool:
        """Tell whether rows are sure to break none of `offences`: so many nulls, numbers between the two `ends`.

        `ends`: the least and the greatest, NaN where one is among them; None where there is no number. False is no
        verdict: a rule may be about words.
        """
        if (nulls and not self.nullable) or self.isin is not None or self.matches is not None:
            return False
        if ends is None:
            return True
        if self.dtype == "DOUBLE" and self.finite and not all(map(math.isfinite, ends)):
            return False
        bounds = [(getattr(self, setting), obeys) for setting, _, obeys in _COMPARISONS]
        return all(bound is None or all(obeys(end, bound) for end in ends) for bound, obeys in bounds)


@dataclass(frozen=True)
class Rule:
    """A rule over several columns of a row: `holds` is SQL for polars and DuckDB, true or null for a good row."""

    name: str
    holds: str


Part: TypeAlias = "type | Mapping[str, Column]"
"""Columns by name: those that a class declares, or a mapping of them."""


def columns_of(part: Part) -> tuple[Column, ...]:
    """Name the columns of a part, in their order."""
    declared = part if isinstance(part, Mapping) else vars(part)
    return tuple(replace(value, name=name) for name, value in declared.items() if isinstance(value, Column))


class Table:
    """Base of every table's declaration; see any module of `schemas` for how one looks.

    Class arguments: `name` (schema.table), `grain` ("one row is ..."), `key` (columns that the table is sorted by
    and that identify a row, unless `unique=False`), `written_by` (the stage), `rules` (over several columns), `parts`
    (classes, or mappings, whose columns stand before its own, for a table too wide for one file).
    """

    name: ClassVar[str]
    grain: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    written_by: ClassVar[str]
    unique: ClassVar[bool]
    rules: ClassVar[tuple[Rule, ...]]
    columns: ClassVar[tuple[Column, ...]]

    def __init_subclass__(
        cls,
        *,
        name: str,
        grain: str,
        key: tuple[str, ...],
        written_by: str,
        unique: bool = True,
        rules: tuple[Rule, ...] = (),
        parts: tuple[Part, ...] = (),
    ) -> None:
        own = columns_of(cls)
        for column in own:
            delattr(cls, column.name)
        columns = (*(column for part in parts for column in columns_of(part)), *own)
        names = [column.name for column in columns]
        if not re.fullmatch(r"[a-z]+\.[a-z_]+", name):
            raise BadDeclaration(f"table name {name!r}: expected schema.table in lower case")
        if bad := [column for column in names if not _NAME.fullmatch(column)]:
            raise BadDeclaration(f"{name}: column names {bad} are not lower_case words")
        if twice := sorted({column for column in names if names.count(column) > 1}):
            raise BadDeclaration(f"{name}: columns {twice} stand in it twice")
        if not key or (unknown := [column for column in key if column not in names]):
            raise BadDeclaration(
                f"{name}: key {key} names columns it does not have: {unknown if key else 'none given'}"
            )
        if written_by not in STAGES:
            raise BadDeclaration(f"{name}: written_by {written_by!r}: allowed are {', '.join(STAGES)}")
        if not grain.startswith("one row is"):
            raise BadDeclaration(f"{name}: the grain starts with 'one row is', given was {grain!r}")
        cls.name, cls.grain, cls.key, cls.written_by = name, grain, key, written_by
        cls.unique, cls.rules, cls.columns = unique, rules, columns

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """List the names of the columns, in their order."""
        return tuple(column.name for column in cls.columns)

    @classmethod
    def offences(cls) -> tuple[tuple[str, str, str], ...]:
        """List every rule but the key's uniqueness: (column or "row", rule, SQL condition true for a bad row)."""
        single = [(column.name, rule, sql) for column in cls.columns for rule, sql in column.offences()]
        return (*single, *(("row", rule.name, f"not ({rule.holds})") for rule in cls.rules))

    @classmethod
    def polars_schema(cls) -> pl.Schema:
        """Give the polars type of every column, in order."""
        from schemas import frames

        return frames.polars_schema(cls)

    @classmethod
    def empty(cls) -> pl.DataFrame:
        """Make a frame with the table's columns and no row."""
        return cls.polars_schema().to_frame()

    @classmethod
    def conform(cls, frame: pl.DataFrame) -> pl.DataFrame:
        """Take the table's columns of `frame`, in order, each cast once, without loss; else SchemaMismatch."""
        from schemas import frames

        return frames.conform(cls, frame)

    @classmethod
    def model(cls) -> type[Any]:
        """Make the pandera model (a `pandera.polars.DataFrameModel`, strict, no coercion) at the first call."""
        from schemas import models

        return models.model(cls)

    @classmethod
    def validate(cls, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` if it obeys the table; else raise SchemaMismatch (columns) or InvalidTable (rows)."""
        from schemas import models

        return models.validate(cls, frame)
