"""Parquet, told by its first bytes; files that are damaged or hostile fail alone."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource, content, parquet
from tests.flows.sources.files_writing import DAYS, EXPECTED, PLAIN, closes

FRAME = pl.DataFrame({"Date": DAYS, "Open": 1, "High": 9, "Low": 1, "Close": [2, 3, 4], "Volume": 7})


def read(folder: Path, frame: pl.DataFrame, name: str = "AAA.parquet") -> dict[date, float]:
    frame.write_parquet(folder / name)
    return closes(FilesSource(folder).fetch("AAA", None, None))


@pytest.mark.parametrize("name", ["AAA.parquet", "aaa.PARQUET", "AAA.pq", "AAA.csv"])
def test_it_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, FRAME, name) == EXPECTED


@pytest.mark.parametrize(
    "dates",
    [
        pl.col("Date").cast(pl.Datetime("us")),
        pl.col("Date").cast(pl.Datetime("us")).dt.replace_time_zone("America/New_York"),
        pl.col("Date").cast(pl.Datetime("ns", "UTC")),
        pl.col("Date").cast(pl.String),
        pl.col("Date").dt.strftime("%d-%b-%y"),
        pl.col("Date").cast(pl.String).cast(pl.Categorical),
        pl.col("Date").cast(pl.Datetime("ms")).dt.epoch("ms"),
        pl.col("Date").cast(pl.Datetime("ms")).dt.epoch("s"),
    ],
)
def test_dates_of_every_type(tmp_path: Path, dates: pl.Expr) -> None:
    assert read(tmp_path, FRAME.with_columns(dates)) == EXPECTED


def test_numbers_of_every_type_and_an_index_of_pandas(tmp_path: Path) -> None:
    frame = FRAME.rename({"Date": "__index_level_0__"}).with_columns(
        pl.col("Close").cast(pl.Float32), pl.col("Open").cast(pl.Decimal(10, 2)), Volume=pl.lit(None)
    )
    assert read(tmp_path, frame) == EXPECTED


def test_decimals_of_any_width(tmp_path: Path) -> None:
    table = FRAME.to_arrow()
    wide = pa.array([Decimal(2), Decimal(3), Decimal(4)], pa.decimal256(50, 10))
    pq.write_table(table.set_column(table.column_names.index("Close"), "Close", wide), tmp_path / "AAA.parquet")
    assert closes(FilesSource(tmp_path).fetch("AAA", None, None)) == EXPECTED


def test_columns_of_two_levels_as_pandas_writes_them(tmp_path: Path) -> None:
    names = {name: f"('{name}', 'AAA')" for name in FRAME.columns if name != "Date"}
    assert read(tmp_path, FRAME.rename(names), "download.parquet") == EXPECTED


def test_many_tickers_in_one(tmp_path: Path) -> None:
    frame = pl.concat(
        [FRAME.with_columns(Symbol=pl.lit(one), Close=pl.col("Close") * k) for one, k in (("AAA", 1), ("B", 2))]
    )
    assert read(tmp_path, frame, "all.parquet") == EXPECTED
    assert closes(FilesSource(tmp_path).fetch("b", None, None))[DAYS[0]] == 4.0


def test_a_zone_that_is_said_is_taken(tmp_path: Path) -> None:
    evening = [datetime(2024, 1, day, 23, tzinfo=UTC) for day in (1, 2, 3)]
    (tmp_path / "files.toml").write_text('timezone = "Europe/Berlin"\n')
    assert read(tmp_path, FRAME.with_columns(Date=pl.Series(evening))) == EXPECTED


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (FRAME.with_columns(Open=pl.lit("x")), "AAA.parquet: column Open is String, not a number"),
        (FRAME.with_columns(Date=pl.Series([1, 2, 3])), "AAA.parquet: column Date is Int64, not a date"),
        (FRAME.with_columns(Date=pl.Series([1.5, 2, 3])), "AAA.parquet: column Date is Float64, not a date"),
        (
            FRAME.with_columns(Date=pl.Series([*DAYS[:2], None])),
            "AAA.parquet, line 3: column Date: the date is missing",
        ),
        (
            FRAME.with_columns(Date=pl.Series(["2024-01-02", "x", "2024-01-04"])),
            "AAA.parquet, line 2: column Date: 'x' is not a date",
        ),
        (FRAME.clear(), "AAA.parquet: there are no rows"),
        (FRAME.drop("Close"), "AAA.parquet: no column is close; the columns are Date, Open, High, Low, Volume"),
        (
            pl.concat(
                [FRAME.with_columns(Date=pl.col("Date").cast(pl.Datetime) + timedelta(hours=h)) for h in (9, 10)]
            ),
            "AAA.parquet: column Date has several times a day: read are daily bars",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, frame: pl.DataFrame, reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        read(tmp_path, frame)
    assert refusal.value.reason.startswith(reason)


def test_infinite_prices_are_handed_on_for_the_validation_to_judge(tmp_path: Path) -> None:
    assert read(tmp_path, FRAME.with_columns(Close=pl.Series([2.0, float("nan"), float("inf")])))[DAYS[2]] == float(
        "inf"
    )


def test_columns_that_are_not_read_may_be_anything(tmp_path: Path) -> None:
    table = FRAME.to_arrow().append_column("nested", pa.array([[{"a": 1}], None, []]))
    pq.write_table(table, tmp_path / "AAA.parquet")
    assert closes(FilesSource(tmp_path).fetch("AAA", None, None)) == EXPECTED


def test_one_too_large_by_its_own_word_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "LARGEST", 50)
    assert content.LARGEST > 50
    with pytest.raises(SourceError, match=r"AAA\.parquet: unpacks to more than 0 MB: divide it"):
        read(tmp_path, FRAME)


def test_damaged_files_fail_alone_whatever_is_damaged(tmp_path: Path) -> None:
    """Each byte that is turned over leads to a refusal or to rows, and never to the end of the process."""
    (tmp_path / "GOOD.csv").write_text(PLAIN)
    FRAME.write_parquet(tmp_path / "AAA.parquet")
    whole = (tmp_path / "AAA.parquet").read_bytes()
    rng = random.Random(7)
    refused = 0
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(rng.choice((1, 2, 8))):
            raw[rng.randrange(4, len(raw))] = rng.choice((0, 127, 128, 255))
        (tmp_path / "AAA.parquet").write_bytes(raw if rng.random() < 0.9 else raw[: rng.randrange(4, len(raw))])
        source = FilesSource(tmp_path)
        try:
            source.fetch("AAA", None, None)
        except SourceError:
            refused += 1
    assert refused > 100
    assert closes(source.fetch("GOOD", None, None)) == EXPECTED
