"""A server on this computer that answers as Yahoo's chart service does, from recorded or made-up answers."""

import json
import threading
from collections import defaultdict
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from flows.sources.yahoo_session import LimitedSession


def at(day: date, hour: int = 14, minute: int = 30) -> int:
    """Yahoo stamps a day with the opening of its session."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).timestamp())


def chart(symbol: str, bars: dict, dividends=None, splits=None, zone="America/New_York", kind="EQUITY") -> str:
    """An answer in the form of Yahoo's: bars is day -> (open, high, low, close, volume) or None for a null bar."""
    columns = {
        name: [None if row is None else row[n] for row in bars.values()]
        for n, name in enumerate(("open", "high", "low", "close", "volume"))
    }
    events = {}
    if dividends:
        events["dividends"] = {str(at(day)): {"amount": cash, "date": at(day)} for day, cash in dividends.items()}
    if splits:
        events["splits"] = {
            str(at(day)): {"date": at(day), "numerator": new, "denominator": old, "splitRatio": f"{new}:{old}"}
            for day, (new, old) in splits.items()
        }
    meta = {
        "currency": "USD",
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
    result = {
        "meta": meta,
        "timestamp": [at(day) for day in bars],
        "indicators": {"quote": [columns], "adjclose": [{"adjclose": columns["close"]}]},
    }
    if events:
        result["events"] = events
    return json.dumps({"chart": {"result": [result], "error": None}})


class Answer:
    """One answer: body, status, headers; `hang` seconds before it, `cut` bytes after which the connection dies."""

    def __init__(self, body="", status=200, headers=None, hang=0.0, cut=None):
        self.body, self.status, self.headers = body, status, headers or {}
        self.hang, self.cut = hang, cut


class YahooServer:
    """Answers by symbol; `answers[symbol]` is one Answer for ever, or a list that is used up, its last one for ever."""

    def __init__(self):
        self.answers = {}
        self.asked = defaultdict(list)
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.handle(self)

            def log_message(self, *args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self):
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def handle(self, request):
        parts = urlsplit(request.path)
        if parts.path.startswith("/v8/finance/chart/"):
            symbol = parts.path.rsplit("/", 1)[1].replace("%3D", "=").replace("%5E", "^")
            self.asked[symbol].append(parse_qs(parts.query))
            waiting = self.answers.get(symbol)
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

    def send(self, request, answer):
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

    def rewritten(self, url):
        parts = urlsplit(url)
        return f"http://127.0.0.1:{self.port}{parts.path}{'?' + parts.query if parts.query else ''}"
