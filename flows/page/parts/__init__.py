"""The parts of a scenario's page, a file each, in the order in which somebody asks for them in the morning."""

from __future__ import annotations

from collections.abc import Callable

from flows.page.part import Part
from flows.page.parts.data import data
from flows.page.parts.income import income
from flows.page.parts.judged import judged
from flows.page.parts.months import allocations, deepest_falls, months
from flows.page.parts.news import happened
from flows.page.parts.orders import orders
from flows.page.parts.premiums import premiums
from flows.page.parts.retirement import worst_starts, would_it_last
from flows.page.parts.skipped import skipped
from flows.page.parts.value import value
from flows.page.read import Subject

PARTS: tuple[Callable[[Subject], Part | None], ...] = (
    happened,
    orders,
    would_it_last,
    worst_starts,
    income,
    value,
    premiums,
    skipped,
    judged,
    months,
    deepest_falls,
    allocations,
    data,
)
"""Each makes its part, or None where the scenario has nothing of it."""
