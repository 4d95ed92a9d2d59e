"""Telling somebody that a night has failed: a command of the user's, or an address that takes a POST."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from dataclasses import asdict, dataclass

LIMIT = 30.0
"""Seconds that the command or the address may take."""


@dataclass(frozen=True)
class Failure:
    """What is told: the batch, the folder of its warehouse, and what failed in one sentence."""

    batch: str
    warehouse: str
    reason: str


def alert(target: str, failure: Failure) -> str | None:
    """Tell `target`: post the failure as JSON to an http(s) address, or run a command line in the shell.

    The command finds the failure in SDENGINE_BATCH, SDENGINE_WAREHOUSE and SDENGINE_REASON, and as JSON on its
    standard input. Returns why the alert did not get through, None when it did: it never makes a night worse.
    """
    body = json.dumps(asdict(failure)).encode()
    try:
        if target.startswith(("http://", "https://")):
            post = urllib.request.Request(target, data=body, headers={"Content-Type": "application/json"})
            with urllib.request.urlopen(post, timeout=LIMIT):
                return None
        own = {f"SDENGINE_{name.upper()}": value for name, value in asdict(failure).items()}
        done = subprocess.run(
            target,
            shell=True,
            input=body,
            env={**os.environ, **own},
            timeout=LIMIT,
            capture_output=True,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"the alert to {target} did not get through: {error}"
    if done.returncode == 0:
        return None
    words = done.stderr.decode(errors="replace").strip()
    return f"the alert {target} ended with {done.returncode}" + (f": {words}" if words else "")
