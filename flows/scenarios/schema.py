"""Writes the JSON schema of scenario files beside the ones that ship: `python -m flows.scenarios.schema`."""

from __future__ import annotations

import json
from pathlib import Path

from flows.scenarios.files import SHIPPED


def write_schema(folder: Path = SHIPPED) -> Path:
    """Write `schema.json` into a folder and return its path; scenarios there point their editor to it by `#:schema`."""
    from sdengine.scenario import json_schema

    file = folder / "schema.json"
    file.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    print(write_schema())
