"""Secrets in words: no sentence that is stored, logged or shown holds one, whoever wrote the sentence.

A sentence may be a library's, with an address, a header or a key in it. Struck are what looks like a secret, and the
secrets that this process was told, wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

STRUCK = "***"
SHORTEST = 6
"""So long is a secret at least that is struck wherever it stands: a shorter one would strike ordinary words."""

_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")
_IN_ADDRESS = re.compile(r"([?&][\w.-]*(?:key|token|secret|passw|pwd|sig|credential)[\w.-]*=)[^&\s'\"]+", re.IGNORECASE)
_IN_HEADER = re.compile(r"\b(Basic|Bearer)\s+(?=\S*(?:[\d=]|[a-z][A-Z]))[\w+/.~=-]{8,}")
_NAMED = re.compile(
    r"\b((?:\w*passw(?:or)?d|pwd|\w*secret(?:[_-]\w+)?|(?:api|access|auth)[_-]?(?:key|token))['\"]?\s*[=:]\s*['\"]?)"
    r"[^\s'\",;&)]{3,}",
    re.IGNORECASE,
)
_WHOLE_LOGIN = re.compile(r"://([^\s/@]*:(?!\d+/)[^\s@]+)@")
_VARIABLE = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|AUTH_STRING)$|_PWD$")

_secrets: set[str] = set()


def masked(text: str) -> str:
    """Strike the secrets out of a text."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, STRUCK)
    if "://" in text:
        text = _LOGIN.sub(f"{STRUCK}@", text)
    if "=" in text or ":" in text:
        text = _NAMED.sub(rf"\1{STRUCK}", _IN_ADDRESS.sub(rf"\1{STRUCK}", text))
    return _IN_HEADER.sub(rf"\1 {STRUCK}", text)


def remember(*secrets: str) -> None:
    """Have these struck from now on, wherever they stand."""
    _secrets.update(secret for secret in secrets if len(secret) >= SHORTEST)


def remember_addresses(texts: Iterable[str]) -> None:
    """Remember what opens the addresses in these texts: logins, and values that are named as a key is."""
    for text in texts:
        for login in _WHOLE_LOGIN.findall(text):
            password = login.partition(":")[2]
            remember(login, password, unquote(login), unquote(password))
        for named in _IN_ADDRESS.finditer(text):
            remember(named[0].partition("=")[2], unquote(named[0].partition("=")[2]))


def remember_environment(environ: Mapping[str, str]) -> None:
    """Remember what the environment keeps secret: by the names of its variables, and in the addresses that it holds."""
    remember_addresses(environ.values())
    for name, value in environ.items():
        if _VARIABLE.search(name.upper()) and not value.startswith("/"):  # which would be the place of a secret
            remember(value)
            if name.upper().endswith("AUTH_STRING"):
                remember(value.partition(":")[2])
