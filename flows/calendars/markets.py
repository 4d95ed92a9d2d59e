"""Which market a ticker trades on, told from its spelling and from the asset class that a scenario gives it.

The spelling is Yahoo's: `BTC-USD` is a crypto pair, `EURUSD=X` a currency, `GC=F` a future, `^GSPC` an index, `AET.L`
a share on the exchange of its suffix, anything else a share or fund in New York. The asset class decides where the
spelling leaves room:
a fund of Treasury bills looks like any other, and so does a coin listed without its currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What validation tells apart: each has severities and limits of its own.
KINDS = ("stock", "index", "bill_fund", "crypto", "currency", "future")
ALWAYS, WEEKDAYS, FUTURES, UNKNOWN = "24/7", "24/5", "futures", "unknown"
NEW_YORK = "XNYS"

#: Yahoo's suffix after the dot -> the exchange's calendar.
SUFFIXES = {
    "L": "XLON", "IL": "XLON", "TO": "XTSE", "V": "XTSE", "NE": "XTSE", "CN": "XTSE", "T": "XTKS", "AX": "XASX",
    "PA": "XPAR", "DE": "XETR", "F": "XFRA", "SG": "XSTU", "DU": "XDUS", "HM": "XHAM", "AS": "XAMS", "BR": "XBRU",
    "LS": "XLIS", "IR": "XDUB", "MI": "XMIL", "MC": "XMAD", "SW": "XSWX", "VI": "XWBO", "ST": "XSTO", "CO": "XCSE",
    "HE": "XHEL", "OL": "XOSL", "IC": "XICE", "WA": "XWAR", "PR": "XPRA", "BD": "XBUD", "IS": "XIST",
    "SR": "XSAU", "JO": "XJSE", "HK": "XHKG", "SS": "XSHG", "SZ": "XSHG", "KS": "XKRX", "KQ": "XKRX",
    "TW": "XTAI", "TWO": "XTAI", "SI": "XSES", "KL": "XKLS", "BK": "XBKK", "JK": "XIDX", "BO": "XBOM", "NS": "XBOM",
    "NZ": "XNZE", "SA": "BVMF", "MX": "XMEX", "BA": "XBUE", "SN": "XSGO",
}  # fmt: skip
#: Indices that do not follow New York.
INDICES = {
    "^FTSE": "XLON", "^FTMC": "XLON", "^GDAXI": "XETR", "^STOXX50E": "XETR", "^FCHI": "XPAR", "^AEX": "XAMS",
    "^N225": "XTKS", "^HSI": "XHKG", "^AXJO": "XASX", "^GSPTSE": "XTSE", "^SSMI": "XSWX", "^KS11": "XKRX",
    "^BSESN": "XBOM", "^NSEI": "XBOM", "^BVSP": "BVMF", "^IBEX": "XMAD", "^TWII": "XTAI", "^STI": "XSES",
}  # fmt: skip
#: Funds whose price hardly moves because they hold bills: a run of equal bars says nothing about them.
BILL_FUNDS = frozenset({"BIL", "SGOV", "SHV", "BILS", "TBIL", "GBIL", "USFR", "TFLO", "CLTL", "XBIL", "XHLF", "VBIL"})

_CRYPTO = re.compile(r"[A-Z0-9]+-(USD|USDT|USDC|EUR|GBP|JPY|BTC|ETH)")
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


def market_of(ticker: str, asset_class: str = "") -> Market:
    """The market of a ticker; asset_class is a scenario's free word ('growth_stocks', 'crypto', 'treasury_bills',
    ...)."""
    name = ticker.upper()
    if name.endswith("=X"):
        return Market("currency", WEEKDAYS)
    if name.endswith("=F"):
        return Market("future", FUTURES)
    if _CRYPTO.fullmatch(name):
        return Market("crypto", ALWAYS)
    if name.startswith("^"):
        return Market("index", INDICES.get(name, NEW_YORK))
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
