"""What Prefect must be told before it is imported, so that nothing phones home, hangs, or talks over the command."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from flows.private import private_folder

QUIET = {
    # With analytics on, its process writes to the database while the server starts: "database is locked".
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Slots of a holder that died with its server would otherwise never be freed.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # Our own words are on the terminal; Prefect's, tracebacks of errors that we tell in a sentence among them, go to
    # its server, where the run's page shows them.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_PROMPT": "false",
}


def prefect_variables(warehouse: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """List the variables that are missing from `environ`; what the user has set is left alone.

    PREFECT_HOME lies in the warehouse folder: the server's database is kept there between runs, for its first
    migration takes ten times as long as everything else that Prefect does at its start.
    """
    wanted = {**QUIET, "PREFECT_HOME": str(warehouse / "prefect")}
    return {name: value for name, value in wanted.items() if name not in environ}


def hush() -> None:
    """Let nothing that cannot reach a lost server speak on the terminal; that the server is lost is told in a sentence.

    This is what Python offers for it, to programs in use: `logging.raiseExceptions`. What Prefect had begun to ask, and
    had no thread for, Python would warn of.
    """
    logging.raiseExceptions = False
    warnings.filterwarnings("ignore", r"coroutine '.*' was never awaited", RuntimeWarning)


def prepare(warehouse: Path, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the missing variables. To be called before `import prefect`; calling it again changes nothing.

    Raises:
        OSError: PREFECT_HOME cannot be made, or belongs to somebody else.
    """
    hush()
    environ.update(prefect_variables(warehouse, environ))
    for name in ("NO_PROXY", "no_proxy"):
        # A proxy for the world must not be asked for the server next door.
        hosts = [host for host in environ.get(name, "").split(",") if host]
        environ[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
    private_folder(Path(environ["PREFECT_HOME"]))
