"""A source whose Yahoo is a server on this computer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.sources.yahoo import YahooSource
from tests.flows.sources.yahoo_server import LocalSession, YahooServer


@pytest.fixture
def server() -> Iterator[YahooServer]:
    running = YahooServer()
    yield running
    running.close()


@pytest.fixture
def source(server: YahooServer, tmp_path: Path) -> Iterator[YahooSource]:
    """Make a source whose Yahoo is the server; what yfinance remembers in the process is forgotten before."""
    import yfinance
    from yfinance import cache
    from yfinance.data import YfData

    yfinance.base._tz_info_fetch_ctr = 0
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    YfData.cache_get.cache_clear()

    def session(seconds: float) -> LocalSession:
        made = LocalSession(seconds)
        made.port = server.port
        return made

    made = YahooSource(tmp_path / "yfinance", seconds_per_request=60.0, seconds_per_fetch=120.0, session=session)
    yield made
    data = YfData()
    data._cookie = data._crumb = None
    data._cookie_strategy = "basic"
    cache._TzDBManager.set_location(str(tmp_path))
    cache._CookieDBManager.set_location(str(tmp_path))
    if made._session is not None:
        made._session.close()
