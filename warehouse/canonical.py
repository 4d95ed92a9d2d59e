"""One spelling for one meaning: the JSON that fingerprints are taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from warehouse.errors import BadRequest

_EXACT = 2**53


def canonical_json(value: Any) -> str:
    """`value` as JSON with sorted keys and no blanks; 8.0 is spelled 8, -0.0 is 0, dates are ISO.

    Raises BadRequest for NaN and infinity, which JSON does not have, and for what is no plain data.
    """
    try:
        return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError) as error:
        raise BadRequest(f"cannot be written as canonical JSON: {error}") from error


def digest(text: str) -> str:
    """16 hex characters of BLAKE2b over `text`."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    """The same data, numbers that are equal being spelled alike."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
