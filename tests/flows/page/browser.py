"""Headless Chromium for the tests of the pages, spoken to over two pipes by its own protocol, CDP.

One browser serves all tests of a process: each page that is opened is a tab of its own, without what others left.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "there is no Chromium here (Debian's package chromium)"
PATIENCE = 120.0
"""Seconds after which an answer of the browser is given up."""
WORDS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
AT_3_AND_4 = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(pipe), fcntl.F_DUPFD, 10) for pipe in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Becomes the program that follows, with the pipes where Chromium looks for them."""


class Browser:
    """A running Chromium. `profile` is a folder of its own."""

    def __init__(self, profile: Path) -> None:
        read, their_write = os.pipe()
        their_read, write = os.pipe()
        words = [str(CHROMIUM), *WORDS, f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", AT_3_AND_4, str(their_read), str(their_write), *words],
            pass_fds=(their_read, their_write), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(their_read)
        os.close(their_write)
        self._from, self._to, self._rest, self._asked = read, write, b"", 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; what happens meanwhile is kept in `events`."""
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._asked:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return dict(answer["result"])

    def wait_for(self, method: str, session: str) -> None:
        """Wait until something has happened in a tab."""
        while not any(one.get("method") == method and one.get("sessionId") == session for one in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            piece = os.read(self._from, 1 << 20)
            assert piece, "the browser has ended"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def close(self) -> None:
        """End it."""
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)


@dataclass
class Tab:
    """A page that is open. `console` is what it complained of, `requests` are the addresses that it asked for."""

    browser: Browser
    session: str
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command about this page."""
        return self.browser.ask(method, self.session, **params)

    def value(self, expression: str) -> Any:
        """Evaluate JavaScript in the page; promises are waited for."""
        reply = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in reply, reply
        return reply["result"].get("value")

    @property
    def dom(self) -> str:
        """The document as it is now."""
        return str(self.value("document.documentElement.outerHTML"))

    def press(self, key: str) -> None:
        """Press a key."""
        codes = {"Tab": 9, "Enter": 13}
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **pressed, **({"text": "\r"} if key == "Enter" else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def media(self, *, paper: bool = False, dark: bool = False) -> None:
        """Show it as on paper, or as by night."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=[scheme])

    def photograph(self) -> bytes:
        """Give what the window shows, as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def on_paper(self) -> bytes:
        """Print it; the PDF."""
        return base64.b64decode(self.ask("Page.printToPDF")["data"])


@contextmanager
def opened(
    browser: Browser, file: Path, *, width: int = 1200, height: int = 900, dark: bool = False, on: date | None = None,
) -> Iterator[Tab]:  # fmt: skip
    """Open a page in a window of this size, and wait until all its pictures are drawn.

    `on`: the day of the reader's clock; `dark`: by night.
    """
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    tab = Tab(browser, session)
    for domain in ("Page", "Runtime", "Network", "Log"):
        tab.ask(f"{domain}.enable")
    tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    tab.media(dark=dark)
    if on is not None:
        clock = f"Date.now = () => Date.parse('{on}T15:00Z')"
        tab.ask("Page.addScriptToEvaluateOnNewDocument", source=clock)
    tab.ask("Page.navigate", url=file.as_uri())
    browser.wait_for("Page.loadEventFired", session)
    _wait_until_drawn(tab)
    _hear(tab)
    yield tab
    browser.ask("Target.closeTarget", targetId=target)
    browser.events = []


def _wait_until_drawn(tab: Tab) -> None:
    """Wait for all pictures: Plotly lays two drawings or more on each other."""
    undrawn = (
        "[...document.querySelectorAll('.plot')].filter(one => one.querySelectorAll('.main-svg').length < 2).length"
    )
    until = time.monotonic() + PATIENCE
    while tab.value(undrawn):
        assert time.monotonic() < until, "not all pictures are drawn"
    tab.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")


def _hear(tab: Tab) -> None:
    for event in tab.browser.events:
        if event.get("sessionId") != tab.session:
            continue
        params = event["params"]
        if event["method"] == "Network.requestWillBeSent":
            tab.requests.append(params["request"]["url"])
        elif event["method"] == "Log.entryAdded":
            tab.console.append(params["entry"]["text"])
        elif event["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            tab.console.append(json.dumps(params))
