"""A server on this computer that answers as Yahoo's chart service does, from recorded or made-up answers."""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flows.sources.yahoo_session import LimitedSession


def at(day: date, hour: int = 14, minute: int = 30) -> int:
    """Yahoo stamps a day with the opening of its session."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).timestamp())


def chart(
    symbol: str,
    bars: Mapping[date, tuple[float, ...] | None],
    dividends: Mapping[date, float | None] | None = None,
    splits: Mapping[date, tuple[float, float]] | None = None,
    zone: str = "America/New_York",
    kind: str = "EQUITY",
    gains: Mapping[date, float] | None = None,
    currency: str = "USD",
    paid_in: str | None = None,
) -> str:
    """Make an answer in the form of Yahoo's: bars is day -> (open, high, low, close, volume) or None for a null bar.

    `paid_in` is the currency that each dividend and capital gain names; None: they name none.
    """
    columns = {
        name: [None if row is None else row[n] for row in bars.values()]
        for n, name in enumerate(("open", "high", "low", "close", "volume"))
    }
    events: dict[str, Any] = {}
    own = {} if paid_in is None else {"currency": paid_in}
    for name, paid in (("dividends", dividends), ("capitalGains", gains)):
        if paid:
            events[name] = {str(at(day)): {"amount": cash, "date": at(day), **own} for day, cash in paid.items()}
    if splits:
        events["splits"] = {
            str(at(day)): {"date": at(day), "numerator": new, "denominator": old, "splitRatio": f"{new}:{old}"}
            for day, (new, old) in splits.items()
        }
    meta = {
        "currency": currency,
        "symbol": symbol,
        "exchangeName": "NMS",
        "instrumentType": kind,
        "firstTradeDate": 345479400,
        "gmtoffset": -18000,
        "timezone": "EST",
        "exchangeTimezoneName": zone,
        "priceHint": 2,
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }
    result: dict[str, Any] = {
        "meta": meta,
        "timestamp": [at(day) for day in bars],
        "indicators": {"quote": [columns], "adjclose": [{"adjclose": columns["close"]}]},
    }
    if events:
        result["events"] = events
    return json.dumps({"chart": {"result": [result], "error": None}})


class Answer:
    """One answer: body, status, headers; `hang` seconds before it, `cut` bytes after which the connection dies."""

    def __init__(
        self,
        body: str = "",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        hang: float = 0.0,
        cut: int | None = None,
    ) -> None:
        self.body, self.status, self.headers = body, status, headers or {}
        self.hang, self.cut = hang, cut


class YahooServer:
    """Answers by symbol; `answers[symbol]` is one Answer for ever, or a list that is used up, its last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.asked: dict[str, list[dict[str, list[str]]]] = defaultdict(list)
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.handle(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        if parts.path.startswith("/v8/finance/chart/"):
            symbol = parts.path.rsplit("/", 1)[1].replace("%3D", "=").replace("%5E", "^")
            self.asked[symbol].append(parse_qs(parts.query))
            waiting = self.answers.get(symbol)
            answer: Answer | None
            if isinstance(waiting, list):
                answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            else:
                answer = waiting
            return self.send(request, answer or not_found())
        if parts.path.endswith("/getcrumb"):
            return self.send(request, Answer("crumb"))
        if parts.path in ("", "/"):
            return self.send(request, Answer("", headers={"Set-Cookie": "A3=d=test; Path=/"}))
        return self.send(request, not_found())

    def send(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.hang:
            self.over.wait(answer.hang)
        body = answer.body.encode()
        try:
            request.send_response(answer.status)
            for name, value in answer.headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            if answer.cut is None:
                request.wfile.write(body)
            else:
                request.wfile.write(body[: answer.cut])
                request.wfile.flush()
                request.connection.close()
        except OSError:
            pass  # the client has given up


def not_found() -> Answer:
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    return Answer(json.dumps({"chart": {"result": None, "error": error}}), 404)


class LocalSession(LimitedSession):
    """A session that finds Yahoo's hosts on this computer."""

    port = 0

    def rewritten(self, url: str) -> str:
        parts = urlsplit(url)
        return f"http://127.0.0.1:{self.port}{parts.path}{'?' + parts.query if parts.query else ''}"
