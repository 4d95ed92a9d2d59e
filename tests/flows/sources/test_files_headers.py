"""The tables of vendors, as they write them: what each column is, and an exact name wins over a guess."""

from datetime import date
from pathlib import Path

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource
from tests.flows.sources.files_writing import DAYS, PLAIN, fetched

BAR = (DAYS[0], 1.0, 3.0, 0.5, 2.0, 10.0)

TABLES = {
    "yahoo": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1,3,0.5,2,1.9,10\n",
    "yahoo's page": (
        "Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close\tVolume\n"
        "Jan 2, 2024\t1\t3\t0.5\t2\t1.9\t10\n"
    ),
    "yfinance": (
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2024-01-02 00:00:00-05:00,1,3,0.5,2,10,0.0,0.0\n"
    ),
    "yfinance, funds": (
        "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits,Capital Gains\n"
        "2024-01-02,1,3,0.5,2,2,10,0,0,0\n"
    ),
    "yfinance, three lines": (
        "Price,Close,High,Low,Open,Volume\nTicker,AAA,AAA,AAA,AAA,AAA\nDate,,,,,\n2024-01-02,2,3,0.5,1,10\n"
    ),
    "yfinance, tickers first": (
        "Ticker,AAA,AAA,AAA,AAA,AAA\nPrice,Open,High,Low,Close,Volume\nDate,,,,,\n2024-01-02,1,3,0.5,2,10\n"
    ),
    "yfinance, older": (
        ",Adj Close,Close,High,Low,Open,Volume\n,AAA,AAA,AAA,AAA,AAA,AAA\nDate,,,,,,\n2024-01-02,9,2,3,0.5,1,10\n"
    ),
    "stooq": "Date,Open,High,Low,Close,Volume\r\n2024-01-02,1,3,0.5,2,10\r\n",
    "stooq, in Polish": "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen\n2024-01-02,1,3,0.5,2,10\n",
    "stooq, bulk": (
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        "AAA,D,20240102,000000,1,3,0.5,2,10,0\n"
    ),
    "alpha vantage": "timestamp,open,high,low,close,volume\n2024-01-02,1,3,0.5,2,10\n",
    "alpha vantage, numbered": "timestamp,1. open,2. high,3. low,4. close,5. volume\n2024-01-02,1,3,0.5,2,10\n",
    "tiingo": (
        "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor\n"
        "2024-01-02T00:00:00.000Z,2,3,0.5,1,10,1.9,2.9,0.4,0.9,10,0.0,1.0\n"
    ),
    "nasdaq": "Date,Close/Last,Volume,Open,High,Low\n01/02/2024,$2,10,$1,$3,$0.5\n01/31/2024,$2,10,$1,$3,$0.5\n",
    "investing": (
        '"Date","Price","Open","High","Low","Vol.","Change %"\n"01/31/2024","2.00","1.00","3.00","0.50","-","0.1%"\n'
        '"01/02/2024","2.00","1.00","3.00","0.50","0.01K","-0.50%"\n'
    ),
    "barchart": "Time,Open,High,Low,Last,Change,%Chg,Volume\n2024-01-02,1,3,0.5,2,0.1,0.5%,10\n",
    "quandl, futures": "Date,Open,High,Low,Last,Change,Settle,Volume,Close\n2024-01-02,1,3,0.5,7,0.1,8,10,2\n",
    "kraken": "1704153600,1,3,0.5,2,10,4\n",
    "binance": "1704153600000,1,3,0.5,2,10,1704239999999,20,4,5,6,0\n",
    "binance, since 2025": "1704153600000000,1,3,0.5,2,10,1704239999999999,20,4,5,6,0\n",
    "binance, with names": (
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,"
        "ignore\n1704153600000,1,3,0.5,2,10,1704239999999,20,4,5,6,0\n"
    ),
    "cryptodatadownload": (
        "https://www.example.com\nunix,date,symbol,open,high,low,close,Volume,Volume USD\n"
        "1704153600,2024-01-02 00:00:00,AAA,1,3,0.5,2,10,20\n"
    ),
    "coinmarketcap": (
        "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n"
        '"2024-01-02T00:00:00.000Z";"2024-01-02T23:59:59.999Z";"2024-01-02T10:13:00.000Z";"2024-01-02T22:59:00.000Z";'
        '"2781";1.0;3.0;0.5;2.0;10.0;99.5;"2024-01-02T23:59:59.999Z"\n'
    ),
    "tradingview": "time,open,high,low,close,Volume\n1704205800,1,3,0.5,2,10\n",
    "tradingview, ISO": "time,open,high,low,close,Volume\n2024-01-02T14:30:00Z,1,3,0.5,2,10\n",
    "interactive brokers": "date,open,high,low,close,volume,average,barCount\n20240102,1,3,0.5,2,10,1.7,4\n",
    "metatrader 5": (
        "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n2024.01.02\t1.0\t3.0\t0.5\t2.0\t9\t10\t1\n"
    ),
    "metatrader 4": "2024.01.02,00:00,1.0,3.0,0.5,2.0,10\n",
    "metastock": "<TICKER>,<DTYYYYMMDD>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nAAA,20240102,1,3,0.5,2,10\n",
    "nse": (
        "Symbol,Series,Date,Prev Close,Open Price,High Price,Low Price,Last Price,Close Price,Average Price,"
        "Total Traded Quantity,Turnover\nAAA,EQ,02-Jan-2024,1,1,3,0.5,1.9,2,1.5,10,20\n"
    ),
    "in german": "Datum;Er\u00f6ffnung;Hoch;Tief;Schlusskurs;Volumen\n02.01.2024;1,0;3,0;0,5;2,0;10\n",
    "in french": (
        "Date;Ouverture;Plus haut;Plus bas;Cl\u00f4ture;Volume\n31/01/2024;1;3;0,5;2;10\n02/01/2024;1;3;0,5;2;10\n"
    ),
    "pandas, with its index": ",Date,Open,High,Low,Close,Volume\n0,2024-01-02,1,3,0.5,2,10\n",
    "pandas, its index the date": ",Open,High,Low,Close,Volume\n2024-01-02,1,3,0.5,2,10\n",
}


@pytest.mark.parametrize("vendor", TABLES)
def test_a_vendors_table_is_read_as_it_is_meant(tmp_path: Path, vendor: str) -> None:
    assert BAR in fetched(tmp_path, text=TABLES[vendor]).bars.rows()


def test_an_exact_name_wins_over_a_guess_and_what_lost_is_told(tmp_path: Path) -> None:
    got = fetched(tmp_path, text="Time,Date,Open,High,Low,Last,Close\n09:30,2024-01-02,1,3,0.5,7,2\n")
    assert got.bars["close"].to_list() == [2.0]
    assert got.bars["date"].to_list() == [DAYS[0]]
    assert got.notes == ("AAA.csv: read past: columns Time, Last",)


def test_of_long_and_of_many_names_that_are_read_past_the_beginning_is_told(tmp_path: Path) -> None:
    names = ["n" * 50, *(f"x{n}" for n in range(30))]
    got = fetched(tmp_path, text=f"Date,Open,High,Low,Close,{','.join(names)}\n2024-01-02,1,3,0.5,2{',7' * 31}\n")
    shown = ", ".join(["n" * 40 + "...", *names[1:20]])
    assert got.notes == (f"AAA.csv: read past: columns {shown} and 11 more",)


def test_two_guesses_are_not_chosen_between(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 1: more than one column is close: Last, Settle; the header is"):
        fetched(tmp_path, text="Date,Open,High,Low,Last,Settle\n2024-01-02,1,3,0.5,2,2\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-01-02,1,3,0.5,2,10\n", "there is no line of names; say in files.toml what the columns are"),
        ("1704153600,1,3,5,2,10,4\n", "there is no line of names"),  # 5 is no low: not Kraken's columns
        ("Date,AAPL,MSFT\n2024-01-02,1,2\n", "no column is open, high, low, close"),
        ("Date,Close\n2024-01-02,1\n", "no column is open, high, low"),
    ],
)
def test_what_does_not_say_what_its_columns_are_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=text)
    assert refusal.value.reason.startswith("AAA.csv, line 1: ")
    assert reason in refusal.value.reason


def test_columns_without_names_are_read_as_somebody_says(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text('[file."AAA.csv"]\ncolumns = ["date", "close", "open", "high", "low", ""]\n')
    got = fetched(tmp_path, text="2024-01-02,2,1,3,0.5,9\n")
    assert got.bars.select("open", "high", "low", "close").row(0) == (1.0, 3.0, 0.5, 2.0)
    got = fetched(tmp_path, text="a,b,c,d,e,f\n2024-01-02,2,1,3,0.5,9\n")
    assert got.bars["close"].to_list() == [2.0]
    with pytest.raises(SourceError, match=r"columns in files\.toml names 6, and no separator makes so many"):
        fetched(tmp_path, text="2024-01-02,2,1\n")


def test_vendors_of_prices_as_traded_are_known_by_their_columns(tmp_path: Path) -> None:
    """Alpha Vantage and Tiingo document that open, high, low and close are not adjusted."""
    traded = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n"
    traded += "2024-01-02,1,3,0.5,2,1.9,10,0.0000,1.0\n2024-01-03,1,3,0.5,2,1.9,10,0.2400,1.0\n"
    traded += "2024-01-04,1,3,0.5,2,1.9,10,0.0000,4.0\n"
    got = fetched(tmp_path, text=traded)
    assert (got.adjustment, got.adjusted_for_dividends) == ("none", False)
    assert got.actions.rows() == [(DAYS[1], "dividend", 0.24), (DAYS[2], "split", 4.0)]
    assert fetched(tmp_path, "BBB", TABLES["tiingo"]).adjustment == "none"
    assert fetched(tmp_path, "CCC", TABLES["yfinance, funds"]).adjustment == "split"


def test_a_column_of_currencies_is_kept(tmp_path: Path) -> None:
    lines = PLAIN.splitlines()
    text = "\n".join([f"{lines[0]},Currency", *(f"{line},GBX" for line in lines[1:])])
    assert fetched(tmp_path, text=text).currency == "GBp"
    with pytest.raises(SourceError, match=r"prices are in GBp, and from 2024-01-04 on in GBP: read is one currency"):
        fetched(tmp_path, text=text.removesuffix("GBX") + "GBP")


def test_the_last_of_several_vendors_in_one_folder(tmp_path: Path) -> None:
    for number, text in enumerate(TABLES.values()):
        if "AAA" not in text:
            (tmp_path / f"V{number:02d}.csv").write_text(text)
    source = FilesSource(tmp_path)
    assert all(date(2024, 1, 2) in source.fetch(one, None, None).bars["date"] for one in source.tickers())
