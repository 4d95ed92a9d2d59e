"""The settings of runs and of their assets: what people filter and sort by. Every setting that a sweep can vary is one.

How each is read from a run's parameters stands in `sdengine.metrics.parameters`.
"""

from __future__ import annotations

from schemas.columns import day, flag, fraction, money, number, quantity, text, whole
from schemas.metrics.kinds import YEARLY


class RunSettings:
    """Of a run. One that assets have, each its own, is null where they differ."""

    tickers = text("Tickers of the assets in order of adding, separated by blanks")
    assets = whole("Assets in the portfolio", ge=1)
    initial_cash = money("Cash at the start, before assets enter", gt=0)
    window_start = day("First day that the scenario asks for; null is the first bar", nullable=True)
    window_end = day("Last day that the scenario asks for; null is the last bar", nullable=True)
    asset_class = text("What kind of asset every asset is, as the scenario says", nullable=True)
    sd_n = number("Brackets that double the price, of every asset", unit="brackets", nullable=True)
    profit_sharing_pct = number(
        "Share of a bracket's gain that is traded, of every asset", unit="percent", nullable=True
    )
    variant = text("Which orders the algorithm places, of every asset", nullable=True)
    lot_size = number("Smallest quantity that trades, of every asset; 0 is fractional", unit="shares", nullable=True)
    initial_weight = fraction("Entry as a share of the initial cash, of every asset", nullable=True)
    initial_value = money("Entry in cash, of every asset", nullable=True)
    initial_quantity = quantity("Entry in shares, of every asset", nullable=True)
    target = fraction("Target weight, of every asset", nullable=True)
    band_min = fraction("Smallest weight that the band allows, of every asset", nullable=True)
    band_max = fraction("Largest weight that the band allows, of every asset", nullable=True)
    rebalancing_mode = text("How the portfolio coordinates its assets")
    path = text("Order in which a bar is taken to have visited its extremes")
    requote = text("How often the resting orders are laid anew: at once after a fill, or over night")
    seed = whole("Which paths the path random draws")
    signal_price = text("Whether premiums that decide an order are taken at the day's close or at the close before")
    cash_rate = fraction("Interest a year on a positive bank; also the risk-free rate of the Sharpe and Sortino ratios")
    margin_rate = fraction("Interest a year on a negative bank")
    allow_margin = flag("Whether buys execute without cash")
    on_insufficient_cash = text("What becomes of a buy that the bank can't pay whole")
    slippage_bps = number("How much worse every fill's price is", unit="hundredths of a percent")
    commission = money("Fixed commission of each fill")
    commission_bps = number("Commission on the notional of each fill", unit="hundredths of a percent")
    commission_per_share = money("Commission on each share")
    lot_method = text("Which open lots a sell consumes first")
    rebalancing_drift = fraction("Distance from its target at which a weight is traded back (mode rebalancing)")
    rebalancing_calendar = text("How often targets are traded back besides; null is never", nullable=True)
    rebalancing_signals = flag("Whether the algorithm's own orders trade beside the targets (mode rebalancing)")
    arbitrage_threshold = fraction("Spread of premiums above which there is an opportunity")
    arbitrage_fraction = fraction("Share of the dear asset that is sold for the cheap one; 0 only records")
    arbitrage_cooldown_days = whole("Calendar days that both assets then wait", unit="days")
    dynamic_sd_n_gap_threshold = fraction(
        "Gap at the open that counts when sd_n is chosen anew each month; null where sd_n is fixed", nullable=True
    )
    tax_short_rate = fraction("Tax on gains held under a year; null without taxes", nullable=True)
    tax_long_rate = fraction("Tax on gains held a year or longer; null without taxes", nullable=True)
    withdrawal_rule = text("How a withdrawal's amount is set; null without withdrawals", nullable=True)
    withdrawal_monthly_amount = money("Cash asked for each month, in the first year", nullable=True)
    withdrawal_rate = fraction("Share of the portfolio's value asked for a year", nullable=True)
    withdrawal_inflation = number("Growth of the amount asked for", unit=YEARLY, nullable=True)
    withdrawal_funding = text("Where a withdrawal finds the cash that the bank lacks", nullable=True)
    withdrawal_floor = fraction("How far the amount may fall in a year, in real terms", nullable=True)
    withdrawal_ceiling = fraction("How far the amount may rise in a year, in real terms", nullable=True)
    withdrawal_upper_guardrail = fraction("Excess over the initial rate that cuts the amount", nullable=True)
    withdrawal_lower_guardrail = fraction("Shortfall below the initial rate that raises the amount", nullable=True)
    withdrawal_adjustment = fraction("Size of such a cut or raise", nullable=True)
    withdrawal_inflation_cap = number("Largest growth of the amount by inflation", unit=YEARLY, nullable=True)
    withdrawal_years = whole("Years that the withdrawals are planned for", unit="years", nullable=True)
    withdrawal_stock_share = fraction("Share of stocks in the mix that the plan assumes", nullable=True)
    withdrawal_stock_return = number("Real return of stocks that the plan assumes", unit=YEARLY, nullable=True)
    withdrawal_bond_return = number("Real return of bonds that the plan assumes", unit=YEARLY, nullable=True)
    coverage_ratio_min = number("Coverage below which a withdrawal is skipped", unit="ratio", nullable=True)


class AssetSettings:
    """Of one asset of a run."""

    asset_class = text("What kind of asset it is, as the scenario says", nullable=True)
    sd_n = number("Brackets that double the price", unit="brackets")
    profit_sharing_pct = number("Share of a bracket's gain that is traded", unit="percent")
    variant = text("Which orders the algorithm places")
    lot_size = number("Smallest quantity that trades; 0 is fractional", unit="shares")
    initial_weight = fraction("Entry as a share of the initial cash; null where given otherwise", nullable=True)
    initial_value = money("Entry in cash; null where given otherwise", nullable=True)
    initial_quantity = quantity("Entry in shares; null where given otherwise", nullable=True)
    target = fraction("Target weight; null for none", nullable=True)
    band_min = fraction("Smallest weight that the band allows; null without a band", nullable=True)
    band_max = fraction("Largest weight that the band allows; null without a band", nullable=True)
