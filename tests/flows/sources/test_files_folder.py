"""Which file is whose: names in any case, the near name, two files for one ticker, folders that are not there."""

import os
from pathlib import Path

import pytest

from flows.sources import open_source
from flows.sources.base import SourceError
from flows.sources.files import FilesSource
from tests.flows.sources.files_writing import EXPECTED, PLAIN, closes, fetched


@pytest.mark.parametrize("name", ["aaa.csv", "AAA.csv", "Aaa.CSV", " AAA .csv", "AAA.TSV"])
@pytest.mark.parametrize("ticker", ["AAA", "aaa"])
def test_names_are_found_whatever_their_case(tmp_path: Path, name: str, ticker: str) -> None:
    assert closes(fetched(tmp_path, ticker, PLAIN, name)) == EXPECTED


@pytest.mark.parametrize("ticker", ["BTC-USD", "BRK.B", "^GSPC", "EURUSD=X", "AAPL.US", "GC=F", "7203.T"])
def test_tickers_as_they_are_written(tmp_path: Path, ticker: str) -> None:
    assert closes(fetched(tmp_path, ticker, PLAIN)) == EXPECTED


@pytest.mark.parametrize(
    ("asked", "there", "hint"),
    [
        ("APPL", ["AAPL", "MSFT", "NVDA"], "did you mean AAPL?"),
        ("BRK-B", ["BRK.B", "MSFT"], "did you mean BRK.B?"),
        ("AAPL", ["AAPL.US", "MSFT"], "did you mean AAPL.US?"),
        ("ZZZ", ["AAPL", "MSFT"], "there are AAPL, MSFT"),
        ("ZZZ", [f"T{n}" for n in range(9)], "there are T0, T1, T2, T3, T4, T5, T6, T7 and 1 more"),
    ],
)
def test_a_ticker_that_is_not_there_is_told_with_the_near_name(
    tmp_path: Path, asked: str, there: list[str], hint: str
) -> None:
    for ticker in there:
        (tmp_path / f"{ticker}.csv").write_text(PLAIN)
    with pytest.raises(SourceError) as refusal:
        FilesSource(tmp_path).fetch(asked, None, None)
    assert refusal.value.reason == f"no file in {tmp_path} has ticker {asked!r}; {hint}"


def test_a_workbook_of_the_right_name_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "AAA.xlsx").write_bytes(b"PK")
    (tmp_path / "BBB.csv").write_text(PLAIN)
    with pytest.raises(SourceError, match=r"AAA\.xlsx is there, but read are CSV and Parquet"):
        FilesSource(tmp_path).fetch("AAA", None, None)


def test_a_file_that_cannot_be_read_is_named_to_who_misses_a_ticker(tmp_path: Path) -> None:
    (tmp_path / "everything.csv").write_text("nonsense\n")
    (tmp_path / "BBB.csv").write_text(PLAIN)
    with pytest.raises(SourceError, match=r"there are BBB, everything; not read: everything\.csv, line 1: no column"):
        FilesSource(tmp_path).fetch("AAA", None, None)


@pytest.mark.parametrize("other", ["AAA.csv.gz", "aaa.csv", "AAA.txt", "all.csv"])
def test_two_files_for_one_ticker_are_not_chosen_between(tmp_path: Path, other: str) -> None:
    (tmp_path / "AAA.csv").write_text(PLAIN)
    (tmp_path / other).write_text("ticker,date,open,high,low,close\naaa,2024-01-02,1,3,1,2\n")
    with pytest.raises(SourceError) as refusal:
        FilesSource(tmp_path).fetch("AAA", None, None)
    first, second = sorted(["AAA.csv", other])
    assert refusal.value.reason == (
        f"ticker 'AAA' stands in more than one file: {first}, {second}; leave one of them there"
    )


@pytest.mark.parametrize("asked", ["AAA", "aaa", "Aaa"])
def test_a_ticker_in_two_spellings_in_one_file_is_not_halved(tmp_path: Path, asked: str) -> None:
    text = "ticker,date,open,high,low,close\naaa,2024-01-02,1,3,1,2\nAaa,2024-01-03,1,3,1,2\nB,2024-01-03,1,3,1,2\n"
    (tmp_path / "all.csv").write_text(text)
    with pytest.raises(SourceError, match=rf"all\.csv: ticker '{asked}' is spelled Aaa and aaa"):
        FilesSource(tmp_path).fetch(asked, None, None)


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("README.md", ".hidden.csv", "._AAA.csv", "~$AAA.csv", ".csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "AAA.csv").write_text(PLAIN)
    assert FilesSource(tmp_path).tickers() == ("AAA",)


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "BAD.csv").write_text("nonsense\n")
    assert closes(fetched(tmp_path, text=PLAIN)) == EXPECTED
    assert FilesSource(tmp_path).tickers() == ("AAA", "BAD")


def test_one_file_alone_may_be_called_anything(tmp_path: Path) -> None:
    (tmp_path / "AAA.prices").write_text(PLAIN)
    assert closes(FilesSource(tmp_path / "AAA.prices").fetch("AAA", None, None)) == EXPECTED


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_a_folder_that_gives_nothing_is_a_source_that_does_not_answer(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "mounted"
    if made:
        folder.mkdir()
    source = FilesSource(folder)
    with pytest.raises(SourceError, match="holds no file ending in" if made else "does not exist") as refusal:
        source.fetch("AAA", None, None)
    assert refusal.value.everyone
    with pytest.raises(SourceError):
        source.tickers()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(PLAIN)
    tmp_path.chmod(0)
    try:
        with pytest.raises(SourceError, match="cannot be read: Permission denied") as refusal:
            FilesSource(tmp_path).fetch("AAA", None, None)
    finally:
        tmp_path.chmod(0o700)
    assert refusal.value.everyone


def test_a_folder_that_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SourceError, match="cannot be read: Permission denied") as refusal:
        FilesSource(tmp_path).fetch("AAA", None, None)
    assert refusal.value.everyone


def test_what_a_caller_gets_wrong(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allowed are none, split"):
        FilesSource(tmp_path, adjustment="half")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValueError, match="needs the folder"):
        open_source("files", warehouse_dir=tmp_path)
    with pytest.raises(ValueError, match="'bloomberg' is unknown; allowed are sample, yfinance, files"):
        open_source("bloomberg", warehouse_dir=tmp_path)
