"""One form for one meaning: the parameters of a scenario as plain values, and a short name for them."""

import json
from typing import Any

NEGATIVE_ZERO = "-0.0"


def parsed(dumped: str) -> dict[str, Any]:
    """Read settings dumped as JSON as plain values; -0.0 becomes 0.0 (float fields hold 8.0 already)."""
    values: dict[str, Any] = json.loads(dumped)
    return _without_negative_zero(values) if NEGATIVE_ZERO in dumped else values


def _without_negative_zero(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_negative_zero(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_negative_zero(inner) for inner in value]
    return value + 0.0 if isinstance(value, float) else value


def fingerprint8(parameters: str) -> str:
    """Hash parameters, as canonical JSON, to eight hex digits, for names: the same parameters always get the same."""
    from hashlib import blake2b  # costs start-up time and is needed for twins only

    return blake2b(parameters.encode(), digest_size=4).hexdigest()
