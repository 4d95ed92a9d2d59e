"""One spelling for one meaning: how plain data is written into the columns that hold JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any


def canonical_json(value: Any) -> str:
    """Write plain data as JSON with sorted keys and no blanks, dates as ISO: equal data, equal text.

    Raises:
        ValueError: on NaN or infinity, which JSON does not have.
        TypeError: on what is no plain data.
    """
    return _ENCODER.encode(value)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as canonical JSON")


_ENCODER = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
