"""The README as tests read it: its text, its commands, and the command itself run as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.flows.nights import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.M | re.S)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
OURS = [line for line in COMMANDS if line.startswith("sdengine ") or line == "sdengine sql"]


VARIABLES = ("SDENGINE_", "PREFECT_", "COLUMNS")
"""Variables that change what the command does, or how wide it writes."""


def sdengine(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(VARIABLES)}
    # nothing may need the network: whoever asks it meets a closed door
    environ |= {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "PREFECT_API_URL": ""}
    environ |= {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *words],
        cwd=folder,
        env=environ,
        input="select 40 + 2 as answer;\n.tables\n",
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
