"""Which market a ticker trades on, told from its spelling and from the asset class that a scenario gives it.

The spelling is Yahoo's: `BTC-USD` is a crypto pair, `EURUSD=X` a currency, `GC=F` a future, `^GSPC` an index, `AET.L`
a share on the exchange of its suffix, anything else a share or fund in New York. Two spellings more cannot be shares
and are read as other sources write them: `BTCUSDT`, `BTC/USD` and their like are crypto pairs, `EURUSD` is a pair of
currencies. The asset class decides where the spelling leaves room: a fund of Treasury bills looks like any other, and
so does a coin listed without its currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

#: What validation tells apart: each has severities and limits of its own.
KINDS = ("stock", "index", "yield", "bill_fund", "crypto", "currency", "future")
ALWAYS, WEEKDAYS, FUTURES, UNKNOWN = "24/7", "24/5", "futures", "unknown"
NEW_YORK = "XNYS"

#: Yahoo's suffix after the dot -> the exchange's calendar.
SUFFIXES = {
    "L": "XLON", "IL": "XLON", "TO": "XTSE", "V": "XTSE", "NE": "XTSE", "CN": "XTSE", "T": "XTKS", "AX": "XASX",
    "PA": "XPAR", "DE": "XETR", "F": "XFRA", "SG": "XSTU", "DU": "XDUS", "HM": "XHAM", "AS": "XAMS", "BR": "XBRU",
    "LS": "XLIS", "IR": "XDUB", "MI": "XMIL", "MC": "XMAD", "SW": "XSWX", "VI": "XWBO", "ST": "XSTO", "CO": "XCSE",
    "HE": "XHEL", "OL": "XOSL", "IC": "XICE", "WA": "XWAR", "PR": "XPRA", "BD": "XBUD", "IS": "XIST", "AT": "ASEX",
    "RO": "XBSE", "TL": "XTAL", "RG": "XRIS", "VS": "XLIT", "ME": "XMOS", "TA": "XTAE",
    "SR": "XSAU", "JO": "XJSE", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "KS": "XKRX", "KQ": "XKRX",
    "TW": "XTAI", "TWO": "XTAI", "SI": "XSES", "KL": "XKLS", "BK": "XBKK", "JK": "XIDX", "BO": "XBOM", "NS": "XBOM",
    "NZ": "XNZE", "PS": "XPHS", "KA": "XKAR", "SA": "BVMF", "MX": "XMEX", "BA": "XBUE", "SN": "XSGO", "CL": "XBOG",
    "LM": "XLIM",
}  # fmt: skip
#: Indices that do not follow New York.
INDICES = {
    "^FTSE": "XLON", "^FTMC": "XLON", "^GDAXI": "XETR", "^STOXX50E": "XETR", "^FCHI": "XPAR", "^AEX": "XAMS",
    "^N225": "XTKS", "^HSI": "XHKG", "^AXJO": "XASX", "^GSPTSE": "XTSE", "^SSMI": "XSWX", "^KS11": "XKRX",
    "^BSESN": "XBOM", "^NSEI": "XBOM", "^BVSP": "BVMF", "^IBEX": "XMAD", "^TWII": "XTAI", "^STI": "XSES",
    "^TA125.TA": "XTAE",
}  # fmt: skip
#: Yields of Treasury paper in percent a year: numbers that nobody can buy.
YIELDS = frozenset({"^IRX", "^FVX", "^TNX", "^TYX"})
#: Funds whose price hardly moves because they hold bills: a run of equal bars says nothing about them.
BILL_FUNDS = frozenset({"BIL", "SGOV", "SHV", "BILS", "TBIL", "GBIL", "USFR", "TFLO", "CLTL", "XBIL", "XHLF", "VBIL"})
#: Before these days nothing can have traded: Bitcoin's first block, and exchanges that were founded or founded anew.
BEGAN = {
    ALWAYS: date(2009, 1, 3), "XKRX": date(1956, 3, 3), "XTAI": date(1962, 2, 9), "XBKK": date(1975, 4, 30),
    "XBUD": date(1990, 6, 21), "XSHG": date(1990, 12, 1), "XWAR": date(1991, 4, 16), "XPRA": date(1993, 4, 6),
}  # fmt: skip
#: No daily bars are older; a date before it is a slip of the pen.
FIRST_DATE = date(1900, 1, 1)

_COINS = (
    "BTC|XBT|ETH|SOL|XRP|BNB|ADA|DOGE|TRX|DOT|LTC|BCH|AVAX|LINK|XLM|XMR|ATOM|ETC|UNI|SHIB|NEAR|ALGO|FIL|AAVE|MATIC|POL"
)
_MONEY = "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD"
_STABLE = "USDT|USDC|BUSD|FDUSD|TUSD|DAI"
_CRYPTO = re.compile(
    rf"[A-Z0-9]+[-/_]({_STABLE}|USD|EUR|GBP|JPY|BTC|ETH)|[A-Z0-9]{{2,}}(USDT|USDC|BUSD|FDUSD|TUSD)|({_COINS})({_MONEY}|DAI|BTC|ETH)"
)
_CURRENCIES = re.compile(rf"({_MONEY})[/]?({_MONEY})")
_CLASS_WORDS = (
    (("crypto", "coin"), "crypto", ALWAYS),
    (("bill", "money_market", "money market", "cash"), "bill_fund", None),
    (("currenc", "forex"), "currency", WEEKDAYS),
    (("futures",), "future", FUTURES),
)


@dataclass(frozen=True)
class Market:
    """Where a ticker trades.

    Attributes:
        kind: one of KINDS.
        calendar: an exchange's code (XNYS, XLON, ...), '24/7', '24/5', 'futures', or 'unknown' (weekdays, nothing
            missed).
    """

    kind: str
    calendar: str

    @property
    def began(self) -> date:
        """The first date on which a bar of this market can be."""
        return BEGAN.get(self.calendar, FIRST_DATE)


def market_of(ticker: str, asset_class: str = "") -> Market:
    """Tell the market of a ticker; asset_class is a scenario's free word ('growth_stocks', 'crypto', ...)."""
    name = ticker.upper()
    if name.endswith("=X"):
        return Market("currency", WEEKDAYS)
    if name.endswith("=F"):
        return Market("future", FUTURES)
    if _CRYPTO.fullmatch(name):
        return Market("crypto", ALWAYS)
    if _CURRENCIES.fullmatch(name):
        return Market("currency", WEEKDAYS)
    if name.startswith("^"):
        return Market("yield" if name in YIELDS else "index", INDICES.get(name, NEW_YORK))
    exchange = _exchange(name)
    for words, kind, calendar in _CLASS_WORDS:
        if any(word in asset_class.lower() for word in words):
            return Market(kind, calendar or exchange)
    return Market("bill_fund" if name in BILL_FUNDS else "stock", exchange)


def _exchange(name: str) -> str:
    if "." not in name:
        return NEW_YORK
    suffix = name.rsplit(".", 1)[1]
    if suffix in ("A", "B", "C"):  # a class of shares, as in BRK.B
        return NEW_YORK
    return SUFFIXES.get(suffix, UNKNOWN)
