"""Read a hand-worked case: a scenario in TOML, bars and expected rows as small tables of text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "cases"
EXPECTED = ("fills", "portfolio_days", "lots", "opportunities", "orders")


@dataclass
class Case:
    """What goes in and what must come out. Only the columns that a table names are compared."""

    scenario: dict[str, Any]
    bars: list[dict[str, Any]]
    expected: dict[str, list[dict[str, Any]]]
    twin: str | None = None
    """The variant, where what comes out is not the scenario's own but its twin's."""


def read_value(text: str) -> Any:
    """`-` is null; then truth values, dates, numbers; the rest is text."""
    if text == "-":
        return None
    if text in ("true", "false"):
        return text == "true"
    if text.count("-") == 2 and len(text) == 10:
        return date.fromisoformat(text)
    try:
        return float(text)
    except ValueError:
        return text


def read_table(text: str) -> list[dict[str, Any]]:
    """Read rows: the first line names the columns, each further line is a row; columns stand apart by spaces."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    return [dict(zip(header, map(read_value, line), strict=True)) for line in lines]


def names() -> list[str]:
    """All cases, by the name of their file."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


def load(name: str) -> Case:
    """One case."""
    content = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    tables = {key: read_table(text) for key, text in content["tables"].items()}
    bars = tables.pop("bars")
    return Case(content["scenario"], bars, tables, content.get("twin"))
