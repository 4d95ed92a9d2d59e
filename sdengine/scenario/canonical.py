"""One form for one meaning: the parameters of a scenario as plain values, and a short name for them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel


def plain(value: Any) -> Any:
    """Give what a setting holds as JSON values; -0.0 becomes 0.0 (float fields hold 8.0 already).

    pydantic's own dump of a large sweep's members takes twice the time, since it is text that is to be read again.
    """
    kind = type(value)
    if kind is float:
        return value + 0.0
    if kind in ATOMS:
        return value
    if isinstance(value, BaseModel):
        value = value.__dict__
    if isinstance(value, Mapping):
        return {key: inner if type(inner) in ATOMS else plain(inner) for key, inner in value.items()}
    return value.isoformat() if isinstance(value, date) else [plain(inner) for inner in value]


ATOMS = frozenset({str, int, bool, type(None)})
"""What is a JSON value as it is."""


def fingerprint8(parameters: str) -> str:
    """Hash parameters, as canonical JSON, to eight hex digits, for names: the same parameters always get the same."""
    from hashlib import blake2b  # costs start-up time and is needed for twins only

    return blake2b(parameters.encode(), digest_size=4).hexdigest()
