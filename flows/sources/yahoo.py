"""Yahoo's daily prices through yfinance: unadjusted for dividends, adjusted by Yahoo for splits, with its dividends
and splits.

What yfinance leaves open is closed here and only here: every request has a time limit, and so has the whole of a
fetch; its caches lie in the folder given, and no failure is remembered in them; its log lines and its warnings about
pandas are silenced; and whatever goes wrong becomes one sentence, with whether it is worth trying again. Dividends and
splits are read beside it, from the same answer (`flows.sources.yahoo_chart`). A session can be handed in, which is how
tests put a local server in Yahoo's place.
"""

from __future__ import annotations

import json
import logging
import threading
import warnings
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.currency import read_currency
from flows.private import private_folder
from flows.sources.base import Adjustment, Fetched, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

SECONDS_PER_REQUEST = 15.0
SECONDS_PER_FETCH = 60.0
COULD_NOT_CONNECT = 7  # curl's code: nobody listens at that address
OFFLINE = "no connection to Yahoo: its address cannot be resolved or reached; is this computer offline?"


class YahooSource:
    """The source `yfinance`.

    Args:
        cache_dir: where yfinance keeps time zones and cookies.
        seconds_per_request: limit of one HTTP request.
        seconds_per_fetch: limit of all requests that one ticker takes.
        session: makes the HTTP session, given those two limits; by default one that goes to Yahoo.
    """

    name = "yfinance"
    adjustment: Adjustment = "split"
    local = False

    def __init__(
        self,
        cache_dir: Path,
        seconds_per_request: float = SECONDS_PER_REQUEST,
        seconds_per_fetch: float = SECONDS_PER_FETCH,
        session: Callable[[float], Any] | None = None,
    ) -> None:
        self._cache_dir = cache_dir
        self._limits = seconds_per_request, seconds_per_fetch
        self._make_session = session
        self._session: Any = None
        self._once = threading.Lock()

    def tickers(self) -> None:
        """Yahoo cannot list what it has."""

    def ends(self, ticker: str) -> date | None:
        """Histories go on: None."""

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        """Bars and actions of a ticker; raises SourceError with one sentence."""
        import polars as pl
        import yfinance

        session = self._ready()
        session.begin(self._limits[1])
        _silence()
        span = {"period": "max"} if first is None else {"start": first.isoformat()}
        try:
            history = yfinance.Ticker(ticker, session=session).history(
                interval="1d", auto_adjust=False, actions=True, keepna=True, timeout=self._limits[0], **span
            )
        except Exception as trouble:  # whatever yfinance, its parsers or the network raise is the ticker's failure
            _forget_failures(trouble)
            raise _explained(ticker, first, trouble, session) from trouble
        chart = session.last_chart()
        actions, notes = chart.actions()
        within = pl.col("date").is_between(first or date.min, last or date.max)
        return Fetched(
            _bars(history).filter(within),
            actions.filter(within),
            self.adjustment,
            currency=read_currency(chart.currency or ""),
            adjusted_for_dividends=False,
            notes=tuple(f"{ticker}: {note}" for note in notes),
        )

    def _ready(self) -> Any:
        """Return the session; yfinance is set up at the first call."""
        with self._once:
            if self._session is None:
                import yfinance

                from flows.sources.yahoo_session import limited_session

                try:
                    private_folder(self._cache_dir)
                except OSError as error:
                    reason = f"{self._cache_dir}, where yfinance keeps its cookies, cannot be used: {error}"
                    raise SourceError(reason, everyone=True) from error
                yfinance.set_tz_cache_location(str(self._cache_dir))
                yfinance.config.debug.hide_exceptions = False
                logging.getLogger("yfinance").setLevel(logging.CRITICAL + 1)
                self._session = (self._make_session or limited_session)(self._limits[0])
        return self._session


def _silence() -> None:
    """pandas 3.1 warns about what yfinance does at every call; nobody here can act on it."""
    warnings.filterwarnings("ignore", module=r"(yfinance|peewee|curl_cffi)(\..*)?")
    for category in (DeprecationWarning, FutureWarning):
        warnings.filterwarnings("ignore", category=category, module=r"(yfinance|pandas)(\..*)?")


def _forget_failures(trouble: Exception) -> None:
    """Make the next try a new one: yfinance would go on with an answer that failed, or a cache opened half."""
    from peewee import OperationalError
    from yfinance import cache
    from yfinance.data import YfData

    YfData.cache_get.cache_clear()
    if isinstance(trouble, OperationalError):
        for kept in (cache.get_tz_cache(), cache.get_cookie_cache()):
            if (opened := kept.get_db()) is not None:
                opened.close()


def _explained(ticker: str, first: date | None, trouble: Exception, session: Any) -> SourceError:
    """Say what went wrong, in one sentence, and whether trying again may help."""
    from curl_cffi.requests import exceptions as http
    from peewee import OperationalError
    from yfinance import exceptions as yahoo

    from flows.sources.yahoo_chart import ChartForm

    if isinstance(trouble, ChartForm):
        return SourceError(f"Yahoo's answer for {ticker} has an unexpected form: {trouble}", retryable=True)
    if isinstance(trouble, OperationalError):
        return SourceError(f"yfinance cannot use its cache of time zones and cookies: {trouble}", retryable=True)

    status, hint = session.last_status(), session.last_retry_after()
    if isinstance(trouble, yahoo.YFRateLimitError) or status == 429:
        asked = f"; it asks for {hint:g} seconds" if hint else ""
        reason = f"Yahoo limits the rate of requests (429){asked}"
        return SourceError(reason, retryable=True, wait=hint, everyone=True)
    if isinstance(trouble, http.DNSError):
        return SourceError(OFFLINE, everyone=True)
    if isinstance(trouble, http.Timeout) or "timed out" in str(trouble).lower():
        return SourceError(f"Yahoo did not answer for {ticker} within {session.seconds:g} seconds", retryable=True)
    if isinstance(trouble, http.ConnectionError) and getattr(trouble, "code", None) == COULD_NOT_CONNECT:
        return SourceError(OFFLINE, everyone=True)
    if isinstance(trouble, http.ConnectionError | http.IncompleteRead | http.ChunkedEncodingError):
        return SourceError(f"the connection to Yahoo broke off while asking for {ticker}", retryable=True)
    if status is not None and status >= 500:
        return SourceError(f"Yahoo failed with status {status} on {ticker}", retryable=True)
    if status in (401, 403):
        return SourceError(f"Yahoo refused to answer for {ticker} (status {status})", retryable=True)
    if isinstance(trouble, yahoo.YFPricesMissingError) and trouble.yahoo_reason:
        return SourceError(f"Yahoo says about {ticker}: {trouble.yahoo_reason}")
    if status == 404 or isinstance(trouble, yahoo.YFTzMissingError | yahoo.YFPricesMissingError):
        since = f" from {first} on" if first else ""
        return SourceError(f"Yahoo has no prices of {ticker}{since}; it may be delisted or spelled otherwise")
    if isinstance(trouble, json.JSONDecodeError):
        return SourceError(f"Yahoo's answer for {ticker} cannot be read (status {status})", retryable=True)
    if isinstance(trouble, http.RequestException):
        first_line = str(trouble).splitlines()[0][:120]
        return SourceError(f"the request to Yahoo for {ticker} failed: {first_line}", retryable=True)
    what = f"it lacks {trouble}" if isinstance(trouble, KeyError) else " ".join(str(trouble).split())[:120]
    return SourceError(f"Yahoo's answer for {ticker} has an unexpected form: {what or 'yfinance cannot read it'}")


def _bars(history: Any) -> pl.DataFrame:
    """yfinance's frame as bars; dates are those of the exchange, a price that Yahoo left out is null."""
    import polars as pl

    days = [stamp.date() for stamp in history.index]
    numbers = {
        name.lower(): pl.Series(history[name].to_numpy(dtype="float64"), nan_to_null=True)
        for name in ("Open", "High", "Low", "Close", "Volume")
    }
    return pl.DataFrame({"date": pl.Series(days, dtype=pl.Date), **numbers})
