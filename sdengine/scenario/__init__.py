"""Scenarios: validated parameters of a backtest, their sweeps, their inheritance. Pure: no file is opened here."""

from sdengine.scenario.asset import AssetDefaults, AssetSettings
from sdengine.scenario.coverage import check_against
from sdengine.scenario.errors import Problem, ScenarioError
from sdengine.scenario.expand import expand
from sdengine.scenario.inherit import Document
from sdengine.scenario.judge import Judge
from sdengine.scenario.model import Scenario
from sdengine.scenario.policies import Arbitrage, DynamicSdN, Rebalancing, Taxes
from sdengine.scenario.portfolio import PortfolioSettings
from sdengine.scenario.retire import Retire
from sdengine.scenario.schema import json_schema
from sdengine.scenario.withdrawal import Withdrawal

__all__ = [
    "Arbitrage",
    "AssetDefaults",
    "AssetSettings",
    "Document",
    "DynamicSdN",
    "Judge",
    "PortfolioSettings",
    "Problem",
    "Rebalancing",
    "Retire",
    "Scenario",
    "ScenarioError",
    "Taxes",
    "Withdrawal",
    "check_against",
    "expand",
    "json_schema",
]
