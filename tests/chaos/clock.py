"""Nights whose clock is off: hours or days back or ahead, as libfaketime makes it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.chaos.processes import begin, end_of

FAKETIME = shutil.which("faketime")
STEPS = ("-2h", "+2h", "-26h", "+26h")


def step_clock(home: Path, chance: random.Random) -> str:
    """Run a night whose clock has stepped; how far."""
    assert FAKETIME is not None, "there is no libfaketime here"
    step = chance.choice(STEPS)
    code = end_of(begin(home, "run", "--direct", "--wait", "300", under=(FAKETIME, "-f", step)))
    output = (home / "said").read_text(errors="replace")
    assert code == 0, f"a night whose clock is {step} off ended with {code}:\n{output}"
    return step
