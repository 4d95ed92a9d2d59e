"""What a run did, how much of it was invested, and who contributed to what it came to."""

from __future__ import annotations

from schemas.columns import fraction, money
from schemas.figures import GAIN, MONEY, MORE, NO_DENOMINATOR, OVER_YEARS, TIME_WEIGHTED, Figure
from schemas.metrics.kinds import count, rate, ratio, share


class Trades:
    """Rows of the history, of a run or an asset."""

    fills = count("Executed trades, entries included", "fills that add or take shares")
    buys = count("The algorithm's buys", "fills BUY")
    sells = count("The algorithm's sells", "fills SELL")
    skipped_buys = count("Buys that the bank could not pay", "rows SKIP_BUY")
    skipped_bands = count("Trades that a band forbade", "rows SKIP_BAND")


class Activity:
    """Of a whole run."""

    skipped_withdrawals = count("Withdrawals that coverage or the bank did not allow", "rows SKIP_WITHDRAWAL")
    opportunities = count("Arbitrage opportunities recorded", "rows of backtest.opportunities")
    turnover = rate(
        "Half of what was traded after the entries, a year, over the mean value",
        Figure(
            "sum(price * qty after the entries) / 2 / (mean_value * years)", annualised=OVER_YEARS, flows=MONEY,
            zero=NO_DENOMINATOR, nothing="no time has passed, or mean_value is not above 0",
        ),
        ge=0,
    )  # fmt: skip
    exposure = share(
        "Mean invested share of the value; above 1 on margin",
        Figure("mean((V - bank) / V) over closes with V > 0", flows=MONEY, zero="closes without value do not count",
               nothing="no close with value"),
        ge=0,
    )  # fmt: skip
    bank_return_contribution = share(
        "Part of the total return that interest, less taxes, made; the assets' parts are in metrics.assets",
        Figure("sum(I / V of the close before * (interest - taxes) of the day)", sign=GAIN, flows=TIME_WEIGHTED,
               nothing="measured by an earlier version"),
    )  # fmt: skip
    bank_drawdown_contribution = share(
        "Part of the deepest drawdown that they made, likewise",
        Figure("the same from peak to trough, over I at the peak", sign="above 0 made it deeper", flows=TIME_WEIGHTED,
               nothing="measured by an earlier version"),
    )  # fmt: skip
    income_correlation = ratio(
        "Mean correlation of the monthly synthetic dividends over all pairs of assets",
        Figure("mean of corr(income of a, income of b) over pairs, by month, 0 where nothing was sold",
               sign="from -1 to 1", nothing="fewer than two assets whose income varies"),
    )  # fmt: skip


def _gain(formula: str) -> Figure:
    return Figure(formula, sign=GAIN)


class Gains:
    """What lots gained, commissions included where nothing else is said."""

    realised_gain = money(
        "Gain on all lots sold, commissions included", figure=_gain("sum of gain over pieces of lots that were sold")
    )
    unrealised_gain = money(
        "Gain on all open lots at the last close, commissions of buying included",
        figure=_gain("sum of (last close - unit_cost) * qty over open pieces"),
    )
    realised_volatility_alpha = money(
        "Gain on sold lots that the algorithm had bought back",
        figure=_gain("sum of gain over sold pieces opened by BUY"),
    )
    unrealised_volatility_alpha = money(
        "Last close less price, on open lots that the algorithm bought back",
        figure=_gain("sum of (last close - open_price) * qty over open pieces opened by BUY"),
    )


class Baseline:
    """The third meaning of volatility alpha."""

    baseline_volatility_alpha = fraction(
        "Total return less that of the ath_only twin",
        nullable=True,
        figure=Figure("total_return - ath_only_return", sign=MORE, flows=TIME_WEIGHTED, nothing="no such twin"),
    )
