"""Twins: what they keep, what they share, and that nothing else tells them apart."""

from typing import Any

import pytest

from sdengine.scenario import Scenario
from sdengine.scenario.twins import TWINS, TwinVariant

Change = dict[str, dict[str, Any]]

TAXED_BANDS: Change = {
    "taxes": {"short_rate": 0.3, "long_rate": 0.2},
    "portfolio": {"rebalancing_mode": "hybrid", "signal_price": "prev_close", "allow_margin": True},
}
TWO = [{"ticker": "AAPL", "target": 0.4, "band": [0.1, 0.6]}, {"ticker": "IBM", "target": 0.4, "band": [0.1, 0.6]}]


def scenario(**tables: Any) -> Scenario:
    return Scenario.from_dict({"assets": TWO, **tables})


@pytest.mark.parametrize("variant", TWINS)
def test_a_twin_has_every_asset_on_its_variant_and_keeps_budgets_dates_and_costs(variant: TwinVariant) -> None:
    base = scenario(
        portfolio={"start": "2004-08-19", "commission": 5, "slippage_bps": 2, "cash_rate": 0.01, "initial_cash": 500},
        asset_defaults={"lot_size": 0},
        withdrawal={"rate": 0.05},
    )
    twin = base.twin(variant)
    assert {asset.variant for asset in twin.assets} == {variant}
    kept = ("start", "commission", "slippage_bps", "cash_rate", "initial_cash")
    assert [getattr(twin.portfolio, key) for key in kept] == [getattr(base.portfolio, key) for key in kept]
    assert [(a.ticker, a.weight, a.lot_size) for a in twin.assets] == [(a.ticker, a.weight, 0) for a in base.assets]
    assert base.withdrawal is not None
    assert twin.withdrawal == base.withdrawal.model_copy(update={"coverage_ratio_min": 0.0, "funding": "pro_rata"})


SAME: list[Change] = [
    {"portfolio": {"rebalancing_mode": "simple"}},
    {"portfolio": {"path": "low_first"}},
    {"portfolio": {"signal_price": "prev_close"}},
    {"portfolio": {"on_insufficient_cash": "partial"}},
    {"portfolio": {"lot_method": "hifo"}},
    {"portfolio": {"allow_margin": True, "margin_rate": 0.08}},
    {"asset_defaults": {"variant": "ath_sell"}},
    {"arbitrage": {"threshold": 0.3}},
    {"rebalancing": {"drift": 0.2}},
]


@pytest.mark.parametrize("variant", TWINS)
@pytest.mark.parametrize("change", SAME, ids=str)
def test_settings_that_cannot_matter_do_not_make_another_twin(variant: TwinVariant, change: Change) -> None:
    assert scenario(name="other", **change).twin(variant) == scenario().twin(variant)
    assert scenario(**change).parameters() != scenario().parameters()


ONLY_BUY_AND_HOLD: list[Change] = [
    {"asset_defaults": {"sd_n": 12}},
    {"asset_defaults": {"profit_sharing_pct": 75}},
    {"portfolio": {"requote": "nightly"}},
    {"portfolio": {"rebalancing_mode": "rebalancing"}},
    {"portfolio": {"rebalancing_mode": "hybrid"}},
    {"arbitrage": {"fraction": 0.2}},
    {"dynamic_sd_n": {}},
    {"taxes": {"short_rate": 0.3, "long_rate": 0.2}},
]


@pytest.mark.parametrize("change", ONLY_BUY_AND_HOLD, ids=str)
def test_trading_matters_to_ath_only_and_not_to_buy_and_hold(change: Change) -> None:
    changed, plain = scenario(**change), scenario()
    assert changed.twin("buy_and_hold") == plain.twin("buy_and_hold")
    assert changed.twin("ath_only") != plain.twin("ath_only")


BOTH: list[Change] = [
    {"portfolio": {"end": "2010-01-01"}},
    {"portfolio": {"commission_bps": 3}},
    {"portfolio": {"cash_rate": 0.02}},
    {"asset_defaults": {"lot_size": 0}},
    {"asset_defaults": {"weight": 0.3}},
    {"withdrawal": {"monthly_amount": 5}},
]


@pytest.mark.parametrize("variant", TWINS)
@pytest.mark.parametrize("change", BOTH, ids=str)
def test_what_matters_to_everyone_makes_another_twin(variant: TwinVariant, change: Change) -> None:
    assert scenario(**change).twin(variant) != scenario().twin(variant)


def test_rebalancing_bands_and_traded_arbitrage_stay_in_the_ath_only_twin() -> None:
    twin = scenario(portfolio={"rebalancing_mode": "rebalancing"}, rebalancing={"drift": 0.1}).twin("ath_only")
    assert (twin.portfolio.rebalancing_mode, twin.rebalancing.drift) == ("rebalancing", 0.1)
    assert [(a.target, a.band) for a in twin.assets] == [(0.4, None)] * 2
    twin = scenario(portfolio={"rebalancing_mode": "hybrid", "signal_price": "prev_close"}).twin("ath_only")
    assert (twin.portfolio.rebalancing_mode, twin.portfolio.signal_price) == ("hybrid", "prev_close")
    assert [(a.target, a.band) for a in twin.assets] == [(None, (0.1, 0.6))] * 2
    twin = scenario(arbitrage={"fraction": 0.1, "threshold": 0.3}, portfolio={"lot_method": "fifo"}).twin("ath_only")
    assert (twin.arbitrage.fraction, twin.arbitrage.threshold, twin.portfolio.lot_method) == (0.1, 0.3, "fifo")


@pytest.mark.parametrize("variant", TWINS)
def test_whoever_asks_for_the_same_shares_a_twin_that_pays_it(variant: TwinVariant) -> None:
    plain = scenario(withdrawal={"rate": 0.05}).twin(variant)
    for how in ({"funding": "overweight"}, {"funding": "highest_premium"}, {"coverage_ratio_min": 2.0}):
        other = scenario(withdrawal={"rate": 0.05, **how}, portfolio={"signal_price": "prev_close"})
        assert other.twin(variant) == plain
    assert scenario(withdrawal={"rate": 0.04}).twin(variant) != plain


def test_a_twin_that_sells_for_withdrawals_is_taxed() -> None:
    taxes = {"short_rate": 0.3, "long_rate": 0.2}
    assert scenario(withdrawal={"rate": 0.05}, taxes=taxes).twin("buy_and_hold").taxes is not None
    assert scenario(taxes=taxes).twin("buy_and_hold").taxes is None


@pytest.mark.parametrize(
    ("variant", "changes", "name"),
    [
        ("buy_and_hold", {}, "buy_and_hold~31a4b23b"),
        ("ath_only", {}, "ath_only~77ca7735"),
        ("buy_and_hold", TAXED_BANDS, "buy_and_hold~31a4b23b"),
        ("ath_only", TAXED_BANDS, "ath_only~9b7b98b8"),
    ],
)
def test_twins_without_withdrawals_are_those_of_before(variant: TwinVariant, changes: Change, name: str) -> None:
    """The names were taken from version 0.1.0, whose warehouses have runs of them: they hash the parameters."""
    assert scenario(**changes).twin(variant).name == name


def test_the_margin_rate_stays_where_the_first_purchases_may_overdraw() -> None:
    for budget in ({"quantity": 10}, {"value": 60_000}):
        twin = scenario(asset_defaults=budget, portfolio={"margin_rate": 0.08}).twin("buy_and_hold")
        assert twin.portfolio.margin_rate == 0.08
    assert scenario(portfolio={"margin_rate": 0.08}).twin("buy_and_hold").portfolio.margin_rate == 0


@pytest.mark.parametrize("variant", TWINS)
@pytest.mark.parametrize("change", [*SAME, *ONLY_BUY_AND_HOLD, *BOTH], ids=str)
def test_a_twin_is_its_own_twin_and_comes_back_from_its_parameters(variant: TwinVariant, change: Change) -> None:
    twin = scenario(**change).twin(variant)
    assert twin.twin(variant) == twin
    assert Scenario.from_parameters(twin.parameters()).parameters() == twin.parameters()
    assert scenario(**change).twin("ath_only").twin("buy_and_hold") == scenario(**change).twin("buy_and_hold")


def test_the_name_is_that_of_the_parameters_not_of_who_asks() -> None:
    first, second = scenario(name="first").twin("ath_only"), scenario(name="second", source="yfinance").twin("ath_only")
    assert first == second
    assert first.name.startswith("ath_only~")
    assert first.name != scenario(dynamic_sd_n={}).twin("ath_only").name


def test_other_twins_are_refused() -> None:
    with pytest.raises(ValueError, match="allowed: 'buy_and_hold', 'ath_only'"):
        scenario().twin("full")  # type: ignore[arg-type]  # on purpose
