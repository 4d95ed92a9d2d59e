"""What columns are called by those who write tables of prices, and how sure each name is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from schemas.columns import PRICES

EVENTS = ("dividend", "split")
NUMBERS = (*PRICES, "volume", *EVENTS)
PAST = ""
"""What a column is that is read past: known, but of no use here."""

EXACT, USUAL, GUESS = 0, 1, 2
"""How sure a name is: an exact one wins over a usual one, and that over a guess."""

# Letters and digits only, without accents, in lower case.
_SURE: dict[str, tuple[str, str, str]] = {
    "date": (
        "date tradedate tradingdate dtyyyymmdd exdate exdividenddate exeffdate effectivedate executiondate",
        "datetime timestamp day dt dateutc dategmt tradingday datum data fecha",
        "time index unix epoch unixtime unixtimestamp opentime timeopen gmttime localtime timeutc utctime start "
        "indexlevel0 level0",
    ),
    "open": ("open", "o openprice opening pxopen eroffnung erster ouverture apertura otwarcie", ""),
    "high": ("high", "h highprice max pxhigh hoch hochst plushaut haut maximo massimo najwyzszy", ""),
    "low": ("low", "l lowprice min pxlow tief tiefst plusbas bas minimo najnizszy", ""),
    "close": (
        "close",
        "c closeprice closingprice closelast pxclose closeclosepriceadjustedforsplits schluss schlusskurs cloture "
        "cierre chiusura zamkniecie",
        "last lastprice price settle settlementprice pxlast ltp dernier ultimo",
    ),
    "volume": (
        "volume",
        "vol v shares turnovershares totaltradequantity totaltradedquantity volumen stucke wolumen",
        "tickvol tickvolume",
    ),
    "ticker": ("ticker", "symbol sym instrument code", ""),
    "dividend": (
        "dividend dividends",
        "div cashdividend dividendamount divcash dividendpershare exdividend cashamount",
        "",
    ),
    "split": ("split splits", "stocksplit stocksplits splitratio splitfactor splitcoefficient", ""),
    "currency": ("currency", "ccy currencycode wahrung devise moneda", ""),
    PAST: (
        "adjclose adjustedclose adjcloseadjustedclosepriceadjustedforsplitsanddividendandorcapitalgaindistributions "
        "closeadj adj adjopen adjhigh adjlow adjvolume capitalgains repaired change chg "
        "changepct changepercent pctchange vwap average wap turnover openint openinterest",
        "",
        "",
    ),
}
_OF_EVENTS = {"amount": "dividend", "value": "dividend", "ratio": "split", "factor": "split"}
"""Names that mean something only where a file has no prices."""

_KNOWN = {
    spelling: (meaning, rank)
    for meaning, ranks in _SURE.items()
    for rank, spellings in enumerate(ranks)
    for spelling in spellings.split()
}


@dataclass(frozen=True)
class Named:
    """What the name of a column says.

    Attributes:
        meaning: 'date', 'open', ...; PAST for one that is read past; None for a name that is not known.
        rank: how sure that is: EXACT, USUAL, GUESS.
    """

    meaning: str | None
    rank: int = EXACT


def bare(spelling: str) -> str:
    """Give the letters and digits of a name, plain and in lower case, without a number before it (`1. open`)."""
    plain = unicodedata.normalize("NFKD", spelling.replace("ł", "l").replace("%", "pct"))
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^\s*\d+\.\s*", "", plain).lower())


def read_name(spelling: str, *, events: bool = False) -> Named:
    """Tell what a column of this name is; `events`: in a file of dividends or splits."""
    name = bare(spelling)
    if not name:
        return Named("date", GUESS) if not spelling.strip() else Named(None)
    if events and name in _OF_EVENTS:
        return Named(_OF_EVENTS[name], GUESS)
    return Named(*_KNOWN[name]) if name in _KNOWN else Named(None)
