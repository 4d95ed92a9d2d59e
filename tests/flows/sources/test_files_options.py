"""files.toml: what a person says of files, the nearer over the wider; mistakes in it are told."""

import re
from datetime import date
from pathlib import Path

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource
from flows.sources.files.options import FileOptions
from tests.flows.nights import ROOT
from tests.flows.sources.files_writing import DAYS, PLAIN, fetched

TOML = """
currency = "EUR"
adjusted = false

[file."BBB.csv"]
adjusted = { splits = true, dividends = false }

[file."ccc.csv"]
currency = "usd"

[ticker."VOD.L"]
currency = "GBX"
adjusted = true
"""


@pytest.mark.parametrize(
    ("ticker", "currency", "adjustment", "dividends"),
    [
        ("AAA", "EUR", "none", False),
        ("BBB", "EUR", "split", False),
        ("CCC", "USD", "none", False),
        ("VOD.L", "GBp", "split", True),
    ],
)
def test_the_nearer_word_holds(
    tmp_path: Path, ticker: str, currency: str, adjustment: str, dividends: bool | None
) -> None:
    (tmp_path / "files.toml").write_text(TOML)
    got = fetched(tmp_path, ticker, PLAIN)
    assert (got.currency, got.adjustment, got.adjusted_for_dividends) == (currency, adjustment, dividends)


def test_a_files_own_column_says_more_than_the_folder_and_less_than_a_word_on_the_file(tmp_path: Path) -> None:
    lines = PLAIN.splitlines()
    text = "\n".join([f"{lines[0]},Currency", *(f"{line},CHF" for line in lines[1:])])
    (tmp_path / "files.toml").write_text('currency = "EUR"\n')
    assert fetched(tmp_path, text=text).currency == "CHF"
    (tmp_path / "files.toml").write_text('[file."AAA.csv"]\ncurrency = "EUR"\n')
    assert fetched(tmp_path, text=text).currency == "EUR"


def test_prices_as_traded_are_so_when_told(tmp_path: Path) -> None:
    text = "Date,Open,High,Low,Close,Split\n2024-01-02,4,4,4,4,0\n2024-01-03,1,1,1,1,4\n"
    assert fetched(tmp_path, text=text).adjustment == "split"
    assert fetched(tmp_path, text=text, adjustment="none").adjustment == "none"
    (tmp_path / "files.toml").write_text("adjusted = false\n")
    got = fetched(tmp_path, text=text)
    assert (got.adjustment, got.actions.rows()) == ("none", [(DAYS[1], "split", 4.0)])


def test_options_of_the_source_hold_where_the_folder_says_nothing(tmp_path: Path) -> None:
    text = "date;open;high;low;close\n01/02/2024;148,019;148,019;148,019;148,019\n"
    said = FileOptions(decimal=",", date_order="month first", currency="EUR", adjusted_for_splits=False)
    got = fetched(tmp_path, text=text, options=said)
    assert (got.bars.row(0)[0], got.bars["close"].item(), got.currency) == (DAYS[0], 148.019, "EUR")
    assert got.adjustment == "none"
    (tmp_path / "files.toml").write_text('decimal = "."\n')
    assert fetched(tmp_path, text=text, options=said).bars["close"].item() == 148019.0


def test_one_file_has_its_options_beside_it(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text('currency = "EUR"\n')
    (tmp_path / "AAA.csv").write_text(PLAIN)
    assert FilesSource(tmp_path / "AAA.csv").fetch("AAA", None, None).currency == "EUR"


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("decimal = ';'", 'files.toml: decimal = \';\'; allowed: "." and ","'),
        ("date_order = 'mdy'", 'files.toml: date_order = \'mdy\'; allowed: "day first", "month first", "year first"'),
        ("timezone = 'Londn'", "files.toml: timezone = 'Londn'; allowed: a zone such as"),
        ("timezone = 7", "files.toml: timezone = 7; allowed: a zone such as"),
        ("encoding = 'utf-99'", "files.toml: encoding = 'utf-99'; allowed: an encoding such as"),
        ("currency = 'euros'", "files.toml: currency = 'euros'; allowed: a code such as"),
        (
            "columns = ['date', 'price']",
            "files.toml: columns = ['date', 'price']; allowed: a list of \"date\", \"open\"",
        ),
        ("adjusted = 'yes'", "files.toml: adjusted = 'yes'; allowed: true, false, or {"),
        ("adjusted = { split = true }", "files.toml: adjusted = {'split': True}; allowed: true, false, or {"),
        ("decimals = ','", "files.toml: there is no option decimals; did you mean decimal?"),
        ("hue = 'red'", "files.toml: there is no option hue; allowed are decimal, date_order"),
        ("[file.'A.csv']\ndecimal = 1", "files.toml: file.A.csv: decimal = 1; allowed"),
        (
            "[ticker.A]\ndecimal = ','",
            "files.toml: ticker.A: there is no option decimal; allowed are currency, adjusted",
        ),
        ("ticker = 'A'", "files.toml: ticker = 'A'; allowed: a table"),
        ("decimal = ", "files.toml: cannot be read: "),
    ],
)
def test_a_mistake_in_it_is_told_and_nothing_is_read(tmp_path: Path, toml: str, reason: str) -> None:
    (tmp_path / "files.toml").write_text(toml)
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=PLAIN)
    assert refusal.value.reason.startswith(reason)
    assert refusal.value.everyone


def test_a_word_on_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text("[file.'AAB.csv']\ncurrency = 'EUR'\n")
    got = fetched(tmp_path, text=PLAIN)
    assert got.notes == ("files.toml: there is no file AAB.csv; did you mean AAA.csv?",)


def test_a_word_on_a_ticker_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text("[ticker.AA-A]\ncurrency = 'EUR'\n[ticker.aaa]\ncurrency = 'USD'\n")
    got = fetched(tmp_path, text=PLAIN)
    assert (got.currency, got.notes) == ("USD", ("files.toml: there is no ticker AA-A; did you mean AAA?",))


def test_the_example_in_the_readme_is_allowed(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    (example,) = [block for block in blocks if "date_order" in block]
    (tmp_path / "files.toml").write_text(example)
    text = "date;open;high;low;close\n01/02/2024;148,019;148,019;148,019;148,019\n"
    got = fetched(tmp_path, "LONDON", text)
    assert got.bars.row(0) == (date(2024, 2, 1), 148.019, 148.019, 148.019, 148.019, None)
    assert (got.adjustment, got.adjusted_for_dividends) == ("split", False)
    got = fetched(tmp_path, "VOD.L", PLAIN.replace(",", ";").replace(".", ","))
    assert (got.currency, got.adjustment, got.adjusted_for_dividends) == ("GBp", "none", False)
