"""Telling somebody that a night has failed: a command of the user's, or an address that takes a POST."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import urllib.request
from dataclasses import asdict, dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from flows.text import masked

LIMIT = 30.0
"""Seconds that the command or the address may take."""


@dataclass(frozen=True)
class Failure:
    """What is told: the batch ("": none had begun), the folder of its warehouse, and what failed in one sentence."""

    batch: str
    warehouse: str
    reason: str


def alert(target: str, failure: Failure) -> str | None:
    """Tell `target`: post the failure as JSON to an http(s) address, or run a command line in the shell.

    The command finds the failure in SDENGINE_BATCH, SDENGINE_WAREHOUSE and SDENGINE_REASON, and as JSON on its
    standard input. An address may hold USER:PASSWORD@. Returns why the alert did not get through, None when it did: it
    never makes a night worse, and shows nothing of a command but its first word, for the rest may hold a secret.
    """
    body = json.dumps(asdict(failure)).encode()
    try:
        if target.startswith(("http://", "https://")):
            with urllib.request.urlopen(_post(target, body), timeout=LIMIT):
                return None
        failed = {f"SDENGINE_{name.upper()}": value for name, value in asdict(failure).items()}
        done = subprocess.run(
            target,
            shell=True,
            input=body,
            env={**os.environ, **failed},
            timeout=LIMIT,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the alert to {_shown(target)} did not get through: it took more than {LIMIT:.0f} s"
    except (OSError, ValueError) as error:
        return f"the alert to {_shown(target)} did not get through: {_without(target, str(error))}"
    if done.returncode == 0:
        return None
    words = _without(target, done.stderr.decode(errors="replace").strip())
    return f"the alert {_shown(target)} ended with {done.returncode}" + (f": {words}" if words else "")


def _post(target: str, body: bytes) -> urllib.request.Request:
    """Make the POST; a login in the address goes where it belongs, into a header."""
    url = urlsplit(target)
    login, _, place = url.netloc.rpartition("@")
    post = urllib.request.Request(
        urlunsplit(url._replace(netloc=place)), data=body, headers={"Content-Type": "application/json"}
    )
    if login:
        # not for whoever the address forwards to
        post.add_unredirected_header("Authorization", "Basic " + base64.b64encode(unquote(login).encode()).decode())
    return post


def _shown(target: str) -> str:
    """Name a target without its secrets: a place of the web, or the first word of a command."""
    if target.startswith(("http://", "https://")):
        scheme, _, rest = target.partition("://")
        return f"{scheme}://{re.split('[/?#]', rest)[0].rpartition('@')[2]}"
    first, *more = target.split(maxsplit=1) or [""]
    return f"{masked(first)} …" if more else masked(first)


def _without(target: str, words: str) -> str:
    """Strike from somebody's words what of the target is secret."""
    return masked(words.replace(target, _shown(target)))
