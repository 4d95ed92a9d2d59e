"""The tables of a scenario: everything that a backtest depends on, apart from the bars, and what is beside it."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from schemas.backtest import KEEP
from schemas.names import LONGEST_NAME
from sdengine.scenario.asset import AssetSettings
from sdengine.scenario.base import Settings, SwitchOff, name_of
from sdengine.scenario.benchmark import Benchmark
from sdengine.scenario.budgets import resolve_budgets
from sdengine.scenario.canonical import plain
from sdengine.scenario.checks import cross_check
from sdengine.scenario.errors import Refused
from sdengine.scenario.judge import Judge
from sdengine.scenario.merge import apply_defaults
from sdengine.scenario.policies import Arbitrage, DynamicSdN, Rebalancing, Taxes
from sdengine.scenario.portfolio import PortfolioSettings
from sdengine.scenario.retire import Retire
from sdengine.scenario.withdrawal import Withdrawal

LABELS = frozenset({"name", "description", "source", "sweep_of", "keep"})
"""Fields that change no result, and so are no parameters."""

BESIDE = frozenset({"benchmark", "judge", "retire"})
"""Tables that only say what a run is compared with, how it is judged, or what is asked of it: no parameters either, and
none that a sweep varies. Changing one runs nothing anew, and twins do not have them."""


class ScenarioTables(Settings):
    """A portfolio, its assets and its policies, validated and resolved.

    Resolved means: `[asset_defaults]` merged into the assets, one of weight, value and quantity set on each,
    `buyback_enabled` turned into a variant, a withdrawal rule's own defaults filled in.
    """

    name: Annotated[str, name_of(LONGEST_NAME)] = Field(
        default="scenario", min_length=1, pattern=r"^\S(.*\S)?$", description="Unique name."
    )
    description: str = Field(default="", description="What the scenario is for.")
    source: Annotated[str | None, name_of(LONGEST_NAME)] = Field(
        default=None, description="Run only on data of this source, such as yfinance."
    )
    sweep_of: str | None = Field(default=None, description="The sweep that this scenario is a member of.")
    keep: str = Field(default=KEEP[0], description="What its sweep keeps of its runs.")
    portfolio: PortfolioSettings = PortfolioSettings()
    assets: Annotated[tuple[AssetSettings, ...], Field(strict=False)]
    withdrawal: Annotated[Withdrawal | None, SwitchOff] = None
    taxes: Annotated[Taxes | None, SwitchOff] = None
    rebalancing: Rebalancing = Rebalancing()
    arbitrage: Arbitrage = Arbitrage()
    dynamic_sd_n: Annotated[DynamicSdN | None, SwitchOff] = None
    benchmark: Annotated[Benchmark | None, SwitchOff] = None
    judge: Judge = Judge()
    retire: Annotated[Retire | None, SwitchOff] = None

    @model_validator(mode="before")
    @classmethod
    def _merge_asset_defaults(cls, data: Any) -> Any:
        return apply_defaults(data) if isinstance(data, dict) else data

    @field_validator("assets")
    @classmethod
    def _resolve_budgets(cls, assets: tuple[AssetSettings, ...], info: ValidationInfo) -> tuple[AssetSettings, ...]:
        if not assets:
            raise Refused(((), "`{key}` is empty; allowed: one asset or more"))
        portfolio = info.data.get("portfolio")
        return assets if portfolio is None else resolve_budgets(assets, portfolio.initial_cash)

    @model_validator(mode="after")
    def _cross_check(self) -> Self:
        funding = None if self.withdrawal is None else self.withdrawal.funding
        findings = cross_check(self.portfolio.rebalancing_mode, self.assets, funding)
        if findings:
            raise Refused(*findings)
        return self

    @property
    def tickers(self) -> tuple[str, ...]:
        """Every ticker whose bars are wanted: of the assets in the order of adding, then of the benchmark."""
        beside = self.benchmark.held() if self.benchmark is not None else ()
        return tuple(dict.fromkeys((*(asset.ticker for asset in self.assets), *beside)))

    def content(self) -> tuple[Any, ...]:
        """Give the tables that the result depends on: of two scenarios with equal ones the parameters are equal."""
        return tuple(value for name, value in self.__dict__.items() if name in RESULT)

    def parameters(self) -> dict[str, Any]:
        """Give all that the result depends on but the bars, resolved, as JSON values: equal scenarios, equal dicts."""
        return {name: plain(value) for name, value in self.__dict__.items() if name in RESULT}


RESULT = frozenset(ScenarioTables.model_fields) - LABELS - BESIDE
"""Fields that the result depends on."""


def bars_before(tables: Mapping[str, Any]) -> int:
    """How many bars before `start` each asset's first days look back on (`sdengine/RULES.md`, "Dynamic sd_n")."""
    from sdengine.kernel.records import GAP_BARS

    return 0 if tables["dynamic_sd_n"] is None or tables["portfolio"].start is None else GAP_BARS
