"""What changes a fingerprint and what does not."""

import json
import subprocess
import sys
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.columns import PRICES as PRICES_OF_A_BAR
from warehouse import BadRequest, fingerprints
from warehouse.fingerprints import Bars, State

PRICES = list(PRICES_OF_A_BAR)


def made(days: int = 40, tickers: tuple[str, ...] = ("A", "B")) -> pl.DataFrame:
    rng = np.random.default_rng(7)
    dates = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 1, 1) + pl.duration(days=days - 1), eager=True)
    cents = [np.round(rng.uniform(10, 900, (days, 4)), 2) for _ in tickers]
    frames = [
        pl.DataFrame({"ticker": [ticker] * days, "date": dates, **dict(zip(PRICES, prices.T, strict=True))})
        for ticker, prices in zip(tickers, cents, strict=True)
    ]
    return pl.concat(frames)


def test_order_of_rows_columns_and_volume_do_not_matter() -> None:
    bars = made()
    shuffled = bars.sample(fraction=1.0, shuffle=True, seed=3).select(reversed(bars.columns))
    more = shuffled.with_columns(volume=pl.lit(5.0), dividend=pl.lit(0.0))
    assert Bars(more).data(["A", "B"]) == Bars(bars).data(["B", "A"])


def test_float32_jitter_of_prices_in_cents_is_no_change() -> None:
    bars = made()
    jittered = bars.with_columns(pl.col(PRICES).cast(pl.Float32).cast(pl.Float64))
    assert not jittered.equals(bars)
    assert Bars(jittered).data(["A", "B"]) == Bars(bars).data(["A", "B"])


@pytest.mark.parametrize("column", [*PRICES, "dividend"])
def test_one_cent_in_one_price_is_a_change(column: str) -> None:
    bars = made().with_columns(dividend=pl.lit(0.0))
    nudged = bars.with_columns(pl.when(pl.int_range(pl.len()) == 17).then(pl.col(column) + 0.01).otherwise(column))
    assert Bars(nudged).of("A") != Bars(bars).of("A")
    assert Bars(nudged).of("B") == Bars(bars).of("B")


def test_windows_are_inclusive_and_an_empty_one_has_no_bars() -> None:
    bars = Bars(made())
    window = bars.of("A", date(2024, 1, 3), date(2024, 1, 5))
    assert window[:3] == (date(2024, 1, 3), date(2024, 1, 5), 3)
    cut = Bars(made().filter(pl.col("date").is_between(date(2024, 1, 3), date(2024, 1, 5))))
    assert cut.of("A") == window
    assert bars.of("A", date(2025, 1, 1)) == bars.of("Z") == State(None, None, 0, bars.of("Z").hash)
    assert Bars(made()[:0]).of("A").rows == 0


def test_bars_before_a_window_belong_to_it_where_they_are_asked_for() -> None:
    bars = Bars(made())
    start, end = date(2024, 1, 10), date(2024, 1, 12)
    assert bars.of("A", start, end, before=4) == bars.of("A", date(2024, 1, 6), end)
    assert bars.of("A", start, end, before=1000) == bars.of("A", None, end)
    assert bars.of("A", start, end) != bars.of("A", start, end, before=1)
    assert bars.of("A", date(2025, 1, 1), None, before=4).rows == 0


def test_a_window_is_the_bars_it_holds_whether_asked_open_or_closed() -> None:
    bars = Bars(made())
    assert bars.of("A") == bars.of("A", date(2000, 1, 1), date(2030, 1, 1))


@given(st.floats(min_value=1e-6, max_value=1e9), st.integers(min_value=-3, max_value=3))
def test_rounding_agrees_with_decimal_notation(value: float, ulps: int) -> None:
    """Six significant digits, as the interpreter prints them: an oracle that shares nothing with the code."""
    for _ in range(abs(ulps)):
        value = float(np.nextafter(value, np.inf if ulps > 0 else 0))
    [packed] = fingerprints._rounded(np.array([value]))
    mantissa, exponent = divmod(int(packed), 1000)
    printed = f"{value:.5e}"
    digits, power = printed.split("e")
    exact_tie = f"{value:.12e}".split("e")[0].rstrip("0")
    if len(exact_tie) == 8 and exact_tie.endswith("5"):
        return  # halfway between two roundings either is right
    assert (mantissa, exponent - 500) == (int(digits.replace(".", "")), int(power))


def test_powers_of_ten_and_what_rounds_up_to_them_are_one() -> None:
    for power in range(-5, 9):
        exact, below = 10.0**power, 10.0**power * (1 - 1e-8)
        first, second = fingerprints._rounded(np.array([exact, below]))
        assert first == second, power
    special = fingerprints._rounded(np.array([0.0, -0.0, np.nan, np.inf, 1.0, -1.0]))
    assert special[0] == special[1] == 0
    assert special[2] == special[3]
    assert len({int(x) for x in special[[0, 2, 4, 5]]}) == 4


def test_fingerprints_do_not_depend_on_the_process() -> None:
    code = (
        "import polars as pl, datetime as d\nfrom warehouse.fingerprints import Bars, run_id\n"
        "f = pl.DataFrame({'ticker': ['A'], 'date': [d.date(2024, 1, 2)], 'open': [1.5], 'high': [2.25], 'low': [1.0],"
        " 'close': [1.75]})\nprint(Bars(f).data(['A']), run_id({'b': '1', 'a': '2'}, 'e', 'd'))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": s}
        ).stdout
        for s in ("1", "2")
    }
    assert len(runs) == 1
    [state] = json.loads(runs.pop().split(" ")[0]).values()
    assert state[:3] == ["2024-01-02", "2024-01-02", 1]


def test_changes_are_told_in_words() -> None:
    old = Bars(made(30))
    before = old.data(["A", "B"])
    assert fingerprints.changes(before, old, ["A", "B"]) == {}
    assert fingerprints.changes(before, Bars(made(30)), ["A"]) == {"B": "no longer part of it"}
    longer = pl.concat([made(30), made(33).filter(pl.col("date") > date(2024, 1, 30))])
    found = fingerprints.changes(before, Bars(longer), ["A", "B", "C"])
    assert found == {
        "A": "3 new bars after 2024-01-30",
        "B": "3 new bars after 2024-01-30",
        "C": "was no part of it before",
    }
    revised = longer.with_columns(pl.when(pl.int_range(pl.len()) == 2).then(pl.col("open") + 1).otherwise("open"))
    assert fingerprints.changes(before, Bars(revised), ["A"])["A"] == "bars up to 2024-01-30 revised, +3 bars"
    none = Bars(made(30, ("A",)))
    assert fingerprints.changes(before, none, ["A", "B"]) == {"B": "has no bars any more"}
    assert fingerprints.changes(none.data(["B"]), old, ["B"]) == {"B": "30 bars from 2024-01-01 where there were none"}


def test_run_ids_are_sixteen_hex_and_know_their_three_parts() -> None:
    base = fingerprints.run_id({"of": "{}", "role": "scenario"}, "engine", "data")
    assert len(base) == 16
    assert int(base, 16) >= 0
    assert base == fingerprints.run_id({"role": "scenario", "of": "{}"}, "engine", "data")
    others = {
        fingerprints.run_id({"of": "[]", "role": "scenario"}, "engine", "data"),
        fingerprints.run_id({"of": "{}", "role": "twin"}, "engine", "data"),
        fingerprints.run_id({"of": "{}", "role": "scenario"}, "engine2", "data"),
        fingerprints.run_id({"of": "{}", "role": "scenario"}, "engine", "data2"),
    }
    assert len(others | {base}) == 5


def test_what_has_no_fingerprint_is_refused() -> None:
    with pytest.raises(BadRequest, match="lack open, high, low, close"):
        Bars(made().select("ticker", "date"))
