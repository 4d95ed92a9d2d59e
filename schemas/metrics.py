"""What the metrics stage makes of each run: one wide row, and rows by asset, month and drawdown.

Conventions that all of them share. Returns are time-weighted: a withdrawal is not a loss, costs and taxes are. A year
is 365.25 calendar days; daily figures are annualised by the days a year that the run really had. Drawdowns, losses at
risk and costs are positive numbers. A figure that does not exist for a run (one close, no dispersion, no drawdown, no
policy, no twin) is null.
"""

from __future__ import annotations

from schemas.columns import (
    BATCH_ID,
    RUN_ID,
    TICKER,
    Table,
    day,
    flag,
    fraction,
    money,
    number,
    price,
    quantity,
    text,
    whole,
)

_YEARLY = "fraction a year"


class Runs(
    Table,
    name="metrics.runs",
    key=("run_id",),
    written_by="metrics",
    grain="one row is one run: its parameters flattened, its metrics as columns, beside those of its twins",
):
    """Rankings filter `role = 'scenario'`: the twins that scenarios are compared with stand here too.

    Every setting that a sweep can vary is a column. One that assets have, each its own, is null where they differ;
    `metrics.assets` has it for each.
    """

    run_id = RUN_ID
    scenario = text("Name of the scenario")
    role = text("A scenario somebody asked for, or a twin that others are compared with", isin=("scenario", "twin"))
    sweep = text("Name of the sweep that the scenario is a member of; null for none", nullable=True)

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
    withdrawal_inflation = number("Growth of the amount asked for", unit=_YEARLY, nullable=True)
    withdrawal_funding = text("Where a withdrawal finds the cash that the bank lacks", nullable=True)
    withdrawal_floor = fraction("How far the amount may fall in a year, in real terms", nullable=True)
    withdrawal_ceiling = fraction("How far the amount may rise in a year, in real terms", nullable=True)
    withdrawal_upper_guardrail = fraction("Excess over the initial rate that cuts the amount", nullable=True)
    withdrawal_lower_guardrail = fraction("Shortfall below the initial rate that raises the amount", nullable=True)
    withdrawal_adjustment = fraction("Size of such a cut or raise", nullable=True)
    withdrawal_inflation_cap = number("Largest growth of the amount by inflation", unit=_YEARLY, nullable=True)
    withdrawal_years = whole("Years that the withdrawals are planned for", unit="years", nullable=True)
    withdrawal_stock_share = fraction("Share of stocks in the mix that the plan assumes", nullable=True)
    withdrawal_stock_return = number("Real return of stocks that the plan assumes", unit=_YEARLY, nullable=True)
    withdrawal_bond_return = number("Real return of bonds that the plan assumes", unit=_YEARLY, nullable=True)
    coverage_ratio_min = number("Coverage below which a withdrawal is skipped", unit="ratio", nullable=True)

    first_date = day("First day of the run: its first asset enters at that day's close")
    last_date = day("Last day of the run")
    days = whole("Days of the run, each with a bar of some asset", ge=1)
    years = number("Years from the first to the last day, by the calendar", unit="years", ge=0)
    periods_per_year = number(
        "Closes a year as the run had them: what annualises daily figures", unit="closes a year", nullable=True
    )

    final_value = money("Bank and holdings at the last close")
    final_value_net = money("The same less the taxes that are due")
    final_bank = money("Bank at the last close; negative is margin debt")
    final_nav_value = money("Holdings at their all-time highs, at the last close")
    mean_value = money("Mean of the total value over all closes")
    lowest_bank = money("Lowest bank at any close")
    days_negative_bank = whole("Closes at which the bank was negative", ge=0)
    depleted_on = day("First close at which the portfolio was worth nothing; null if it never was", nullable=True)

    total_return = fraction(
        "Growth of one unit of initial capital less one, time-weighted; -1 for good once prices have brought the value "
        "to nothing (depleted_on), whatever final_value is",
        ge=-1,
    )
    cagr = number("Compound annual growth rate by calendar days", unit=_YEARLY, nullable=True)
    cagr_net = number(
        "Growth a year if the taxes that are due were paid at the last close; the ranking is by it",
        unit=_YEARLY,
        nullable=True,
    )
    money_weighted_return = number(
        "Internal rate of return a year: of the initial cash paid in, withdrawals and final value taken out; above 0 "
        "is a gain, null where the end is a debt",
        unit=_YEARLY,
        nullable=True,
    )
    volatility = number("Standard deviation of the daily returns, annualised", unit=_YEARLY, ge=0, nullable=True)
    sharpe = number(
        "Mean daily return above cash_rate over the standard deviation, annualised", unit="ratio", nullable=True
    )
    sortino = number(
        "Mean daily return above cash_rate over the downside deviation, annualised", unit="ratio", nullable=True
    )
    calmar = number("Growth a year over the deepest drawdown", unit="ratio", nullable=True)
    max_drawdown = fraction("Deepest fall below the highest value so far, the initial capital included", ge=0, le=1)
    max_drawdown_peak_on = day("Last close at the high before the deepest drawdown", nullable=True)
    max_drawdown_trough_on = day("First close at the bottom of the deepest drawdown", nullable=True)
    max_drawdown_recovered_on = day("First close back at that high; null if not by the last day", nullable=True)
    longest_drawdown_days = whole(
        "Calendar days of the longest drawdown, from peak to recovery or last day", unit="days", ge=0
    )
    current_drawdown = fraction("Drawdown at the last close", ge=0, le=1)
    drawdowns = whole("Number of drawdowns", ge=0)
    ulcer_index = fraction("Root mean square of the drawdowns at all closes", ge=0, le=1)
    value_at_risk = fraction("Loss that one day in twenty exceeded", nullable=True)
    expected_shortfall = fraction("Mean loss of the worst twentieth of days", nullable=True)
    best_day = fraction("Highest daily return", nullable=True)
    worst_day = fraction("Lowest daily return", nullable=True)
    gaining_days = fraction("Share of the daily returns that were above zero", ge=0, le=1, nullable=True)

    synthetic_dividends = money("Proceeds of the algorithm's sells", ge=0)
    synthetic_dividend_yield = number(
        "Synthetic dividends a year over the mean value", unit=_YEARLY, ge=0, nullable=True
    )
    dividends = money("Cash dividends", ge=0)
    interest = money("Interest on the bank; negative where margin cost more than cash earned")
    withdrawals = money("Cash taken out", ge=0)
    withdrawals_due = money("Cash that the policy would have taken out by the last day", ge=0, nullable=True)
    paid_share = fraction("Cash taken out over what was due; null where nothing was", ge=0, nullable=True)
    months_due = whole("Months whose withdrawal has come due; null without a policy", ge=0, nullable=True)
    months_in_full = whole("Months that were paid all that was due", ge=0, nullable=True)
    months_short = whole("Months that were paid something, but less than was due", ge=0, nullable=True)
    months_none = whole("Months that were paid nothing", ge=0, nullable=True)
    longest_gap_months = whole("Most due months in a row that were paid nothing", unit="months", ge=0, nullable=True)
    worst_year = whole("Calendar year that was paid the least share of what was due", unit="year", nullable=True)
    worst_year_paid_share = fraction("That share", ge=0, nullable=True)
    coverage = number("Synthetic dividends over the withdrawals due", unit="ratio", ge=0, nullable=True)
    costs = money("Commissions; slippage is in the prices", ge=0)
    taxes = money("Taxes paid", ge=0)
    taxes_due = money("Taxes due and unpaid, or accrued on gains realised since the last year was closed", ge=0)

    fills = whole("Executed trades, entries included", ge=0)
    buys = whole("The algorithm's buys", ge=0)
    sells = whole("The algorithm's sells", ge=0)
    skipped_buys = whole("Buys that the bank could not pay", ge=0)
    skipped_bands = whole("Trades that a band forbade", ge=0)
    skipped_withdrawals = whole("Withdrawals that coverage or the bank did not allow", ge=0)
    opportunities = whole("Arbitrage opportunities recorded", ge=0)
    turnover = number(
        "Half of what was traded after the entries, a year, over the mean value", unit=_YEARLY, ge=0, nullable=True
    )
    exposure = fraction("Mean invested share of the value; above 1 on margin", ge=0, nullable=True)
    bank_return_contribution = fraction(
        "Part of the total return that interest, less taxes, made; the assets' parts are in metrics.assets",
        nullable=True,
    )
    bank_drawdown_contribution = fraction("Part of the deepest drawdown that they made, likewise", nullable=True)
    income_correlation = number(
        "Mean correlation of the monthly synthetic dividends over all pairs of assets", unit="ratio", nullable=True
    )

    realised_gain = money("Gain on all lots sold, commissions included")
    unrealised_gain = money("Gain on all open lots at the last close, commissions of buying included")
    realised_volatility_alpha = money("Gain on sold lots that the algorithm had bought back")
    unrealised_volatility_alpha = money("Last close less price, on open lots that the algorithm bought back")
    baseline_volatility_alpha = fraction("Total return less that of the ath_only twin", nullable=True)

    buy_and_hold_twin = text("Run of the same portfolio that never trades", nullable=True)
    buy_and_hold_return = fraction("Total return of the buy_and_hold twin", nullable=True)
    buy_and_hold_cagr = number("Growth a year of the buy_and_hold twin", unit=_YEARLY, nullable=True)
    buy_and_hold_volatility = number("Volatility of the buy_and_hold twin", unit=_YEARLY, nullable=True)
    buy_and_hold_sharpe = number("Sharpe ratio of the buy_and_hold twin", unit="ratio", nullable=True)
    buy_and_hold_max_drawdown = fraction("Deepest drawdown of the buy_and_hold twin", nullable=True)
    buy_and_hold_withdrawals = money("Cash that the buy_and_hold twin took out", ge=0, nullable=True)
    excess_return = fraction("Total return less that of the buy_and_hold twin", nullable=True)
    excess_cagr = number("Growth a year less that of the buy_and_hold twin", unit=_YEARLY, nullable=True)
    ath_only_twin = text("Run of the same portfolio that sells only at new highs and never buys", nullable=True)
    ath_only_return = fraction("Total return of the ath_only twin", nullable=True)
    ath_only_cagr = number("Growth a year of the ath_only twin", unit=_YEARLY, nullable=True)
    ath_only_max_drawdown = fraction("Deepest drawdown of the ath_only twin", nullable=True)
    ath_only_withdrawals = money("Cash that the ath_only twin took out", ge=0, nullable=True)
    benchmark = text("What else the scenario is compared with; null for nothing", nullable=True)
    benchmark_twin = text("Run that buys the benchmark with the same cash and holds it", nullable=True)
    benchmark_reason = text("Why there is no such run; null where there is, or none is asked for", nullable=True)
    benchmark_return = fraction("Total return of the benchmark", nullable=True)
    benchmark_cagr = number("Growth a year of the benchmark", unit=_YEARLY, nullable=True)
    benchmark_volatility = number("Volatility of the benchmark", unit=_YEARLY, nullable=True)
    benchmark_sharpe = number("Sharpe ratio of the benchmark", unit="ratio", nullable=True)
    benchmark_max_drawdown = fraction("Deepest drawdown of the benchmark", nullable=True)
    benchmark_withdrawals = money("Cash that the benchmark took out", ge=0, nullable=True)
    benchmark_excess_return = fraction("Total return less that of the benchmark", nullable=True)
    benchmark_excess_cagr = number("Growth a year less that of the benchmark", unit=_YEARLY, nullable=True)
    paid_unlike = text(
        "Which of buy_and_hold, ath_only and benchmark took out another sum than the run, so that they compare with it "
        "only in part; null for none",
        nullable=True,
    )

    metrics_version = text("Fingerprint of the code that computed the row", matches="[0-9a-f]{16}")


class Assets(
    Table,
    name="metrics.assets",
    key=("run_id", "ticker"),
    written_by="metrics",
    grain="one row is one asset of one run: its parameters, what it traded, what it brought",
):
    """`gain` of the assets, interest and taxes add up to what the run gained before withdrawals.

    Contributions of the assets and of the run's bank add up to its total return and to its deepest drawdown.
    """

    run_id = RUN_ID
    ticker = TICKER
    asset_class = text("What kind of asset it is, as the scenario says", nullable=True)
    position = whole("Place in the order of adding, from 1", ge=1)
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
    entered_on = day("Day of the entry; null if it never entered", nullable=True)
    entry_price = price("Price of the entry, slippage included", nullable=True)
    last_traded_on = day(
        "Its last bar up to the run's last day; earlier than that if it stopped trading", nullable=True
    )
    last_close = price("Its last close", nullable=True)
    holdings = quantity("Shares held at the last close")
    value = money("Holdings at the last close", ge=0)
    weight = fraction("Share of the portfolio's value at the last close; null where that is nothing", nullable=True)
    mean_weight = fraction("Mean share of the portfolio's value over all closes", nullable=True)
    fills = whole("Executed trades, the entry included", ge=0)
    buys = whole("The algorithm's buys", ge=0)
    sells = whole("The algorithm's sells", ge=0)
    skipped_buys = whole("Buys that the bank could not pay", ge=0)
    skipped_bands = whole("Trades that a band forbade", ge=0)
    bought = money("Cash spent on shares, the entry included, without commissions", ge=0)
    sold = money("Proceeds of all sales, without commissions", ge=0)
    synthetic_dividends = money("Proceeds of the algorithm's sells", ge=0)
    dividends = money("Cash dividends", ge=0)
    costs = money("Commissions", ge=0)
    gain = money("Value at the end + sold + dividends - bought - costs")
    price_return = fraction("Last close over entry price, less one", nullable=True)
    realised_gain = money("Gain on lots sold, commissions included")
    unrealised_gain = money("Gain on open lots at the last close, commissions of buying included")
    realised_volatility_alpha = money("Gain on sold lots that the algorithm had bought back")
    unrealised_volatility_alpha = money("Last close less price, on open lots that the algorithm bought back")
    return_contribution = fraction(
        "Part of the run's total return that the asset made: its daily gains, in units of the run's growth",
        nullable=True,
    )
    drawdown_contribution = fraction("Part of the run's deepest drawdown that it made, likewise", nullable=True)
    synthetic_dividend_share = fraction(
        "Share of the run's synthetic dividends; null where there are none", ge=0, nullable=True
    )
    income_correlation = number(
        "Correlation of its monthly synthetic dividends with those of all other assets together",
        unit="ratio",
        nullable=True,
    )


class Monthly(
    Table,
    name="metrics.monthly",
    key=("run_id", "month"),
    written_by="metrics",
    grain="one row is one calendar month of one run in which it had at least one close",
):
    """The months' returns compound to the run's total return."""

    run_id = RUN_ID
    month = day("First day of the month")
    days = whole("Closes in the month", ge=1)
    total_return = fraction(
        "Time-weighted return from the last close of the month before; first from the initial capital", ge=-1
    )
    final_value = money("Bank and holdings at the month's last close")
    final_bank = money("Bank at the month's last close")
    deepest_drawdown = fraction(
        "Deepest drawdown at any close of the month, from the high of the whole run so far", ge=0, le=1
    )
    synthetic_dividends = money("Proceeds of the algorithm's sells", ge=0)
    dividends = money("Cash dividends", ge=0)
    interest = money("Interest on the bank")
    withdrawals = money("Cash taken out", ge=0)
    costs = money("Commissions", ge=0)
    taxes = money("Taxes paid", ge=0)
    fills = whole("Executed trades, entries included", ge=0)


class Years(
    Table,
    name="metrics.years",
    key=("run_id", "year"),
    written_by="metrics",
    grain="one row is one calendar year of one run, from its first day's to its last day's",
):
    """What the year was asked for and what it paid. The years' returns compound to the run's total return."""

    run_id = RUN_ID
    year = whole("The calendar year", unit="year")
    days = whole("Closes in the year", ge=0)
    due = money("Cash that the policy asked for; null without a policy", ge=0, nullable=True)
    paid = money("Cash taken out", ge=0)
    paid_share = fraction("Paid over due; null where nothing was due", ge=0, nullable=True)
    months_due = whole("Months whose withdrawal came due; null without a policy", ge=0, nullable=True)
    months_in_full = whole("Months that were paid all that was due", ge=0, nullable=True)
    months_short = whole("Months that were paid something, but less than was due", ge=0, nullable=True)
    months_none = whole("Months that were paid nothing", ge=0, nullable=True)
    synthetic_dividends = money("Proceeds of the algorithm's sells", ge=0)
    dividends = money("Cash dividends", ge=0)
    interest = money("Interest on the bank")
    costs = money("Commissions", ge=0)
    taxes = money("Taxes paid", ge=0)
    fills = whole("Executed trades, entries included", ge=0)
    total_return = fraction("Time-weighted return of the year; the first from the initial capital", ge=-1)
    final_value = money("Bank and holdings at the year's last close, or at the last one before it")


class Drawdowns(
    Table,
    name="metrics.drawdowns",
    key=("run_id", "number"),
    written_by="metrics",
    grain="one row is one drawdown of one run: a stretch of closes below the highest value so far",
):
    """Every stretch below the high counts, however shallow: `rank` 1 is the deepest."""

    run_id = RUN_ID
    number = whole("Its place in time, from 1", ge=1)
    rank = whole("Its place by depth, 1 the deepest, the earlier first among equals", ge=1)
    depth = fraction("Fall from the high to the lowest close", gt=0, le=1)
    peak_on = day("Last close at the high; the run's first day where the initial capital was the high")
    trough_on = day("First close at the bottom")
    recovered_on = day("First close back at the high; null if not by the last day", nullable=True)
    days_down = whole("Calendar days from peak to trough", unit="days", ge=0)
    days_up = whole("Calendar days from trough to recovery", unit="days", ge=0, nullable=True)
    days = whole("Calendar days from peak to recovery, or to the last day", unit="days", ge=0)


class History(
    Table,
    name="metrics.history",
    key=("batch_id", "scenario"),
    written_by="metrics",
    grain="one row is one scenario's headline metrics as of a batch that computed them anew",
):
    """How the numbers moved from night to night; a scenario without a row in a batch stood as in the batch before."""

    batch_id = BATCH_ID
    scenario = text("Name of the scenario")
    run_id = RUN_ID
    rules_version = whole(
        "Version of sdengine/RULES.md by which run and comparison were made: where it differs from the row before, "
        "figures may have moved by a changed rule; 1 is any before they were counted",
        ge=1,
    )
    last_date = day("Last day of the run")
    final_value = money("Bank and holdings at the last close")
    total_return = fraction("Growth of one unit of initial capital less one, time-weighted")
    cagr = number("Compound annual growth rate by calendar days", unit=_YEARLY, nullable=True)
    volatility = number("Standard deviation of the daily returns, annualised", unit=_YEARLY, nullable=True)
    sharpe = number("Sharpe ratio", unit="ratio", nullable=True)
    max_drawdown = fraction("Deepest drawdown")
    synthetic_dividends = money("Proceeds of the algorithm's sells")
    withdrawals = money("Cash taken out")
    coverage = number("Synthetic dividends over the withdrawals due", unit="ratio", nullable=True)
    excess_return = fraction("Total return less that of the buy_and_hold twin", nullable=True)
    baseline_volatility_alpha = fraction("Total return less that of the ath_only twin", nullable=True)


TABLES = (Runs, Assets, Monthly, Years, Drawdowns, History)
