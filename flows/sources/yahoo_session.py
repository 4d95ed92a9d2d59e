"""The HTTP session that yfinance is given: every request limited in time, charts read before yfinance reads them, and
the last answer's status and chart remembered per thread."""

from __future__ import annotations

import threading
import time
from typing import Any

from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import Timeout

from flows.sources.yahoo_chart import Chart, read_chart

CHARTS = "/v8/finance/chart/"
OK = 200


class LimitedSession(Session):
    """A session whose requests end in time, whatever limit its caller asks for.

    yfinance asks for 30 seconds for a cookie and 10 for a time zone and takes no word on it, so the limits are held
    here: one for each request, and one for all requests of a fetch, counted from `begin`.

    Args:
        seconds: limit of one request.
        options: those of curl_cffi's Session.
    """

    def __init__(self, seconds: float, **options: Any) -> None:
        super().__init__(**options)
        self.seconds = seconds
        self._here = threading.local()

    def begin(self, seconds: float) -> None:
        """Start a fetch in this thread; all its requests together may take so many seconds."""
        self._here.deadline = time.monotonic() + seconds
        self._here.status = self._here.retry_after = self._here.chart = None

    def last_chart(self) -> Chart | None:
        """Tell the last chart that came in this thread since `begin`, None if none did."""
        return getattr(self._here, "chart", None)

    def last_status(self) -> int | None:
        """Tell the status of the last answer in this thread, None if none came."""
        return getattr(self._here, "status", None)

    def last_retry_after(self) -> float | None:
        """Tell the seconds that the last answer asked callers to wait, None if it asked nothing."""
        return getattr(self._here, "retry_after", None)

    def request(self, method: Any, url: str, *, timeout: Any = None, **options: Any) -> Response:  # type: ignore[override]  # some of its words
        """Make one request within the limits."""
        left = getattr(self._here, "deadline", time.monotonic() + self.seconds) - time.monotonic()
        self._here.status = self._here.retry_after = None
        if left <= 0:
            raise Timeout(f"timed out: no time left for {url}")
        answer = super().request(method, self.rewritten(url), timeout=min(self.seconds, left), **options)
        self._here.status = answer.status_code
        self._here.retry_after = _seconds(answer.headers.get("retry-after"))
        if answer.status_code == OK and CHARTS in url:
            self._here.chart = read_chart(answer.content)
            if self._here.chart is not None:
                answer.content = self._here.chart.body
        return answer

    def rewritten(self, url: str) -> str:
        """Where a request really goes; tests send it to a server of their own."""
        return url


def limited_session(seconds: float) -> LimitedSession:
    """Make a session that looks like a browser, which is what Yahoo answers."""
    return LimitedSession(seconds, impersonate="chrome")


def _seconds(header: str | None) -> float | None:
    """Read the header Retry-After in seconds; a date in it is not understood and counts as no hint."""
    try:
        return float(header) if header is not None else None
    except ValueError:
        return None
