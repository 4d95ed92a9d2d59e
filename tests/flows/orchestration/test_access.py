"""The server that we start is its owner's alone: without the key, from elsewhere, under another name nothing works."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.orchestration.access import key, key_file
from flows.orchestration.environment import prefect_variables
from flows.orchestration.joining import Server, is_ours
from flows.orchestration.temporary_server import TemporaryServer
from flows.private import open_private, read_private, write_private
from tests.flows.nights import ROOT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, with_prefect: Callable[[Path], Path]) -> Iterator[Server]:
    with TemporaryServer(with_prefect(tmp_path_factory.mktemp("server")), lasting=True) as server:
        yield server.wait()


def port_of(server: Server) -> int:
    return int(server.url.rsplit(":", 1)[1].split("/")[0])


def ask(server: Server, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Ask as curl would: the host and all other headers are whatever one likes."""
    connection = HTTPConnection("127.0.0.1", port_of(server), timeout=20)
    connection.putrequest(method, path, skip_host=True)
    text = json.dumps(body).encode() if body is not None else b""
    given = {"host": connection.host + f":{connection.port}", "content-length": str(len(text))}
    given |= {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        connection.putheader(name, value)
    connection.endheaders(text)
    response = connection.getresponse()
    answer = response.status, response.read().decode(), {k.lower(): v for k, v in response.getheaders()}
    connection.close()
    return answer


def login(server: Server) -> str:
    return "Basic " + base64.b64encode(str(server.key).encode()).decode()


def flow_names(server: Server) -> set[str]:
    return names_at(server, authorization=login(server))


def names_at(server: Server, **headers: str) -> set[str]:
    status, body, _ = ask(server, "POST", "/api/flows/filter", {}, **headers)
    assert status == 200
    return {flow["name"] for flow in json.loads(body)}


STRANGERS = {
    "without a key": {},
    "with another key": {"authorization": "Basic " + base64.b64encode(b"sdengine:guess").decode()},
    "with an empty key": {"authorization": "Basic "},
    "with a key of another kind": {"authorization": "Bearer sdengine"},
}
FOREIGNERS = {
    "for another host": {"host": "evil.example:4200"},
    "from a page of elsewhere": {"origin": "http://evil.example"},
    "from a file": {"origin": "null"},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_without_the_key_nothing_is_read_or_started(server: Server, headers: dict[str, str]) -> None:
    for method, path, body in (
        ("GET", "/api/admin/settings", None),
        ("GET", "/api/admin/version", None),
        ("POST", "/api/flow_runs/filter", {}),
        ("POST", "/api/flows/", {"name": "intruder"}),
    ):
        assert ask(server, method, path, body, **headers)[0] == 401
    assert "intruder" not in flow_names(server)


@pytest.mark.parametrize("headers", FOREIGNERS.values(), ids=FOREIGNERS)
def test_from_elsewhere_not_even_the_key_helps(server: Server, headers: dict[str, str]) -> None:
    given = {"authorization": login(server), **headers}
    assert ask(server, "POST", "/api/flow_runs/filter", {}, **given)[0] == 403
    assert ask(server, "POST", "/api/flows/", {"name": "intruder"}, **given)[0] == 403
    status, _, answer = ask(server, "OPTIONS", "/api/flows/", access_control_request_method="POST", **headers)
    assert status == 403
    assert "access-control-allow-origin" not in answer
    assert "intruder" not in flow_names(server)


def test_a_websocket_from_elsewhere_is_refused(server: Server) -> None:
    upgrade = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec_websocket_version": "13",
        "sec_websocket_key": base64.b64encode(b"0123456789abcdef").decode(),
        "sec_websocket_protocol": "prefect",
    }
    assert ask(server, "GET", "/api/events/out", origin="http://evil.example", **upgrade)[0] == 403
    assert ask(server, "GET", "/api/logs/out", host="evil.example", **upgrade)[0] == 403


def test_the_owner_gets_in_with_the_key_of_the_file(server: Server) -> None:
    assert ask(server, "POST", "/api/flows/", {"name": "mine"}, authorization=login(server))[0] == 201
    assert "mine" in flow_names(server)
    assert is_ours(server)
    assert not is_ours(Server(server.url, "sdengine:guess"))


PAGE = """<body><script>
const base = "http://127.0.0.1:PORT", wrote = [];
const tell = (what, answer) => { wrote.push(what + "=" + answer); document.body.textContent = wrote.join(" "); };
const json = {method: "POST", headers: {"content-type": "application/json"}, body: '{"name": "NAME"}'};
const simple = {method: "POST", mode: "no-cors", body: '{"name": "NAME-blind"}'};
(async () => {
  for (const [what, path, how] of [["read", "/api/flows/filter", {...json, body: "{}"}],
                                   ["version", "/api/version", {}],
                                   ["start", "/api/flows/", json],
                                   ["blind", "/api/flows/", simple]]) {
    try { const a = await fetch(base + path, how); tell(what, a.type + a.status + (await a.text()).length); }
    catch (error) { tell(what, "refused"); }
  }
  tell("end", "end");
})();
</script></body>"""


@contextmanager
def page(text: str) -> Iterator[str]:
    """Serve a page on an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        yield f"http://localhost:{elsewhere.server_port}/"
        elsewhere.shutdown()


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian's package chromium)")


def visit(port: int, name: str, profile: Path) -> dict[str, str]:
    """Have a browser open a page of elsewhere, which asks a server for this and that; what it was answered."""
    words = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"]
    words += ["--disable-background-networking", "--virtual-time-budget=20000", f"--user-data-dir={profile}"]
    with page(PAGE.replace("PORT", str(port)).replace("NAME", name)) as url:
        dom = subprocess.run([*words, url], capture_output=True, text=True, timeout=120, check=False).stdout
    wrote = dict(word.split("=") for word in dom.split("<body>")[1].split("</body>")[0].split())
    assert wrote.pop("end") == "end"
    # what may be sent without asking is answered, to nobody: an opaque answer has no status and no text
    assert wrote.pop("blind") in ("refused", "opaque00")
    return wrote


@browser
def test_a_page_of_elsewhere_in_a_browser_neither_reads_nor_starts(server: Server, tmp_path: Path) -> None:
    assert set(visit(port_of(server), "from-a-page", tmp_path).values()) == {"refused"}
    assert not flow_names(server) & {"from-a-page", "from-a-page-blind"}


@pytest.fixture(scope="module")
def half_open(
    tmp_path_factory: pytest.TempPathFactory, with_prefect: Callable[[Path], Path]
) -> Iterator[dict[str, int]]:
    """Start servers that keep one closing each, or none; their ports."""
    home = with_prefect(tmp_path_factory.mktemp("half"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.flows.orchestration.half_open"],
        env=environ | prefect_variables(home, environ),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert serving.stdout is not None
    yield json.loads(serving.stdout.readline())
    serving.kill()
    serving.communicate()


ALONE = {
    "nothing": {"read": "cors200", "version": "cors200", "start": "cors201"},
    "gate": {"read": "refused", "version": "refused", "start": "refused"},
    "key": {"read": "cors401", "version": "cors401", "start": "cors401"},
    "origins": {"read": "refused", "version": "refused", "start": "refused"},
}
"""What a page of elsewhere is answered where one closing is kept: a type and a status."""
BLIND = ("nothing", "origins")
"""What may be sent without asking is kept out by the gate and by the key."""


@browser
@pytest.mark.parametrize("kept", ALONE)
def test_each_closing_holds_alone_and_without_any_the_page_gets_in(
    half_open: dict[str, int], kept: str, tmp_path: Path
) -> None:
    wrote = visit(half_open[kept], f"page-{kept}", tmp_path)
    assert {what: answer[: len(ALONE[kept][what])] for what, answer in wrote.items()} == ALONE[kept]
    found = names_at(Server(f"http://127.0.0.1:{half_open['nothing']}/api"))
    assert (f"page-{kept}" in found) == (kept == "nothing")
    assert kept in BLIND or f"page-{kept}-blind" not in found


def test_the_only_origin_that_may_read_is_its_own(server: Server) -> None:
    own = server.url.removesuffix("/api")
    _, _, answer = ask(server, "GET", "/api/health", origin=own)
    assert answer["access-control-allow-origin"] == own


def test_what_we_lay_down_is_the_owners_alone(server: Server, tmp_path: Path) -> None:
    assert key(tmp_path) == key(tmp_path)
    for path, mode in ((key_file(tmp_path), 0o600), (key_file(tmp_path).parent, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert len(key(tmp_path).split(":")[1]) >= 32


def test_a_key_that_others_can_read_or_have_laid_is_not_used(tmp_path: Path) -> None:
    first = key(tmp_path)
    key_file(tmp_path).chmod(0o644)
    second = key(tmp_path)
    assert second != first
    elsewhere = tmp_path / "laid"
    elsewhere.write_text("sdengine:known to others")
    elsewhere.chmod(0o600)
    key_file(tmp_path).unlink()
    key_file(tmp_path).symlink_to(elsewhere)
    assert key(tmp_path) not in (first, second, "sdengine:known to others")
    assert elsewhere.read_text() == "sdengine:known to others"
    assert not key_file(tmp_path).is_symlink()


def test_no_file_of_ours_follows_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "log").symlink_to(victim)
    with pytest.raises(OSError, match=r"Too many levels of symbolic links|loop"):
        open_private(tmp_path / "log")
    write_private(tmp_path / "log", "ours")
    assert victim.read_text() == "precious"
    assert read_private(tmp_path / "log") == "ours"
    assert os.stat(tmp_path / "log").st_mode & 0o077 == 0
