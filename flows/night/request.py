"""What a night is asked to do, and the scenarios that it is about: what is known of it before there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flows.night.idle import Remembered
from flows.night.source import OTHERWISE
from flows.scenarios.choosing import choose
from flows.settings import Settings
from flows.stages import STAGES

if TYPE_CHECKING:
    from flows.scenarios.files import LoadedScenarios
    from sdengine.scenario import Scenario

RETRY = "retry"
"""The verb of a request that feeds a warehouse with what batches before were asked."""


@dataclass(frozen=True)
class Request:
    """What one night is asked to do.

    stages     the stages to go through, in their order
    scenarios  names of scenarios or of sweeps; none: all
    tickers    tickers to ingest and validate; None: those that the chosen scenarios need
    replace_source  whether the source may replace what another one gave
    prune      whether what nobody asks for any more goes
    wait       seconds to wait while another run holds the warehouse
    """

    settings: Settings
    verb: str = "run"
    stages: tuple[str, ...] = STAGES
    scenarios: tuple[str, ...] = ()
    tickers: tuple[str, ...] | None = None
    force: bool = False
    replace_source: bool = False
    prune: bool = False
    wait: float = 60.0


@dataclass
class Wanted:
    """A request and the scenarios that it is about: what is known of a night before there is one."""

    request: Request
    remembered: Remembered | None = field(default=None, kw_only=True)
    """What the last night left, where this one depends on the same."""
    depends_on: str | None = field(default=None, kw_only=True)
    """Fingerprint of what plans depend on, before any of it was read; None: this night is no other's measure."""
    before: Wanted | None = field(default=None, kw_only=True)
    """The same request looked at before its warehouse was there: what has not changed since is not read again."""

    @cached_property
    def loaded(self) -> LoadedScenarios:
        """Read the scenarios that are asked for."""
        if self.before is not None and self.before.depends_on == self.depends_on is not None:
            return self.before.loaded
        return load(self.request)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios that this night is about."""
        return choose(self.loaded, self.request.scenarios)

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """Names of the scenarios that a night about some of them is about; None: whatever there is."""
        return tuple(scenario.name for scenario in self.scenarios) if self.request.scenarios else None

    @property
    def invalid(self) -> dict[str, str]:
        """What is wrong with scenarios that could not be read: news for every night, except for one about others."""
        asked = self.request.scenarios
        return {
            bad.name: "; ".join(str(problem) for problem in bad.problems)
            for bad in self.loaded.invalid
            if not asked or bad.name in asked
        }

    @property
    def source_name(self) -> str:
        """The night's source of bars."""
        return self.request.settings.source or OTHERWISE

    @property
    def on_source(self) -> tuple[Scenario, ...]:
        """Those of them whose bars are asked of the night's source."""
        from flows.scenarios.files import runs_on

        return tuple(scenario for scenario in self.scenarios if runs_on(scenario, self.source_name))

    @property
    def tickers(self) -> tuple[str, ...]:
        """The tickers to ingest and validate, sorted."""
        if self.request.tickers is not None:
            return self.request.tickers
        if self.remembered is not None:
            return self.remembered.tickers
        return tuple(sorted({ticker for scenario in self.on_source for ticker in scenario.tickers}))

    @property
    def asset_classes(self) -> dict[str, str]:
        """Asset class of each ticker whose scenario names one: it decides calendar and rules."""
        if self.remembered is not None:
            return self.remembered.asset_classes
        return {a.ticker: a.asset_class for scenario in self.scenarios for a in scenario.assets if a.asset_class}

    @property
    def restricted_to(self) -> tuple[str, ...] | None:
        """The tickers that a night about some of them is about; None: whatever there is."""
        return self.tickers if self.request.scenarios or self.request.tickers is not None else None


def load(request: Request) -> LoadedScenarios:
    """Load the request's scenarios and check the names that it gives."""
    from flows.scenarios.files import load_scenarios

    loaded = load_scenarios(request.settings.scenario_files)
    choose(loaded, request.scenarios)
    return loaded
