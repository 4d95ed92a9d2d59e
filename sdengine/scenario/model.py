"""The scenario as everybody uses it: its tables, read from plain data, and its twins."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.shown import html_table
from sdengine.scenario.reading import read
from sdengine.scenario.tables import ScenarioTables, bars_before
from sdengine.scenario.twins import TwinVariant, make_benchmark, make_twin
from sdengine.words import first_few


class Scenario(ScenarioTables):
    """A portfolio, its assets and its policies: see `ScenarioTables` for the fields."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, file: str | None = None) -> "Scenario":
        """Validate a scenario as it is written (without `extends` and `sweep`: see `expand`).

        Raises:
            ScenarioError: with every problem that was found, each naming `file`, key, value and what is allowed.
        """
        return read(cls, data, file=file)

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any], *, name: str = "scenario") -> "Scenario":
        """Build the scenario back from `parameters()`, for instance from a run's row in the warehouse.

        Raises:
            ScenarioError: when they are not valid parameters.
        """
        return cls.from_dict({**parameters, "name": name})

    @property
    def bars_before(self) -> int:
        """How many bars before `start` each asset's first days look back on, see `bars_before`."""
        return bars_before(self.__dict__)

    def twin(self, variant: TwinVariant, name: str | None = None) -> "Scenario":
        """Build the same portfolio with every asset on `variant`: the baseline to compare with, see `make_twin`."""
        return make_twin(self, variant, name)

    def benchmark_twin(self, start: date, end: date | None, name: str | None = None) -> "Scenario":
        """Build what buys the benchmark on the first of those days and holds it, see `make_benchmark`."""
        return make_benchmark(self, start, end, name)

    def __repr__(self) -> str:
        return f"Scenario({short_name(self)}, {self.portfolio.rebalancing_mode})"

    def _repr_html_(self) -> str:
        names = ("ticker", "sd_n", "profit_sharing_pct", "variant", "weight", "value", "quantity", "target")
        return html_table(repr(self), names, ([getattr(one, name) for name in names] for one in self.assets))


def short_name(scenario: Scenario) -> str:
    """Name a scenario with its tickers, the first of them where there are many."""
    return f"{scenario.name}: {first_few([asset.ticker for asset in scenario.assets], 5)}"
