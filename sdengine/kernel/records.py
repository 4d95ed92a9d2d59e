"""The layout of everything that a kernel reads or writes.

`A` assets, `T` market days, `L` lots an asset may hold open at once. What belongs together is a structured record, its
fields indexed by item: `asset["holdings"]` works compiled and in plain Python. Prices and cash are in the portfolio's
one currency; quantities in shares; dates are days since 1970-01-01 (`ordinal`) or `yyyymmdd` (`ymd`, for whole years
held).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Record = Any
"""One record of a structured array, as a kernel sees it: fields by item."""

Records = NDArray[np.void]
"""A structured array."""

#: What one scenario fixes for the whole portfolio. Rates are fractions: a year for interest, of notional for costs.
#: `walks` is the address of the paths that `random` chooses from (see `brownian.table`), 0 for other paths.
#: `monthly_business`: withdrawals or a calendar want the day of the month's business to be found.
PLAN = np.dtype(
    [
        ("initial_cash", "f8"),
        ("mode", "i4"),
        ("path", "i4"),
        ("requote", "i4"),
        ("seed", "i8"),
        ("walks", "i8"),
        ("signal_price", "i4"),
        ("on_insufficient_cash", "i4"),
        ("allow_margin", "i4"),
        ("lot_method", "i4"),
        ("sells_at_nav", "i4"),
        ("cash_rate", "f8"),
        ("margin_rate", "f8"),
        ("slippage", "f8"),
        ("commission", "f8"),
        ("commission_rate", "f8"),
        ("commission_per_share", "f8"),
        ("signals", "i4"),
        ("drift", "f8"),
        ("calendar", "i4"),
        ("arbitrage", "i4"),
        ("threshold", "f8"),
        ("fraction", "f8"),
        ("cooldown_days", "f8"),
        ("dynamic", "i4"),
        ("gap_threshold", "f8"),
        ("monthly_business", "i4"),
        ("withdraws", "i4"),
        ("rule", "i4"),
        ("funding", "i4"),
        ("coverage_ratio_min", "f8"),
        ("inflation", "f8"),
        ("monthly_amount", "f8"),
        ("initial_rate", "f8"),
        ("rate", "f8"),
        ("floor", "f8"),
        ("ceiling", "f8"),
        ("upper_guardrail", "f8"),
        ("lower_guardrail", "f8"),
        ("adjustment", "f8"),
        ("inflation_cap", "f8"),
        ("years", "f8"),
        ("stock_share", "f8"),
        ("stock_return", "f8"),
        ("bond_return", "f8"),
        ("taxed", "i4"),
        ("short_rate", "f8"),
        ("long_rate", "f8"),
    ]
)

#: What one scenario fixes for one asset. `trigger` is r, `share` is s; NaN target or band means none. `ticker` is a
#: number made of it, which keys its random paths.
RULES = np.dtype(
    [
        ("trigger", "f8"),
        ("share", "f8"),
        ("lot_size", "f8"),
        ("variant", "i4"),
        ("entry", "i4"),
        ("entry_amount", "f8"),
        ("target", "f8"),
        ("band_min", "f8"),
        ("band_max", "f8"),
        ("ticker", "i8"),
    ]
)

#: The calendar of one market day. `month` is 12 * year + month - 1; `pays` says that some asset pays a dividend;
#: `absent` counts the assets without a bar. `dear` and `cheap` are the assets of the highest and lowest premium (place
#: + 1; 0: not looked for), see `carry`.
DAY = np.dtype(
    [
        ("ordinal", "i4"),
        ("ymd", "i4"),
        ("month", "i4"),
        ("pays", "i4"),
        ("dear", "i4"),
        ("cheap", "i4"),
        ("absent", "i4"),
        ("highest", "f8"),
        ("lowest", "f8"),
    ]
)

#: One asset's bar of one day, and what prices alone say beside it. Without a bar low, high and open are NaN. `close`
#: is the last close, today's or an earlier one, `prev_close` the close before the day. `nav` is the all-time high after
#: the day, `nav_before` as it stood before. `dividend` is cash per share on its ex-date. 64 bytes: one line of cache.
BAR = np.dtype(
    [
        ("low", "f8"),
        ("high", "f8"),
        ("close", "f8"),
        ("nav", "f8"),
        ("open", "f8"),
        ("prev_close", "f8"),
        ("nav_before", "f8"),
        ("dividend", "f8"),
    ]
)

#: One asset as it stands. `entered`: 0 not held yet, 2 entered at today's close, 1 since an earlier day.
#: A limit of -inf (buy) or +inf (sell) says that no such order rests. `mark` and `nav` serve the object face, which
#: remembers here what the bars of a whole history carry with them.
#: `high_first`, `walk` and `once` say which way today's bar goes (see `ladder.paths`), `held_*` what rested when it
#: began. `last_bar` is the ordinal of its last bar before today. `active` and `queue` are two lists over the assets:
#: the i-th place of each lies in the i-th asset's record.
ASSET = np.dtype(
    [
        ("buy_limit", "f8"),
        ("sell_limit", "f8"),
        ("holdings", "f8"),
        ("entered", "i8"),
        ("buy_qty", "f8"),
        ("sell_qty", "f8"),
        ("anchor", "f8"),
        ("trigger", "f8"),
        ("leg", "i8"),
        ("wish", "i8"),
        ("wish_price", "f8"),
        ("wish_limit", "f8"),
        ("wish_qty", "f8"),
        ("priority", "f8"),
        ("buys_stopped", "i8"),
        ("sells_stopped", "i8"),
        ("lots_from", "i8"),
        ("lots_to", "i8"),
        ("cooling_until", "f8"),
        ("active", "i8"),
        ("queue", "i8"),
        ("mark", "f8"),
        ("nav", "f8"),
        ("gap_at", "i8"),
        ("gap_seen", "i8"),
        ("high_first", "i8"),
        ("walk", "i8"),
        ("walk_open", "f8"),
        ("walk_close", "f8"),
        ("once", "i8"),
        ("held_buy_limit", "f8"),
        ("held_buy_qty", "f8"),
        ("held_sell_limit", "f8"),
        ("held_sell_qty", "f8"),
        ("last_bar", "i8"),
    ]
)

#: The books of the whole portfolio: sizes and room, the bank, running totals, the tax year, the withdrawals.
#: `forgets`: what is recorded is wanted by nobody, rows are taken again where there is room for no more.
#: `overflow`: the room was too small, the run is worth nothing. `fault`: a code without a branch, see `no_branch`.
BOOK = np.dtype(
    [
        ("assets", "i8"),
        ("lots_room", "i8"),
        ("fills_room", "i8"),
        ("pieces_room", "i8"),
        ("opportunities_room", "i8"),
        ("forgets", "i8"),
        ("fills", "i8"),
        ("pieces", "i8"),
        ("opportunities", "i8"),
        ("overflow", "i8"),
        ("fault", "i8"),
        ("bank", "f8"),
        ("initial_cash", "f8"),
        ("synthetic_dividends", "f8"),
        ("withdrawals", "f8"),
        ("withdrawn_today", "f8"),
        ("total_value", "f8"),
        ("nav_value", "f8"),
        ("waiting", "i8"),
        ("entering", "i8"),
        ("days", "i8"),
        ("last_ordinal", "i8"),
        ("start_month", "i8"),
        ("last_month", "i8"),
        ("month_begins", "i8"),
        ("withdrawal_due", "i8"),
        ("rebalancing_due", "i8"),
        ("served_month", "i8"),
        ("full_day", "i8"),
        ("seq", "i8"),
        ("gain_short", "f8"),
        ("gain_long", "f8"),
        ("carried_short", "f8"),
        ("carried_long", "f8"),
        ("tax_due", "f8"),
        ("due_months", "i8"),
        ("due_so_far", "f8"),
        ("due_amount", "f8"),
        ("first_amount", "f8"),
        ("year_growth", "f8"),
        ("growth_from", "f8"),
    ]
)

#: One open lot. `seq` is that of the fill that opened it, `cost` a share's price with its part of the commissions.
LOT = np.dtype(
    [
        ("qty", "f8"),
        ("price", "f8"),
        ("cost", "f8"),
        ("ordinal", "i4"),
        ("ymd", "i4"),
        ("seq", "i4"),
        ("action", "i4"),
    ]
)

#: A ring of numbers: the last twelve monthly amounts; whether each of the last bars opened with a gap.
CELL = np.dtype([("x", "f8")])

GAP_BARS = 90
"""How many bars the dynamic trigger looks back upon."""

ENTERED, ENTERED_TODAY = 1, 2
"""What an asset's `entered` says beside 0."""

NO_WALK = -1
"""What an asset's `walk` says where its bar takes one of the two short walks."""
