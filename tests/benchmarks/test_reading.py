"""A file that many tickers share: what reading it costs beside the bare parsing of its numbers, and what a ticker adds.

    .venv/bin/pytest tests/benchmarks/test_reading.py --benchmark-only

Measured on two cores that others shared, 5 million rows of 1,400 tickers (250 MB), the first two tickers asked for: 2.8
to 3.2 s of processor time and 0.7 GB of memory, where it had been 8 s and 2.4 GB, or 43 s of waiting. The other 1,398
add 3 ms each. Numbers are parsed to doubles at once where only one reading is possible (between commas, without
quotes), rows are not sorted: each ticker takes its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from flows.sources.files import FilesSource
from tests.benchmarks.contest import Contest, compete

pytestmark = pytest.mark.benchmark(group="reading")
PRICES = ("Open", "High", "Low", "Close")
FULL, QUICK = (1400, 3572), (20, 250)
"""Tickers, days."""


@pytest.fixture(scope="module")
def shape(pytestconfig: pytest.Config) -> tuple[int, int]:
    return FULL if pytestconfig.getoption("benchmark_only") else QUICK


@pytest.fixture(scope="module")
def long_file(shape: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Days one after the other, all tickers of each."""
    tickers, days = shape
    rng = np.random.default_rng(11)
    path = tmp_path_factory.mktemp("long") / "all.csv"
    with path.open("wb") as file:
        file.write(b"Ticker,Date,Open,High,Low,Close,Volume\n")
        for day in range(days):
            close = np.round(rng.uniform(10, 500, tickers), 2)
            bars = {name: np.round(close * factor, 2) for name, factor in zip(PRICES, (1, 1.01, 0.99, 1), strict=True)}
            frame = pl.DataFrame({"Ticker": [f"T{k:04d}" for k in range(tickers)], **bars}).with_columns(
                Date=pl.lit(date(2010, 1, 4) + timedelta(days=day)), Volume=pl.Series(rng.integers(1, 10**7, tickers))
            )
            frame.select("Ticker", "Date", *PRICES, "Volume").write_csv(file, include_header=False)
    return path


def test_two_tickers_of_a_long_file(
    benchmark: Any, long_file: Path, shape: tuple[int, int], timed: bool, say: Callable[[list[str]], None]
) -> None:
    tickers, days = shape
    kinds = {"Ticker": pl.Categorical, "Date": pl.String, **dict.fromkeys((*PRICES, "Volume"), pl.Float64)}

    def ask(count: int) -> int:
        source = FilesSource(long_file)
        return sum(source.fetch(f"T{k:04d}", None, None).bars.height for k in range(count))

    contest = Contest(
        f"{tickers * days:,} rows of {tickers} tickers",
        tickers * days / 1e6,
        "million rows",
        {
            "bare parsing": lambda: pl.read_csv(long_file, schema=kinds),
            "two tickers": lambda: ask(2),
            "all tickers": lambda: ask(tickers),
        },
    )
    assert ask(2) == 2 * days
    compete(benchmark, contest, rounds=5 if timed else 1)
    say(contest.report("bare parsing"))
    if timed:
        assert contest.ratio("two tickers", "bare parsing") < 5
        assert contest.ratio("all tickers", "two tickers") < 5
