"""The source `files`: what it promises, one file a ticker or one for many, and refusals that name file and line."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.sources import open_source
from flows.sources.base import Source, SourceError
from flows.sources.files import FilesSource
from tests.flows.sources.files_writing import DAYS, EXPECTED, HEADER, PLAIN, closes, fetched


def test_it_keeps_the_source_protocol(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(PLAIN)
    source = open_source("files", warehouse_dir=tmp_path, files=tmp_path)
    assert isinstance(source, Source)
    assert (source.name, source.adjustment, source.tickers()) == ("files", "split", ("AAA",))


def test_a_plain_file(tmp_path: Path) -> None:
    got = fetched(tmp_path, text=PLAIN)
    assert got.bars.columns == ["date", "open", "high", "low", "close", "volume"]
    assert got.bars.row(1) == (DAYS[1], 2.0, 4.0, 1.5, 3.0, 20.0)
    assert got.actions.is_empty()
    assert (got.adjustment, got.currency, got.adjusted_for_dividends, got.notes) == ("split", None, None, ())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "\n\n",
        PLAIN + ",,,,,\n,,,,,\n",
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("\n", ",\n").replace("volume,", "volume"),
        f"sep=;\n{PLAIN.replace(',', ';')}",
        f"My portfolio\nmade by hand\n{PLAIN}",
        "close,low,date,high,open,remark\n2,.5,2024-01-02,3,1,x\n3,1.5,2024-01-03,4,2,\n4,2.5,2024-01-04,5,3,y\n",
        "Date,Open,High,Low,Close,Adj Close\n2024-01-04,3,5,2.5,4,9\n2024-01-03,2,4,1.5,3,9\n2024-01-02,1,3,.5,2,9\n",
    ],
    ids=[*"0123456789"],
)
def test_layouts_and_orders(tmp_path: Path, text: str) -> None:
    assert closes(fetched(tmp_path, text=text)) == EXPECTED


def test_a_range_is_inclusive(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(PLAIN)
    assert list(closes(FilesSource(tmp_path).fetch("AAA", DAYS[1], DAYS[1]))) == [DAYS[1]]


def test_one_file_for_all(tmp_path: Path) -> None:
    text = "Symbol,Date,Open,High,Low,Close\nAAA,2024-01-02,1,3,1,2\nbbb,2024-01-02,1,3,1,2.5\nAAA,2024-01-03,1,4,1,3\n"
    (tmp_path / "all.csv").write_text(text)
    source = FilesSource(tmp_path / "all.csv")
    assert source.tickers() == ("AAA", "bbb")
    assert closes(source.fetch("AAA", None, None)) == {DAYS[0]: 2.0, DAYS[1]: 3.0}
    assert closes(source.fetch("BBB", None, None)) == {DAYS[0]: 2.5}


def test_one_file_for_all_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.sources.files import reading

    rows = [f"T{ticker},2024-01-0{day},1,9,1,{ticker + 1}" for ticker in range(7) for day in (2, 3, 4)]
    (tmp_path / "all.csv").write_text("\n".join(["Ticker,Date,Open,High,Low,Close", *rows]))
    read, times = reading.read_file, []

    def counted(path: Path, *given: Any, **options: Any) -> reading.FileRows:
        times.append(path)
        return read(path, *given, **options)

    monkeypatch.setattr(reading, "read_file", counted)
    source = FilesSource(tmp_path)
    for ticker in range(7):
        assert closes(source.fetch(f"T{ticker}", None, None)) == dict.fromkeys(DAYS, ticker + 1.0)
    assert len(times) == 1


def test_yfinances_tickers_side_by_side(tmp_path: Path) -> None:
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
        ("date,dividends\n2024-01-02,1\n", "AAA.csv: no column is open, high, low, close"),
        (
            "date,open,high,low,close,Close\n2024-01-02,1,3,1,2,2\n",
            "AAA.csv, line 1: more than one column is close: close, Close",
        ),
        (PLAIN.replace("2024-01-03,2", "2024-01-03,two"), "AAA.csv, line 3: column open: 'two' is not a number"),
        (PLAIN.replace("2024-01-03,2", "2024-01-03,inf"), "AAA.csv, line 3: column open: 'inf' is not a number"),
        (PLAIN.replace("2024-01-03,2", "2024-01-03,1e999"), "AAA.csv, line 3: column open: '1e999' is not a number"),
        (PLAIN.replace(",4,30", ",4"), "AAA.csv, line 4: 5 cells where the header has 6 columns"),
        (PLAIN[:-5], "AAA.csv, line 4: 5 cells where the header has 6 columns"),
        (f"{PLAIN}2024-0", "AAA.csv, line 5: 1 cell where the header has 6 columns"),
        (PLAIN.replace("2024-01-03,", "\n2024-01-03,"), "AAA.csv, line 3: a blank line among the rows"),
        (
            "date,open,high,low,close\n2024-01-02,1,3,1\n2024-01-03,2,4,1,3,9\n",
            "AAA.csv, line 2: 4 cells where the header has 5 columns",
        ),
        (
            PLAIN.replace("2024-01-03,2", '2024-01-03,"2'),
            "AAA.csv, line 3: a quote opens that does not close on its line",
        ),
        (f"{HEADER}\n2024-01-02,148,5,149,5,147,5,148,5,10\n", "AAA.csv, line 2: 10 cells where the header has 6"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=text)
    assert refusal.value.reason.startswith(reason)
    assert not refusal.value.retryable
    assert not refusal.value.everyone


def test_words_below_the_table_are_read_past_and_told(tmp_path: Path) -> None:
    got = fetched(tmp_path, text=PLAIN + '"Downloaded from a site, on 2024-01-05"\n\n')
    assert closes(got) == EXPECTED
    assert got.notes == ("AAA.csv: read past: line 5, '\"Downloaded from a site, on 2024-01-05\"'",)


def test_what_is_read_past_is_told_once_a_file(tmp_path: Path) -> None:
    text = "made by hand\nticker,date,open,high,low,close,remark,%Chg\n"
    text += "AAA,2024-01-02,1,3,1,2,x,0.1%\nBBB,2024-01-02,1,3,1,2,y,0.2%\n,2024-01-02,1,3,1,2,z,0.3%\n"
    (tmp_path / "all.csv").write_text(text)
    source = FilesSource(tmp_path)
    notes = source.fetch("AAA", None, None).notes
    assert notes == (
        "all.csv: read past: 1 line above the names of the columns",
        "all.csv: read past: 1 row without a ticker, from line 5 on",
        "all.csv: read past: columns remark, %Chg",
    )
    assert source.fetch("BBB", None, None).notes == notes


@pytest.mark.parametrize("quote", ["", '"'])
def test_quotes_and_empty_last_cells_read_the_same(tmp_path: Path, quote: str) -> None:
    rows = [["date", "open", "high", "low", "close", "volume"], ["2024-01-02", "1", "3", "1", "2", ""]]
    rows.append(["2024-01-03", "2", "4", "1", "3", ""])
    text = "\n".join("\t".join(f"{quote}{cell}{quote}" for cell in row) for row in rows) + "\n"
    got = fetched(tmp_path, text=text).bars
    assert got["close"].to_list() == [2.0, 3.0]
    assert got["volume"].to_list() == [None, None]


def test_absurd_dates_are_handed_on_for_the_validation_to_judge(tmp_path: Path) -> None:
    text = PLAIN.replace("2024-01-03", "9999-12-31").replace("2024-01-02", "0024-01-02")
    assert fetched(tmp_path, text=text).bars["date"].to_list() == [date(24, 1, 2), date(9999, 12, 31), DAYS[2]]
