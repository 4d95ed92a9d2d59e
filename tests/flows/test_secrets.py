"""Secrets come in by many doors, and leave by none: no table, log, note, artifact, message or file holds one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.night.listener import Listener
from flows.outcomes import ItemOutcome, StageOutcome
from flows.text import LONGEST, masked, strike
from tests.flows.nights import command, make_home

ENVIRONMENT = {
    "SDENGINE_ON_FAILURE": "http://me:inhook77@127.0.0.1:9/hook?token=inquery77",
    "SDENGINE_PARTS": "s3://AK:inparts77@bucket/parts?region=eu",
    "HTTPS_PROXY": "http://me:inproxy77@127.0.0.1:9",
    "AWS_SECRET_ACCESS_KEY": "incloud77",
}
SECRETS = ("inhook77", "inquery77", "inparts77", "inproxy77", "incloud77", "inheader77")
SAYING = """
import os, sys
from flows.metrics import work as metrics
from flows.sources import files
from flows.sources.base import SourceError

WORDS = " ".join(os.environ[name] for name in ("SDENGINE_ON_FAILURE", "SDENGINE_PARTS", "HTTPS_PROXY"))
WORDS += " and incloud77, without an address inproxy77 inparts77, sent 'Authorization: Bearer inheader77'"

def saying(*given, **more):
    raise RuntimeError(f"a library says {WORDS}") from OSError(5, f"because of {WORDS}")

def one_of_two(self, ticker, *given, **more):
    if ticker == "SAW":
        raise SourceError(f"the source says {WORDS}")
    return fetch(self, ticker, *given, **more)

fetch, files.FilesSource.fetch = files.FilesSource.fetch, one_of_two
metrics.work = saying
from flows.cli import main
main()
"""


def texts_of(database: Path) -> Iterator[str]:
    """Read every word of every table."""
    with duckdb.connect(str(database), read_only=True) as con:
        for schema, table in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            for row in con.execute(f'from "{schema}"."{table}"').fetchall():
                yield from (f"{schema}.{table}: {value}" for value in row if isinstance(value, str))


@pytest.mark.parametrize("more", [("--direct",), ()], ids=["direct", "prefect"])
def test_a_night_whose_libraries_say_secrets_keeps_them(more: tuple[str, ...], tmp_path: Path) -> None:
    """Every file that the night leaves is searched, Prefect's database among them, and all that it said."""
    home = make_home(tmp_path)
    done = command(home, "run", *more, environ=ENVIRONMENT, check=1, program=("-c", SAYING))
    words = list(texts_of(home / "data" / "work.duckdb"))
    assert any("a library says" in word for word in words)
    assert any(word.startswith("raw.fetches: the source says") for word in words)
    said = [*words, *done.stdout.splitlines(), *done.stderr.splitlines()]
    said += command(home, "status", environ=ENVIRONMENT, check=None).stdout.splitlines()
    assert "the alert to http://127.0.0.1:9 did not get through" in done.stderr
    assert [line for line in said if any(secret in line for secret in SECRETS)] == []
    files = [path for path in (home / "data").rglob("*") if path.is_file()]
    assert more or any(path.name == "prefect.db" for path in files)
    held = {path.name for path in files for secret in SECRETS if secret.encode() in path.read_bytes()}
    assert held == set()


def test_an_exception_is_struck_with_all_that_led_to_it() -> None:
    try:
        try:
            raise OSError(5, "refused by http://me:hunter22@proxy", "s3://AK:hunter22@bucket")
        except OSError as first:
            raise RuntimeError("in vain", 7, "password=hunter22") from first
    except RuntimeError as error:
        strike(error)
        told = f"{error!r} {error.__cause__}"
    assert "hunter22" not in told
    assert "'in vain', 7, 'password=***'" in told
    assert "[Errno 5] refused by http://***@proxy: 's3://***@bucket'" in told


def test_whatever_is_logged_at_prefect_is_struck() -> None:
    from flows.orchestration.listening import Struck, strike_logs

    try:
        raise ValueError("http://me:hunter22@proxy")
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
        record = logging.LogRecord("x", 40, "f", 1, "it failed: %s", (error,), raised)
    assert Struck().filter(record)
    assert "hunter22" not in logging.Formatter().format(record)
    assert "it failed: http://***@proxy" in logging.Formatter().format(record)
    strike_logs()
    strike_logs()
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        for handler in logging.getLogger(name).handlers:
            assert sum(isinstance(one, Struck) for one in handler.filters) == 1
    assert masked("nothing") == "nothing"


def test_whatever_is_logged_at_prefect_is_bounded() -> None:
    """A sentence by its beginning, a traceback by its end; a secret is struck before half of it could be cut away."""
    from flows.orchestration.listening import Struck

    try:
        raise ValueError(f"{'x' * 50_000} the end")
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    told = f"{'a' * 3970} http://me:hunter22@proxy {'b' * 90_000}"
    record = logging.LogRecord("x", 40, "f", 1, "%s", (told,), raised)
    Struck().filter(record)
    assert len(record.getMessage()) == LONGEST
    assert record.getMessage().endswith("a http://***@proxy bbbbbbbbbbb…")
    assert record.exc_text is not None
    assert len(record.exc_text) == LONGEST
    assert record.exc_text.endswith(" the end")


def test_a_night_of_many_failures_is_a_page_of_log(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.orchestration import listening

    log, lines = logging.Logger("a night's"), list[str]()
    monkeypatch.setattr(log, "handle", lambda record: lines.append(record.getMessage()))
    monkeypatch.setattr(listening, "get_run_logger", lambda: log)
    alike = [ItemOutcome(f"t{k}", "failed", "no answer") for k in range(30)]
    unlike = [ItemOutcome(f"s{k}", "failed", f"s{k}.toml is broken") for k in range(99)]
    listening.FlowLog(Listener()).end(StageOutcome("backtest", "failed", "129 failed", items=(*alike, *unlike)))
    assert len(lines) == 1 + 50 + 1
    assert lines[1] == "t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 20 more: no answer"
    assert lines[-1] == "and 50 more, in ops.stage_runs"
