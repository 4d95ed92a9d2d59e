"""An answer that takes no time: frames of the contract's columns, in the place of a study."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

import schemas
from sdengine.retirement.remade import OnePath
from sdengine.retirement.study import Study
from sdengine.retirement.terms import StudyError, Terms
from sdengine.scenario import Scenario
from tests.schemas.examples import a_good_row

WHO = ("scenario", "buy_and_hold", "benchmark")
NAMES = {"first_date": "start", "last_date": "end"}
"""What the engine calls what are other columns in the warehouse."""


def answered(scenario: Scenario, bars: pl.DataFrame, terms: Terms, **_: Any) -> Study:
    """Answer a study with a row of each table for each rate and each that lives on it; fewer than 1 path is refused."""
    if terms.paths == 0:
        raise StudyError("the moon is full")
    who = WHO if scenario.benchmark is not None else WHO[:2]
    plans = [
        {"plan": number, "years": years, "rate": rate, "who": name}
        for years in terms.years
        for number, rate in enumerate(terms.rates or (None,), 1)
        for name in who
    ]
    return Study(**{name: _rows(name, plans, bars.height) for name in ("plans", "windows", "paths", "fan", "changes")})


def counted(scenario: Scenario, bars: pl.DataFrame, terms: Terms) -> int:
    """Tell what an answer costs, where there would be one."""
    if terms.paths == 0:
        raise StudyError("the moon is full")
    return 1_500_000


def remade(scenario: Scenario, bars: pl.DataFrame, terms: Terms, path: int) -> OnePath:
    """Remake nothing: a month of the columns that a drawn future has."""
    figures = ("value", "value_real", "asked", "paid", "asked_real", "paid_real")
    month = {"month": 1, "date": date(2024, 2, 1)} | dict.fromkeys(figures, 100.0 + path)
    return OnePath(scenario, bars, pl.DataFrame([month]))


def _rows(name: str, plans: list[dict[str, Any]], bars: int) -> pl.DataFrame:
    table = schemas.table(f"retire.{name}")
    row = a_good_row(table).to_dicts()[0] | ({"cases": bars} if name == "plans" else {})
    frame = pl.DataFrame([row | plan for plan in plans], schema=table.polars_schema()).drop("plan_id")
    return frame.rename(NAMES, strict=False) if name == "windows" else _start(frame)


def _start(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({"first_date": "start"}, strict=False)
