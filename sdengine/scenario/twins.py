"""The baselines of a scenario: the same portfolio with every asset on `buy_and_hold` or `ath_only`.

A twin keeps what its result can depend on and gives every other setting its default. So scenarios which differ only
in what their twins ignore (the sd_n of a buy and hold, say) share one twin, which is computed once.

A twin pays (`sdengine/RULES.md`, "Twins"): the scenario's policy, applied to the twin's own value.
"""

from datetime import date
from typing import Any, Literal, TypeVar, get_args

from schemas.backtest import KEEP
from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.scenario.asset import AssetSettings
from sdengine.scenario.canonical import fingerprint8
from sdengine.scenario.outline import Outline
from sdengine.scenario.portfolio import NEEDS
from sdengine.scenario.tables import BESIDE, ScenarioTables

TwinVariant = Literal["buy_and_hold", "ath_only"]
TWINS: tuple[TwinVariant, ...] = get_args(TwinVariant)
TWIN_MARK = "~"
"""Stands in the name of a twin, and in no other."""
BENCHMARK = "benchmark"
COMPARED = (*TWINS, BENCHMARK)
"""All that a run may be compared with."""
PAYS = {"coverage_ratio_min": 0.0, "funding": "pro_rata"}
"""How a twin pays, whatever its scenario waits for and sells: it has no synthetic dividends that could cover much."""
NEUTRAL: dict[str, Any] = {
    table: ScenarioTables.model_fields[table].get_default(call_default_factory=True)
    for table in ("portfolio", "rebalancing", "arbitrage", *BESIDE)
}
"""Tables as they are where nothing is said in them."""
UNTRADED = {key: AssetSettings.model_fields[key].default for key in ("sd_n", "profit_sharing_pct")}
"""What of an asset changes nothing where it is never traded, at its defaults."""
Model = TypeVar("Model", bound=ScenarioTables)


def twin_name(kind: str, parameters: str) -> str:
    """Name a twin by its parameters, as canonical JSON, so that the name does not depend on who asks."""
    return f"{kind}{TWIN_MARK}{fingerprint8(parameters)}"


def make_twin(scenario: Model, variant: TwinVariant, name: str | None = None) -> Model:
    """Build the twin. Kept in both: budgets, lots, dates, costs, interest on cash, what withdrawals ask for.

    `buy_and_hold` drops all trading: mode, path, targets, bands, arbitrage, dynamic sd_n; taxes too, unless it has to
    sell for withdrawals. `ath_only` keeps rebalancing, bands and traded arbitrage, so that only the buybacks are
    missing. `name`: its `twin_name`, where it is known: to find it takes longer than all else.

    Raises:
        ValueError: for another variant.
    """
    tables, of_assets = _changed(scenario, variant)
    beside: dict[str, object] = {
        "assets": tuple(asset.changed(of_assets) for asset in scenario.assets),
        "description": f"Every asset on {variant}: a baseline.",
        "source": None,
        "sweep_of": None,
        "keep": KEEP[0],
    }
    twin = scenario.changed(tables | beside | {table: NEUTRAL[table] for table in BESIDE})
    return _named(twin, variant, name)


def outline_of(scenario: ScenarioTables, variant: TwinVariant | None = None) -> Outline:
    """Outline the scenario, or the twin that `make_twin` would make.

    Raises:
        ValueError: for another variant.
    """
    if variant is None:
        return Outline(scenario.__dict__, {})
    tables, of_assets = _changed(scenario, variant)
    return Outline(scenario.__dict__ | tables, of_assets)


def _changed(scenario: ScenarioTables, variant: TwinVariant) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell which tables a twin has in the place of the scenario's, and which settings each asset."""
    if variant not in TWINS:
        raise ValueError(f"twin {variant!r} is unknown; allowed: {', '.join(map(repr, TWINS))}")
    algorithm = variant == "ath_only"
    needs = NEEDS[scenario.portfolio.rebalancing_mode] if algorithm else None
    rebalances, banded = needs == "target", needs == "band"
    arbitrages = algorithm and scenario.arbitrage.fraction > 0 and len(scenario.assets) > 1
    buys = rebalances or banded or arbitrages
    withdrawal = scenario.withdrawal and scenario.withdrawal.changed(PAYS)
    taxes = scenario.taxes if algorithm or withdrawal else None
    margin = scenario.portfolio.allow_margin and (buys or taxes is not None)

    default = NEUTRAL["portfolio"]
    reset: dict[str, Any] = {"on_insufficient_cash": default.on_insufficient_cash, "allow_margin": margin}
    if not (rebalances or banded):
        reset["rebalancing_mode"] = default.rebalancing_mode
    # without buys every way through a bar sells the same; only orders laid once a night cap the fills of a bar
    reset |= {"path": default.path, "seed": default.seed}
    if not algorithm:
        reset["requote"] = default.requote
    # the signal price orders trades, and values them for bands
    if not banded:
        reset["signal_price"] = default.signal_price
    # one lot per asset: nothing to choose from
    if not buys:
        reset["lot_method"] = default.lot_method
    charged = scenario.portfolio.margin_rate != default.margin_rate
    if charged and not (margin or buys or taxes or withdrawal or _overdraws(scenario)):
        reset["margin_rate"] = default.margin_rate

    of_assets: dict[str, Any] = {"variant": variant}
    if not algorithm:
        of_assets |= UNTRADED
    if not rebalances:
        of_assets["target"] = None
    if not banded:
        of_assets["band"] = None

    tables = {
        "portfolio": scenario.portfolio.changed(reset),
        "withdrawal": withdrawal,
        "taxes": taxes,
        "rebalancing": scenario.rebalancing if rebalances else NEUTRAL["rebalancing"],
        "arbitrage": scenario.arbitrage if arbitrages else NEUTRAL["arbitrage"],
        "dynamic_sd_n": scenario.dynamic_sd_n if algorithm else None,
    }
    return tables, of_assets


def _named(twin: Model, kind: str, name: str | None) -> Model:
    if name is None:
        name = twin_name(kind, outline_of(twin).parameters)
    return twin.changed({"name": name})


def make_benchmark(scenario: Model, start: date, end: date | None, name: str | None = None) -> Model:
    """Build the benchmark's run: it buys the `[benchmark]` of the scenario in place of the assets, and holds it.

    Cash, costs, interest, taxes and payments are the scenario's, as in the twin `buy_and_hold`; quantities are
    multiples of the smallest `lot_size` of its assets. `start` and `end` (None: the last bar) are where its own days
    begin and end. `name`: as for `make_twin`.

    Raises:
        ValueError: for a scenario without a benchmark.
    """
    if scenario.benchmark is None:
        raise ValueError(f"the scenario {scenario.name} has no benchmark; allowed: one with a `[benchmark]`")
    lot = min(asset.lot_size for asset in scenario.assets)
    held = scenario.benchmark.held().items()
    assets = tuple(AssetSettings(ticker=ticker, weight=weight, lot_size=lot) for ticker, weight in held)
    window = scenario.portfolio.changed({"start": start, "end": end})
    held_alone = scenario.changed({"portfolio": window, "assets": assets})
    twin = make_twin(held_alone, "buy_and_hold", BENCHMARK)
    return _named(twin.changed({"description": "The benchmark, bought once and held."}), BENCHMARK, name)


def _overdraws(scenario: ScenarioTables) -> bool:
    """Tell whether the initial purchases may take the bank below zero (a quantity has no price yet, so it may)."""
    weights = sum(asset.weight or 0.0 for asset in scenario.assets)
    values = sum(asset.value or 0.0 for asset in scenario.assets)
    by_quantity = any(asset.quantity is not None for asset in scenario.assets)
    return by_quantity or weights + values / scenario.portfolio.initial_cash > 1 + SUM_EXCESS
