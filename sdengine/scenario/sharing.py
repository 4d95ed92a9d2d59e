"""Holding once what the members of a sweep have in common: a million of them are much alike."""

from typing import Any

from sdengine.scenario.base import Settings
from sdengine.scenario.model import Scenario


class Shared:
    """Tables of the members so far.

    Of two that are equal one is held. pydantic notes beside the fields of each table which of them were given, in a set
    that is larger than they are: tables that were given the same share it. Who copies a table copies its note, too, and
    nobody changes it.
    """

    def __init__(self) -> None:
        self._tables: dict[Settings, Settings] = {}
        self._given: dict[frozenset[str], set[str]] = {}

    def of(self, scenario: Scenario) -> dict[str, Any]:
        """Find the tables to be put in the place of the scenario's own, by field."""
        given = ((name, getattr(scenario, name)) for name in scenario.model_fields_set)
        tables: dict[str, Any] = {name: self._held(table) for name, table in given if isinstance(table, Settings)}
        return tables | {"assets": tuple(self._held(asset) for asset in scenario.assets)}

    def _held(self, table: Settings) -> Settings:
        held = self._tables.setdefault(table, table)
        if held is table:
            given = table.model_fields_set
            note = self._given.setdefault(frozenset(given), given)
            object.__setattr__(table, "__pydantic_fields_set__", note)
        return held
