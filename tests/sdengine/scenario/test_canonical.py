"""Settings as plain values, held against pydantic's own dump of them."""

import json
from typing import Any

from hypothesis import given, settings

from schemas.canonical import canonical_json
from sdengine.scenario import Scenario
from sdengine.scenario.portfolio import PortfolioSettings
from sdengine.scenario.tables import BESIDE, LABELS
from tests.strategies.scenarios import scenarios


@given(scenarios(3))
@settings(max_examples=50)
def test_parameters_are_what_pydantic_writes(tables: dict[str, Any]) -> None:
    made = Scenario.from_dict(tables)
    dumped = json.loads(made.model_dump_json(exclude=set(LABELS | BESIDE)))
    assert canonical_json(made.parameters()) == canonical_json(dumped)
    assert list(made.parameters()) == list(dumped)


@given(scenarios(2))
@settings(max_examples=20)
def test_scenarios_of_equal_content_have_equal_parameters(tables: dict[str, Any]) -> None:
    made = Scenario.from_dict(tables)
    other = made.model_copy(update={"name": "other", "description": "another", "keep": "metrics"})
    assert other.content() == made.content()
    assert other.parameters() == made.parameters()
    dearer = other.model_copy(update={"portfolio": other.portfolio.model_copy(update={"commission": 17.25})})
    assert dearer.content() != made.content()


def test_a_changed_table_is_the_copy_that_pydantic_makes() -> None:
    table = PortfolioSettings(initial_cash=5.0)
    changed, copied = table.changed({"path": "calm"}), table.model_copy(update={"path": "calm"})
    assert changed == copied
    assert changed.model_fields_set == copied.model_fields_set == {"initial_cash", "path"}
    assert changed.model_dump() == copied.model_dump()
    assert (table.path, table.model_fields_set) == ("nearest", {"initial_cash"})
