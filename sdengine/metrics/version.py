"""The fingerprint of the code that metrics depend on: rows of another version are computed anew."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

FOLDERS = ("metrics", "statistics")


@cache
def metrics_fingerprint() -> str:
    """Hash of the sources of metrics and statistics: 16 hex digits, the same on every machine."""
    root = Path(__file__).parent.parent
    digest = blake2b(digest_size=8)
    for folder in FOLDERS:
        for file in sorted((root / folder).glob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
