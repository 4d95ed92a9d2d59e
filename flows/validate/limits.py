"""The numbers that decide what is suspicious."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Numbers that decide what is suspicious. Moves are logarithms of price ratios; scale is the ticker's own (see
    moves).

    Attributes:
        float_noise: relative distance below which two prices are the same number.
        stale_bars: consecutive bars with the same four prices.
        zero_volume_bars: consecutive bars with a volume of zero.
        outlier_scales: a move of so many of the ticker's own scales is an outlier.
        outlier_move: and so large at least.
        shift_scales: a level that comes back began with a move of so many scales.
        shift_move: and so large at least.
        shift_bars: a level that lasts longer than this did not come back.
        reuse_days: a hole of so many calendar days may be another company's beginning.
        reuse_move: if the price across it differs by this much.
        stub_closes: a year of a hundred bars or more with no more different closes than this is a stub.
        dividend_noise: relative distance below which two dividends of a date are one, told twice.
        split_noise: the same of two splits.
        dividend_share: the price must be seen to fall by a dividend above this share of it,
        dividend_scales: and above so many of the ticker's own scales.
        dividend_again_days: the same sum paid again within so many days, in a rhythm that is far slower.
        income_share: a year's dividends above this share of the price, without its falling by half of them.
        dividend_gap: a wait for a dividend of so many times the waits beside it.
        dividend_silence: so many usual waits without a dividend at a history's end.
    """

    float_noise: float = 1e-9
    stale_bars: int = 5
    zero_volume_bars: int = 10
    outlier_scales: float = 20.0
    outlier_move: float = 0.10
    shift_scales: float = 10.0
    shift_move: float = 0.05
    shift_bars: int = 250
    reuse_days: int = 150
    reuse_move: float = 0.40
    stub_closes: int = 2
    dividend_noise: float = 1e-6
    split_noise: float = 1e-3
    dividend_share: float = 0.05
    dividend_scales: float = 5.0
    dividend_again_days: int = 10
    income_share: float = 0.5
    dividend_gap: float = 1.7
    dividend_silence: float = 2.2
