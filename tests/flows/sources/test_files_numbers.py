"""What may stand around a number and between its digits; what is none; files that can be read in two ways."""

from pathlib import Path

import pytest

from flows.sources.base import SourceError
from tests.flows.sources.files_writing import fetched

HEADER = "date;open;high;low;close;volume"


def prices(folder: Path, *cells: str, volume: str = "") -> list[float | None]:
    """Tell what is read of a file with these closes, a day each."""
    rows = [f"2024-01-0{day};{cell};{cell};{cell};{cell};{volume}" for day, cell in enumerate(cells, 2)]
    return fetched(folder, text="\n".join([HEADER, *rows]) + "\n").bars["close"].to_list()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("148.02", 148.02),
        ("148,02", 148.02),
        (" 148.02 ", 148.02),
        ("+148.02", 148.02),
        ("-148.02", -148.02),
        ("148.02-", -148.02),
        ("(148.02)", -148.02),
        ("\u2212148.02", -148.02),
        (".5", 0.5),
        (",5", 0.5),
        ("0.125", 0.125),
        ("0,125", 0.125),
        ("5.", 5.0),
        ("00148.02", 148.02),
        ("1.5e-8", 1.5e-8),
        ("1,5E+03", 1500.0),
        ("1.234e5", 123400.0),
        ("0.00000001", 1e-8),
        ("1234.567", 1234.567),
        ("1,234.567", 1234.567),
        ("1.234,567", 1234.567),
        ("1.234.567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("1,23,456.78", 123456.78),
        ("12,34,567", 1234567.0),
        ("1 234,56", 1234.56),
        ("1\u00a0234,56", 1234.56),
        ("1\u202f234.56", 1234.56),
        ("1\u2009234", 1234.0),
        ("1'234.56", 1234.56),
        ("1\u2019234.56", 1234.56),
        ("1_234.56", 1234.56),
        ("1'234.567", 1234.567),
        ("$1,908.87", 1908.87),
        ("-$1,908.87", -1908.87),
        ("($1,908.87)", -1908.87),
        ("US$ 148.02", 148.02),
        ("148,02 \u20ac", 148.02),
        ("\u20ac148.02", 148.02),
        ("USD 148.02", 148.02),
        ("148.02 GBp", 148.02),
        ("148.02p", 148.02),
        ("CHF 1'908.87", 1908.87),
        ("1.908,87 kr", 1908.87),
        ('="148.02"', 148.02),
    ],
)
def test_a_number_is_read_whatever_stands_around_it(tmp_path: Path, cell: str, value: float) -> None:
    assert prices(tmp_path, cell) == [value]


@pytest.mark.parametrize(
    "cell", ["", " ", "NaN", "null", "None", "N/A", "n/a", "NA", "#N/A", "-", "--", "\u2014", "N/D", "#DIV/0!", "<NA>"]
)
def test_what_stands_for_nothing_is_nothing(tmp_path: Path, cell: str) -> None:
    assert prices(tmp_path, cell, "148.02") == [None, 148.02]


@pytest.mark.parametrize(
    ("volume", "value"),
    [
        ("1.5M", 1.5e6),
        ("1.15M", 1150000.0),
        ("45.6K", 45600.0),
        ("2,34B", 2.34e9),
        ("1 495 435", 1495435.0),
        ("1.495.435", 1495435.0),
        ("1495435.0", 1495435.0),
        ("12 k", 12000.0),
    ],
)
def test_volumes_are_counted_in_thousands_and_millions_too(tmp_path: Path, volume: str, value: float) -> None:
    text = f"{HEADER}\n2024-01-02;148;149;147;148;{volume}\n"
    assert fetched(tmp_path, text=text).bars["volume"].to_list() == [value]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("0.3%", "'0.3%' is a percentage, not an amount"),
        ("148 1/2", "'148 1/2' is not a number"),
        ("1.5M", "'1.5M' is not a number"),
        ("abc148", "'abc148' is not a number"),
        ("12.34.56", "'12.34.56' is not a number"),
        ("1,23.4", "'1,23.4' is not a number"),
        ("0x10", "'0x10' is not a number"),
        ("#NUM", "'#NUM' is not a number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_cell(tmp_path: Path, cell: str, reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        prices(tmp_path, "148.02", cell)
    assert refusal.value.reason == f"AAA.csv, line 3: column open: {reason}"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("cell", ["148,019", "148.019"])
def test_a_file_with_two_readings_is_refused_with_the_way_out(tmp_path: Path, separator: str, cell: str) -> None:
    text = f"{HEADER}\n2024-01-02;{cell};{cell};{cell};{cell};1625720\n".replace(";", separator)
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=text)
    assert refusal.value.reason == (
        f"AAA.csv, line 2: column open: {cell!r} may be 148.019 or 148019, and no number of the file tells which: "
        'say decimal = "," or decimal = "." in files.toml beside it'
    )
    (tmp_path / "files.toml").write_text('decimal = ","\n')
    told = fetched(tmp_path, text=text).bars["close"].to_list()
    assert told == [148.019 if "," in cell else 148019.0]


@pytest.mark.parametrize(
    ("rows", "closes"),
    [
        (["148,019", "148,02"], [148.019, 148.02]),  # the second cell proves the comma
        (["148,019", "1,148,019"], [148019.0, 1148019.0]),  # and here that it groups
        (["999,125", "1000,250"], [999.125, 1000.25]),  # four digits are not grouped
        (["148,019", "0,125"], [148.019, 0.125]),  # no group begins with a zero
        (["148.019", "148.5"], [148.019, 148.5]),
        (["148.019", "1'148.019"], [148.019, 1148.019]),  # an apostrophe groups, so the point does not
    ],
)
def test_one_cell_proves_the_sign_for_all(tmp_path: Path, rows: list[str], closes: list[float]) -> None:
    assert prices(tmp_path, *rows) == closes


def test_another_column_proves_the_sign_as_well(tmp_path: Path) -> None:
    assert prices(tmp_path, "148,019", volume="1.495.435") == [148.019]
    assert prices(tmp_path, "148,019", volume="1,495,435") == [148019.0]
    text = "date;open;high;low;close;Adj Close\n2024-01-02;148,019;148,019;148,019;148,019;147,5123\n"
    assert fetched(tmp_path, text=text).bars["close"].to_list() == [148.019]


def test_two_signs_in_one_file_are_refused_with_both_cells(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        prices(tmp_path, "148.5", "148,5")
    assert refusal.value.reason == (
        "AAA.csv, line 3: column open: '148,5' and '148.5' of line 2 have different decimal signs"
    )


def test_between_commas_without_quotes_a_point_is_the_decimal_sign(tmp_path: Path) -> None:
    text = "date,open,high,low,close\n2024-01-02,148.019,148.019,148.019,148.019\n"
    assert fetched(tmp_path, text=text).bars["close"].to_list() == [148.019]
    quoted_date = text.replace("2024-01-02", '"Jan 02, 2024"')
    assert fetched(tmp_path, text=quoted_date).bars["close"].to_list() == [148.019]
    with pytest.raises(SourceError, match=r"'148\.019' may be 148\.019 or 148019"):
        fetched(tmp_path, text=text.replace("148.019", '"148.019"'))


def test_signs_and_codes_beside_numbers_tell_the_currency(tmp_path: Path) -> None:
    text = "date;open;high;low;close\n2024-01-02;{0};{0};{0};{0}\n"
    for cell, currency in (("148,02 \u20ac", "EUR"), ("GBX 148.02", "GBp"), ("$148.02", None), ("148.02", None)):
        assert fetched(tmp_path, text=text.format(cell)).currency == currency
    with pytest.raises(SourceError, match="amounts in EUR and in USD: read is one currency"):
        fetched(tmp_path, text=text.format("148.02 EUR") + text.format("USD 148.02").split("\n")[1])
