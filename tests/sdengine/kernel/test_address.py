"""Kernels that are called by address: each process finds its own, and an edit compiles the called one alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

CALLED = """
from sdengine.kernel.compiled import kernel

@kernel
def grow(x):
    if x < 0:
        raise ValueError("below zero")
    return x * 2
"""
CALLER = """
from numba import types
from numba.extending import intrinsic
from sdengine.kernel.address import calling
from sdengine.kernel.compiled import kernel

GROW = types.int64(types.int64)

@intrinsic
def by(_context, address, x):
    return GROW.return_type(types.int64, *GROW.args), calling(GROW)

@kernel
def grow_all(address, count):
    total = 0
    for k in range(count):
        total += by(address, k)
    return total + by(address, count - 4)
"""
USER = """
from sdengine.called import grow
from sdengine.caller import GROW, grow_all
from sdengine.kernel.address import address_of

address = address_of(grow, GROW)
print(grow_all(address, 5), end=" ")
try:
    grow_all(address, 0)
except ValueError as error:
    print(error, end=" ")
print(sum(grow.stats.cache_hits.values()), sum(grow_all.stats.cache_hits.values()))
"""


def test_a_caller_that_was_kept_calls_what_was_edited_since(tmp_path: Path) -> None:
    """Of 0, 1, 2, 3, 4 and 1 the sum is 11: doubled 22, tripled 33."""
    shutil.copytree(ROOT / "sdengine", tmp_path / "sdengine", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sdengine" / "called.py").write_text(CALLED, encoding="utf-8")
    (tmp_path / "sdengine" / "caller.py").write_text(CALLER, encoding="utf-8")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}

    def use() -> str:
        command = [sys.executable, "-c", USER]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    assert use() == "22 below zero 0 0"
    (tmp_path / "sdengine" / "called.py").write_text(CALLED.replace("* 2", "* 3"), encoding="utf-8")
    assert use() == "33 below zero 0 1"
