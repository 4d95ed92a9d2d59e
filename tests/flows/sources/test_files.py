"""The source `files`: spellings it reads, and refusals that name file, line and reason."""

import gzip
from datetime import date

import polars as pl
import pytest

from flows.sources import open_source
from flows.sources.base import Source, SourceError
from flows.sources.files import FilesSource

DAYS = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]
PLAIN = "date,open,high,low,close,volume\n2024-01-02,1,3,0.5,2,10\n2024-01-03,2,4,1.5,3,20\n2024-01-04,3,5,2.5,4,30\n"


def fetched(folder, ticker="AAA", text=None, name=None, **options):
    if text is not None:
        (folder / (name or f"{ticker}.csv")).write_text(text)
    return FilesSource(folder, **options).fetch(ticker, None, None)


def closes(got) -> dict:
    return dict(got.bars.select("date", "close").iter_rows())


EXPECTED = dict(zip(DAYS, [2.0, 3.0, 4.0], strict=True))


def test_it_keeps_the_source_protocol(tmp_path):
    (tmp_path / "AAA.csv").write_text(PLAIN)
    source = open_source("files", warehouse_dir=tmp_path, files=tmp_path)
    assert isinstance(source, Source)
    assert (source.name, source.adjustment, source.tickers()) == ("files", "split", ("AAA",))


def test_a_plain_file(tmp_path):
    got = fetched(tmp_path, text=PLAIN)
    assert got.bars.columns == ["date", "open", "high", "low", "close", "volume"]
    assert got.bars.row(1) == (DAYS[1], 2.0, 4.0, 1.5, 3.0, 20.0)
    assert got.actions.is_empty()


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("date,open,high,low,close,volume", "Date,Open,High,Low,Close,Volume"),
        PLAIN.replace("date,open,high,low,close,volume", "Datetime, Open ,HIGH,low,Close/Last,Vol."),
        PLAIN.replace("date,open,high,low,close,volume", "timestamp,1. open,2. high,3. low,4. close,5. volume"),
        PLAIN.replace("date,open,high,low,close,volume", ",Open,High,Low,Close,Volume"),
        "﻿" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN + "\n\n",
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", "\t"),
        "close,low,date,high,open,remark\n2,.5,2024-01-02,3,1,x\n3,1.5,2024-01-03,4,2,\n4,2.5,2024-01-04,5,3,y\n",
        "Date,Open,High,Low,Close,Adj Close\n2024-01-04,3,5,2.5,4,9\n2024-01-03,2,4,1.5,3,9\n2024-01-02,1,3,.5,2,9\n",
        "Price,Close,High,Low,Open,Volume\nTicker,AAA,AAA,AAA,AAA,AAA\nDate,,,,,\n"
        "2024-01-02,2,3,.5,1,10\n2024-01-03,3,4,1.5,2,20\n2024-01-04,4,5,2.5,3,30\n",
        "Ticker,AAA,AAA,AAA,AAA\nPrice,Open,High,Low,Close\nDate,,,,\n"
        "2024-01-02,1,3,.5,2\n2024-01-03,2,4,1.5,3\n2024-01-04,3,5,2.5,4\n",
    ],
    ids=list("0123456789abc"),
)
def test_spellings_and_orders(tmp_path, text):
    assert closes(fetched(tmp_path, text=text)) == EXPECTED


@pytest.mark.parametrize(
    ("days", "row"),
    [
        (("2024-01-02", "2024-01-03", "2024-01-04"), None),
        (("2024-01-02 00:00:00+09:00", "2024-01-03 00:00:00+09:00", "2024-01-04 00:00:00+09:00"), None),
        (("2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z", "2024-01-04T00:00:00Z"), None),
        (("20240102", "20240103", "20240104"), None),
        (("2024/1/2", "2024/1/3", "2024/1/4"), None),
        (("02.01.2024", "03.01.2024", "04.01.2024"), None),
        (("02-Jan-2024", "03-Jan-2024", "04-Jan-2024"), None),
        (('"Jan 02, 2024"', '"Jan 03, 2024"', '"Jan 04, 2024"'), None),
    ],
)
def test_date_formats(tmp_path, days, row):
    text = "date,open,high,low,close\n" + "".join(f"{day},1,{n + 5},0.5,{n}\n" for n, day in enumerate(days, 2))
    assert closes(fetched(tmp_path, text=text)) == EXPECTED


def test_day_or_month_first_is_told_by_the_file_itself(tmp_path):
    american = "date,open,high,low,close\n01/02/2024,1,3,1,2\n01/16/2024,1,3,1,2\n"
    european = "date,open,high,low,close\n02/01/2024,1,3,1,2\n16/01/2024,1,3,1,2\n"
    for number, text in enumerate((american, european)):
        assert list(closes(fetched(tmp_path, f"T{number}", text))) == [date(2024, 1, 2), date(2024, 1, 16)]


def test_numbers_with_thousands_and_nothings(tmp_path):
    text = 'date,open,high,low,close,volume\n2024-01-02,"1,000.5",NaN,,null,"1,234,567"\n'
    assert fetched(tmp_path, text=text).bars.row(0)[1:] == (1000.5, None, None, None, 1234567.0)


def test_dividends_and_splits_in_columns(tmp_path):
    text = (
        "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n"
        "2024-01-02,1,3,1,2,2,10,0.0,0.0\n2024-01-03,1,3,1,2,2,10,0.24,0.0\n2024-01-04,1,3,1,2,2,10,0,4\n"
    )
    assert fetched(tmp_path, text=text).actions.rows() == [(DAYS[1], "dividend", 0.24), (DAYS[2], "split", 4.0)]


def test_dividends_and_splits_in_files_of_their_own(tmp_path):
    (tmp_path / "AAA_dividends.csv").write_text("Date,Dividends\n2024-01-03 00:00:00-05:00,0.24\n")
    (tmp_path / "AAA_splits.csv").write_text("Date,Stock Splits\n2024-01-04,4\n")
    assert fetched(tmp_path, text=PLAIN).actions.rows() == [(DAYS[1], "dividend", 0.24), (DAYS[2], "split", 4.0)]
    assert FilesSource(tmp_path).tickers() == ("AAA",)


def test_one_file_for_all(tmp_path):
    text = "Symbol,Date,Open,High,Low,Close\nAAA,2024-01-02,1,3,1,2\nBBB,2024-01-02,1,3,1,2.5\nAAA,2024-01-03,1,4,1,3\n"
    (tmp_path / "all.csv").write_text(text)
    source = FilesSource(tmp_path / "all.csv")
    assert source.tickers() == ("AAA", "BBB")
    assert closes(source.fetch("AAA", None, None)) == {DAYS[0]: 2.0, DAYS[1]: 3.0}
    assert closes(source.fetch("bbb", None, None)) == {DAYS[0]: 2.5}


def test_yfinances_tickers_side_by_side(tmp_path):
    text = (
        "Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume\n"
        "Ticker,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB\nDate,,,,,,,,,,\n"
        "2024-01-02,2,20,3,30,1,10,1,10,5,50\n2024-01-03,3,,4,,1,,1,,6,\n"
    )
    (tmp_path / "download.csv").write_text(text)
    source = FilesSource(tmp_path)
    assert source.tickers() == ("AAA", "BBB")
    assert closes(source.fetch("AAA", None, None)) == {DAYS[0]: 2.0, DAYS[1]: 3.0}
    assert closes(source.fetch("BBB", None, None)) == {DAYS[0]: 20.0}


def test_parquet_and_compressed_csv(tmp_path):
    frame = pl.DataFrame({"Date": DAYS, "Open": 1, "High": 9, "Low": 1, "Close": [2, 3, 4], "Volume": 7})
    frame.write_parquet(tmp_path / "AAA.parquet")
    frame.with_columns(pl.col("Date").cast(pl.Datetime("us", "America/New_York"))).write_parquet(
        tmp_path / "BBB.parquet"
    )
    with gzip.open(tmp_path / "CCC.csv.gz", "wt") as file:
        file.write(PLAIN)
    source = FilesSource(tmp_path)
    assert source.tickers() == ("AAA", "BBB", "CCC")
    assert closes(source.fetch("AAA", None, None)) == closes(source.fetch("CCC", None, None)) == EXPECTED
    assert source.fetch("BBB", None, None).bars["close"].to_list() == [2.0, 3.0, 4.0]


def test_a_range_is_inclusive(tmp_path):
    (tmp_path / "AAA.csv").write_text(PLAIN)
    assert list(closes(FilesSource(tmp_path).fetch("AAA", DAYS[1], DAYS[1]))) == [DAYS[1]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "AAA.csv: the file is empty"),
        ("date,open,high,low,close\n", "AAA.csv: there are no rows below the header"),
        (
            "open,high,low,close\n1,2,1,2\n",
            "AAA.csv, line 1: no column is the date; the header is 'open,high,low,close'",
        ),
        ("date,open,high,close\n2024-01-02,1,2,2\n", "AAA.csv, line 1: no column is low"),
        ("date,open,high,low,close,last\n2024-01-02,1,3,1,2,2\n", "AAA.csv, line 1: more than one column is close"),
        (PLAIN.replace("2024-01-03,2", "2024-01-03,two"), "AAA.csv, line 3: column open: 'two' is not a number"),
        (PLAIN.replace("2024-01-03,2", "2024-01-03,inf"), "AAA.csv, line 3: column open: 'inf' is not a number"),
        (
            PLAIN.replace("2024-01-03", "2024-02-30"),
            "AAA.csv, line 3: column date: '2024-02-30' is not a date that exists",
        ),
        (
            PLAIN.replace("2024-01-03", "03.01.2024"),
            "AAA.csv, line 3: column date: '03.01.2024' is not a date like the ones before it ('2024-01-02')",
        ),
        (PLAIN.replace("2024-01-04", ""), "AAA.csv, line 4: column date: the date is missing"),
        (
            "date,open,high,low,close\n01/02/2024,1,3,1,2\n",
            "AAA.csv, line 2: column date: '01/02/2024' is ambiguous: it may be day or month first",
        ),
        (
            "date,open,high,low,close\n13/01/2024,1,3,1,2\n01/14/2024,1,3,1,2\n",
            "AAA.csv, line 2: column date: '13/01/2024' is ambiguous: both orders of day and month occur",
        ),
        (PLAIN.replace(",4,30", ",4"), "AAA.csv, line 4: 5 cells where the header has 6 columns"),
        (PLAIN.replace("2024-01-03,", "\n2024-01-03,"), "AAA.csv, line 3: a blank line among the rows"),
        (
            "<html>no such file</html>\n",
            "AAA.csv, line 1: no column is the date; the header is '<html>no such file</html>'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_line_and_reason(tmp_path, text, reason):
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=text)
    assert refusal.value.reason.startswith(reason)
    assert not refusal.value.retryable


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    (tmp_path / "AAA.csv").write_bytes(PLAIN.encode() + "2024-01-05,1,2,1,€\n".encode("cp1252"))
    with pytest.raises(SourceError, match=r"AAA\.csv, line 5: is not UTF-8 text"):
        FilesSource(tmp_path).fetch("AAA", None, None)


def test_a_broken_parquet_and_wrong_types_are_refused(tmp_path):
    (tmp_path / "AAA.parquet").write_bytes(b"PAR1 and then nothing")
    pl.DataFrame({"date": DAYS, "open": "x", "high": 1.0, "low": 1.0, "close": 1.0}).write_parquet(
        tmp_path / "BBB.parquet"
    )
    pl.DataFrame({"date": [1, 2], "open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0}).write_parquet(
        tmp_path / "CCC.parquet"
    )
    source = FilesSource(tmp_path)
    for ticker, reason in (
        ("AAA", "AAA.parquet: cannot be read"),
        ("BBB", "BBB.parquet: column open is String, not a number"),
        ("CCC", "CCC.parquet: column date is Int64, not a date"),
    ):
        with pytest.raises(SourceError) as refusal:
            source.fetch(ticker, None, None)
        assert refusal.value.reason.startswith(reason)


def test_one_bad_file_does_not_hide_the_others(tmp_path):
    (tmp_path / "BAD.csv").write_text("nonsense\n")
    assert closes(fetched(tmp_path, text=PLAIN)) == EXPECTED
    assert FilesSource(tmp_path).tickers() == ("AAA", "BAD")


def test_tickers_that_are_not_there_or_there_twice(tmp_path):
    (tmp_path / "AAA.csv").write_text(PLAIN)
    with pytest.raises(SourceError, match="has ticker 'ZZZ'; there are AAA"):
        FilesSource(tmp_path).fetch("ZZZ", None, None)
    (tmp_path / "all.csv").write_text("ticker,date,open,high,low,close\nAAA,2024-01-02,1,3,1,2\n")
    with pytest.raises(SourceError, match=r"'AAA' stands in more than one file: AAA\.csv, all\.csv"):
        FilesSource(tmp_path).fetch("AAA", None, None)


def test_a_wrong_folder_is_a_wrong_caller(tmp_path):
    with pytest.raises(ValueError, match="does not exist"):
        FilesSource(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="holds no file ending in"):
        FilesSource(tmp_path)
    with pytest.raises(ValueError, match="allowed are none, split"):
        FilesSource(tmp_path, adjustment="half")
    with pytest.raises(ValueError, match="needs the folder"):
        open_source("files", warehouse_dir=tmp_path)
    with pytest.raises(ValueError, match="'bloomberg' is unknown; allowed are sample, yfinance, files"):
        open_source("bloomberg", warehouse_dir=tmp_path)


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("prices")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "AAA.csv").write_text(PLAIN)
    assert FilesSource(tmp_path).tickers() == ("AAA",)


@pytest.mark.parametrize("quote", ["", '"'])
def test_quotes_and_empty_last_cells_read_the_same(tmp_path, quote):
    rows = [["date", "open", "high", "low", "close", "volume"], ["2024-01-02", "1", "3", "1", "2", ""]]
    rows.append(["2024-01-03", "2", "4", "1", "3", ""])
    text = "\n".join("\t".join(f"{quote}{cell}{quote}" for cell in row) for row in rows) + "\n"
    got = fetched(tmp_path, text=text).bars
    assert got["close"].to_list() == [2.0, 3.0]
    assert got["volume"].to_list() == [None, None]


def test_a_short_row_is_not_made_up_for_by_a_long_one(tmp_path):
    text = "date,open,high,low,close\n2024-01-02,1,3,1\n2024-01-03,2,4,1,3,9\n"
    with pytest.raises(SourceError, match="line 2: 4 cells where the header has 5 columns"):
        fetched(tmp_path, text=text)
