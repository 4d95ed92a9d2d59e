"""The scenario: everything that a backtest depends on, apart from the bars."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sdengine.scenario.asset import Asset
from sdengine.scenario.base import Settings, SwitchOff
from sdengine.scenario.budgets import resolve_budgets
from sdengine.scenario.canonical import parsed
from sdengine.scenario.checks import cross_check
from sdengine.scenario.errors import Refused
from sdengine.scenario.merge import apply_defaults
from sdengine.scenario.policies import Arbitrage, DynamicSdN, Rebalancing, Taxes
from sdengine.scenario.portfolio import PortfolioSettings
from sdengine.scenario.withdrawal import Withdrawal

LABELS = frozenset({"name", "description", "source", "sweep_of"})
"""Fields that change no result, and so are no parameters."""


class Scenario(Settings):
    """A portfolio, its assets and its policies, validated and resolved.

    Resolved means: `[asset_defaults]` merged into the assets, one of weight, value and quantity set on each,
    `buyback_enabled` turned into a variant, a withdrawal rule's own defaults filled in.
    """

    name: str = Field(default="scenario", min_length=1, pattern=r"^\S(.*\S)?$", description="Unique name.")
    description: str = Field(default="", description="What the scenario is for.")
    source: str | None = Field(default=None, description="Run only on data of this source, such as yfinance.")
    sweep_of: str | None = Field(default=None, description="The sweep that this scenario is a member of.")
    portfolio: PortfolioSettings = PortfolioSettings()
    assets: Annotated[tuple[Asset, ...], Field(strict=False)]
    withdrawal: Annotated[Withdrawal | None, SwitchOff] = None
    taxes: Annotated[Taxes | None, SwitchOff] = None
    rebalancing: Rebalancing = Rebalancing()
    arbitrage: Arbitrage = Arbitrage()
    dynamic_sd_n: Annotated[DynamicSdN | None, SwitchOff] = None

    @model_validator(mode="before")
    @classmethod
    def _merge_asset_defaults(cls, data: Any) -> Any:
        return apply_defaults(data) if isinstance(data, dict) else data

    @field_validator("assets")
    @classmethod
    def _resolve_budgets(cls, assets: tuple[Asset, ...], info: ValidationInfo) -> tuple[Asset, ...]:
        if not assets:
            raise Refused(((), "`{key}` is empty; allowed: one asset or more"))
        portfolio = info.data.get("portfolio")
        return assets if portfolio is None else resolve_budgets(assets, portfolio.initial_cash)

    @model_validator(mode="after")
    def _cross_check(self) -> Self:
        findings = cross_check(self.portfolio.rebalancing_mode, self.assets)
        if findings:
            raise Refused(*findings)
        return self

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, file: str | None = None) -> "Scenario":
        """Validate a scenario as it is written (without `extends` and `sweep`: see `expand`).

        Raises:
            ScenarioError: with every problem that was found, each naming `file`, key, value and what is allowed.
        """
        from sdengine.scenario.reading import read_scenario

        return read_scenario(data, file=file)

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any], *, name: str = "scenario") -> "Scenario":
        """Build the scenario back from `parameters()`, for instance from a run's row in the warehouse.

        Raises:
            ScenarioError: when they are not valid parameters.
        """
        return cls.from_dict({**parameters, "name": name})

    def parameters(self) -> dict[str, Any]:
        """What the result depends on apart from the bars, resolved, as JSON values: equal scenarios, equal dicts."""
        return parsed(self.model_dump_json(exclude=set(LABELS)))

    def twin(self, variant: Literal["buy_and_hold", "ath_only"]) -> "Scenario":
        """The same portfolio with every asset on `variant`: the baseline to compare with, see `make_twin`."""
        from sdengine.scenario.twins import make_twin

        return make_twin(self, variant)
