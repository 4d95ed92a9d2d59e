"""One row an asset of a run."""

from __future__ import annotations

from schemas.columns import RUN_ID, TICKER, Table, day, fraction, money, price, quantity, whole
from schemas.figures import GAIN, MONEY, TIME_WEIGHTED, Figure
from schemas.metrics.activity import Gains, Trades
from schemas.metrics.income import Income
from schemas.metrics.kinds import ratio, share, total
from schemas.metrics.settings import AssetSettings

_NEVER_ENTERED = "it never entered"


class Place:
    """Which asset of which run."""

    run_id = RUN_ID
    ticker = TICKER


class Standing:
    """Its entry, and what is held of it."""

    position = whole("Place in the order of adding, from 1", ge=1, figure=Figure("1, 2, ... as the scenario names it"))
    entered_on = day(
        "Day of the entry; null if it never entered",
        nullable=True,
        figure=Figure("date of its first fill INITIAL_BUY", nothing=_NEVER_ENTERED),
    )
    entry_price = price(
        "Price of the entry, slippage included",
        nullable=True,
        figure=Figure("price of that fill", nothing=_NEVER_ENTERED),
    )
    last_traded_on = day(
        "Its last bar up to the run's last day; earlier than that if it stopped trading",
        nullable=True,
        figure=Figure("max(date of its bars) until last_date", nothing="no bar until then"),
    )
    last_close = price("Its last close", nullable=True, figure=Figure("close of that bar", nothing="no bar until then"))
    holdings = quantity("Shares held at the last close", figure=Figure("shares after its last fill"))
    value = money("Holdings at the last close", ge=0, figure=Figure("holdings * last_close"))
    weight = fraction(
        "Share of the portfolio's value at the last close; null where that is nothing",
        nullable=True,
        figure=Figure("value / V at the last close", flows=MONEY, nothing="the portfolio is worth nothing"),
    )
    mean_weight = fraction(
        "Mean share of the portfolio's value over all closes",
        nullable=True,
        figure=Figure(
            "mean(value / V) over closes with V > 0", flows=MONEY, zero="closes without value do not count",
            nothing="no close with value",
        ),
    )  # fmt: skip


class Flows:
    """What it took and brought."""

    bought = total(
        "Cash spent on shares, the entry included, without commissions", "price * qty of all its purchases", ge=0
    )
    sold = total("Proceeds of all sales, without commissions", "price * qty of all its sales", ge=0)
    synthetic_dividends = Income.synthetic_dividends
    dividends = Income.dividends
    costs = total("Commissions", "costs of its fills", ge=0)
    gain = money(
        "Value at the end + sold + dividends - bought - costs",
        figure=Figure("value + sold + dividends - bought - costs", sign=GAIN),
    )
    price_return = fraction(
        "Last close over entry price, less one",
        nullable=True,
        figure=Figure("last_close / entry_price - 1", sign=GAIN, nothing=_NEVER_ENTERED),
    )


class Contributions:
    """Its part in the whole."""

    return_contribution = share(
        "Part of the run's total return that the asset made: its daily gains, in units of the run's growth",
        Figure("sum(I / V of the close before * its gain of the day)", sign=GAIN, flows=TIME_WEIGHTED,
               nothing="measured by an earlier version"),
    )  # fmt: skip
    drawdown_contribution = share(
        "Part of the run's deepest drawdown that it made, likewise",
        Figure("the same from peak to trough, over I at the peak", sign="above 0 made it deeper", flows=TIME_WEIGHTED,
               nothing="measured by an earlier version"),
    )  # fmt: skip
    synthetic_dividend_share = share(
        "Share of the run's synthetic dividends; null where there are none",
        Figure("synthetic_dividends / those of the run", nothing="there are none"),
        ge=0,
    )
    income_correlation = ratio(
        "Correlation of its monthly synthetic dividends with those of all other assets together",
        Figure("corr(its income, the others' together), by month, 0 where nothing was sold", sign="from -1 to 1",
               nothing="one side never varies"),
    )  # fmt: skip


class Assets(
    Table,
    name="metrics.assets",
    key=("run_id", "ticker"),
    written_by="metrics",
    grain="one row is one asset of one run: its parameters, what it traded, what it brought",
    parts=(Place, AssetSettings, Standing, Trades, Flows, Gains, Contributions),
):
    """`gain` of the assets, interest and taxes add up to what the run gained before withdrawals.

    Contributions of the assets and of the run's bank add up to its total return and to its deepest drawdown.
    """
