"""One bad thing stays one bad thing: in a file for many tickers, a bad row fails its own ticker alone."""

from pathlib import Path

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource

HEADER = "Ticker,Date,Open,High,Low,Close"


def rows(ticker: str, price: str = "2") -> list[str]:
    return [f"{ticker},2024-01-0{day},1,9,0.5,{price}" for day in (2, 3, 4)]


def source_of(folder: Path, *lines: str) -> FilesSource:
    (folder / "all.csv").write_text("\n".join([HEADER, *rows("AAA"), *lines, *rows("ZZZ")]) + "\n")
    return FilesSource(folder)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("BBB,2024-01-02,1,9,0.5,two", "all.csv, line 5: column Close: 'two' is not a number"),
        ("BBB,2024-02-30,1,9,0.5,2", "all.csv, line 5: column date: '2024-02-30' is not a date that exists"),
        ("BBB,,1,9,0.5,2", "all.csv, line 5: column date: the date is missing"),
        (
            "BBB,03.01.2024,1,9,0.5,2",
            "all.csv, line 5: column date: '03.01.2024' is not a date like the ones before it",
        ),
        ("BBB,2024-01-02,1,9,0.5", "all.csv, line 5: 5 cells where the header has 6 columns"),
        ("BBB,2024-01-02,1,9,0,5,2", "all.csv, line 5: 7 cells where the header has 6 columns"),
        ('BBB,2024-01-02,1,9,0.5,"2', "all.csv, line 5: a quote opens that does not close on its line"),
        ('BBB,2024-01-02,1,9,0.5,"2,5"', "all.csv, line 5: column Close: '2,5' and '0.5'"),
    ],
)
def test_a_bad_row_fails_its_ticker_and_not_its_neighbours(tmp_path: Path, line: str, reason: str) -> None:
    source = source_of(tmp_path, line, *rows("BBB"))
    assert source.tickers() == ("AAA", "BBB", "ZZZ")
    for ticker in ("AAA", "ZZZ"):
        assert source.fetch(ticker, None, None).bars["close"].to_list() == [2.0, 2.0, 2.0]
    with pytest.raises(SourceError) as refusal:
        source.fetch("BBB", None, None)
    assert refusal.value.reason.startswith(reason)


def test_a_ticker_that_has_only_bad_rows_is_told_as_well(tmp_path: Path) -> None:
    source = source_of(tmp_path, "BBB,2024-01-02,1,9,0.5,two")
    with pytest.raises(SourceError, match=r"line 5: column Close: 'two' is not a number"):
        source.fetch("BBB", None, None)


def test_a_bad_line_that_names_nobody_fails_all(tmp_path: Path) -> None:
    """Whose row it was, nobody knows: none of them is whole."""
    source = source_of(tmp_path, "2024-01-02,1,9,0.5,2")
    for ticker in ("AAA", "ZZZ"):
        with pytest.raises(SourceError, match=r"all\.csv, line 5: 5 cells where the header has 6 columns"):
            source.fetch(ticker, None, None)


def test_a_blank_line_and_a_row_without_a_ticker_harm_nobody(tmp_path: Path) -> None:
    source = source_of(tmp_path, "", ",2024-01-02,1,9,0.5,2")
    got = source.fetch("ZZZ", None, None)
    assert got.bars["close"].to_list() == [2.0, 2.0, 2.0]
    assert got.notes == ("all.csv: read past: 1 row without a ticker, from line 6 on",)


def test_tickers_with_decimal_signs_of_their_own_are_each_read_for_itself(tmp_path: Path) -> None:
    header, one, other = (
        "Ticker;Date;Open;High;Low;Close",
        "AAA;2024-01-02;{0};{0};{0};{0}",
        "BBB;2024-01-02;{0};{0};{0};{0}",
    )
    unclear = one.replace("AAA", "CCC")
    lines = [header, one.format("148.5"), one.format("148.019"), other.format("148,5"), other.format("148,019")]
    (tmp_path / "all.csv").write_text("\n".join([*lines, unclear.format("148,019")]))
    source = FilesSource(tmp_path)
    assert source.fetch("AAA", None, None).bars["close"].to_list() == [148.5, 148.019]
    assert source.fetch("BBB", None, None).bars["close"].to_list() == [148.5, 148.019]
    with pytest.raises(SourceError, match=r"line 6: column Open: '148,019' may be 148\.019 or 148019"):
        source.fetch("CCC", None, None)


def test_a_bad_cell_side_by_side_fails_its_ticker(tmp_path: Path) -> None:
    text = "Price,Close,Close,High,High,Low,Low,Open,Open\nTicker,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB\nDate,,,,,,,,\n"
    (tmp_path / "all.csv").write_text(text + "2024-01-02,2,x,3,30,1,10,1,10\n")
    source = FilesSource(tmp_path)
    assert source.fetch("AAA", None, None).bars["close"].to_list() == [2.0]
    with pytest.raises(SourceError, match=r"all\.csv, line 4: column Close: 'x' is not a number"):
        source.fetch("BBB", None, None)
