"""Dividends and splits, from columns and from files beside the bars, each once."""

from pathlib import Path

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource
from tests.flows.sources.files_writing import DAYS, PLAIN, fetched

WITH_EVENTS = (
    "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n"
    "2024-01-02,1,3,1,2,2,10,0.0,0.0\n2024-01-03,1,3,1,2,2,10,0.24,0.0\n2024-01-04,1,3,1,2,2,10,0,4\n"
)
BOTH = [(DAYS[1], "dividend", 0.24), (DAYS[2], "split", 4.0)]


def test_dividends_and_splits_in_columns(tmp_path: Path) -> None:
    assert fetched(tmp_path, text=WITH_EVENTS).actions.rows() == BOTH


@pytest.mark.parametrize(
    ("names", "dividends", "splits"),
    [
        (
            ("AAA_dividends.csv", "AAA_splits.csv"),
            "Date,Dividends\n2024-01-03 00:00:00-05:00,0.24\n",
            "Date,Stock Splits\n2024-01-04,4:1\n",
        ),
        (
            ("aaa_Dividends.CSV", "Aaa_split.txt"),
            "ex_dividend_date,declaration_date,amount\n2024-01-03,2023-12-01,0.24\n",
            "effective_date,split_factor\n2024-01-04,4.0000\n",
        ),
        (
            ("dividends.csv", "splits.csv"),
            "Symbol,Date,Dividends\nAAA,2024-01-03,0.24\nBBB,2024-01-03,7\n",
            "Symbol,Date,Splits\nBBB,2024-01-03,7\nAAA,2024-01-04,4-for-1\n",
        ),
        (
            ("AAA_dividend.csv", "AAA_splits.csv"),
            '"Ex/EFF DATE","TYPE","CASH AMOUNT","PAYMENT DATE"\n"01/03/2024","Cash","$0.24","02/01/2024"\n'
            '"10/31/2023","Cash","$0","02/01/2024"\n',
            "Date;Ratio\n04.01.2024;4,0\n",
        ),
    ],
)
def test_dividends_and_splits_in_files_of_their_own(
    tmp_path: Path, names: tuple[str, str], dividends: str, splits: str
) -> None:
    (tmp_path / names[0]).write_text(dividends)
    (tmp_path / names[1]).write_text(splits)
    assert fetched(tmp_path, text=PLAIN).actions.rows() == BOTH
    assert FilesSource(tmp_path).tickers() == ("AAA",)


@pytest.mark.parametrize("side", ["Date,Dividends\n", "Date,Dividends", "Date,Dividends\n2024-01-03,0\n"])
def test_a_file_of_dividends_may_have_none(tmp_path: Path, side: str) -> None:
    (tmp_path / "AAA_dividends.csv").write_text(side)
    assert fetched(tmp_path, text=PLAIN).actions.is_empty()


@pytest.mark.parametrize("cell", ["1", "1.0", "1.0000", "0", "", "1:1", "N/A"])
def test_a_split_of_one_is_none(tmp_path: Path, cell: str) -> None:
    text = f"Date,Open,High,Low,Close,Split\n2024-01-02,1,3,1,2,{cell}\n"
    assert fetched(tmp_path, text=text).actions.is_empty()


@pytest.mark.parametrize(
    ("cell", "ratio"),
    [("4:1", 4.0), ("1:10", 0.1), ("3:2", 1.5), ("4/1", 4.0), ("4-for-1", 4.0), ("1 for 20", 0.05), ("0.125", 0.125)],
)
def test_a_split_is_new_shares_for_one_old(tmp_path: Path, cell: str, ratio: float) -> None:
    (tmp_path / "AAA_splits.csv").write_text(f"Date,Stock Splits\n2024-01-03,{cell}\n")
    assert fetched(tmp_path, text=PLAIN).actions.rows() == [(DAYS[1], "split", ratio)]


@pytest.mark.parametrize("cell", ["1:0", "4 to", "5%"])
def test_what_is_no_split_is_refused(tmp_path: Path, cell: str) -> None:
    (tmp_path / "AAA_splits.csv").write_text(f"Date,Stock Splits\n2024-01-03,{cell}\n")
    with pytest.raises(SourceError, match=rf"AAA_splits\.csv, line 2: column Stock Splits: '{cell}' is"):
        fetched(tmp_path, text=PLAIN)


NOISY = 0.23999999463558197
"""0.24 as it is left by single precision: 2e-8 less."""


@pytest.mark.parametrize(("column", "side"), [(NOISY, 0.24), (0.24, NOISY), (0.24, 0.24)])
def test_a_dividend_in_a_column_and_in_a_file_is_one(tmp_path: Path, column: float, side: float) -> None:
    (tmp_path / "AAA_dividends.csv").write_text(f"Date,Dividends\n2024-01-03,{side}\n")
    text = WITH_EVENTS.replace("0.24", str(column))
    assert fetched(tmp_path, text=text).actions.rows() == BOTH


def test_the_same_twice_in_one_file_is_one_and_others_of_the_day_stay(tmp_path: Path) -> None:
    (tmp_path / "AAA_dividends.csv").write_text(
        f"Date,Dividends\n2024-01-03,0.24\n2024-01-03,{NOISY}\n2024-01-03,1.5\n2024-01-04,0.24\n"
    )
    assert fetched(tmp_path, text=PLAIN).actions.rows() == [
        (DAYS[1], "dividend", 0.24),
        (DAYS[1], "dividend", 1.5),
        (DAYS[2], "dividend", 0.24),
    ]


def test_a_column_may_tell_the_sum_of_a_day(tmp_path: Path) -> None:
    (tmp_path / "AAA_dividends.csv").write_text("Date,Dividends\n2024-01-03,0.04\n2024-01-03,0.2\n")
    told = fetched(tmp_path, text=WITH_EVENTS).actions.rows()
    assert told == [(DAYS[1], "dividend", 0.04), (DAYS[1], "dividend", 0.2), (DAYS[2], "split", 4.0)]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "AAA_dividends.csv",
            "Date,Dividends\n2024-01-03,0.25\n",
            "the dividend of 2024-01-03 is 0.24 in AAA.csv, and 0.25 in AAA_dividends.csv: leave one of them out",
        ),
        (
            "AAA_splits.csv",
            "Date,Splits\n2024-01-04,5\n",
            "the split of 2024-01-04 is 4 in AAA.csv, and 5 in AAA_splits.csv: leave one of them out",
        ),
    ],
)
def test_two_places_that_differ_are_not_chosen_between(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=WITH_EVENTS)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [(("0,125", "0,25"), [0.125, 0.25]), (("0.125", "0.25"), [0.125, 0.25]), (("1.234,5", "0,5"), [1234.5, 0.5])],
)
def test_dividends_are_read_with_their_own_decimal_sign(
    tmp_path: Path, cells: tuple[str, str], amounts: list[float]
) -> None:
    rows = "".join(f"2024-01-0{day};{cell}\n" for day, cell in enumerate(cells, 3))
    (tmp_path / "AAA_dividends.csv").write_text(f"Date;Dividends\n{rows}")
    assert fetched(tmp_path, text=PLAIN).actions["value"].to_list() == amounts


def test_a_dividend_of_two_readings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "AAA_dividends.csv").write_text("Date;Dividends\n2024-01-03;1,125\n")
    with pytest.raises(
        SourceError, match=r"AAA_dividends\.csv, line 2: column Dividends: '1,125' may be 1\.125 or 1125"
    ):
        fetched(tmp_path, text=PLAIN)


def test_a_dividend_in_another_currency_than_the_price_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text('currency = "GBp"\n')
    (tmp_path / "AAA_dividends.csv").write_text("Date,Dividends,Currency\n2024-01-03,0.24,USD\n2024-01-04,5,GBX\n")
    got = fetched(tmp_path, text=PLAIN)
    assert got.currency == "GBp"
    assert got.actions.rows() == [(DAYS[1], "dividend", 0.24, "USD"), (DAYS[2], "dividend", 5.0, None)]


def test_actions_of_a_range(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(WITH_EVENTS)
    assert FilesSource(tmp_path).fetch("AAA", DAYS[2], None).actions.rows() == BOTH[1:]
    assert FilesSource(tmp_path).fetch("AAA", None, DAYS[1]).actions.rows() == BOTH[:1]
