"""Memory that the engine's chunks have left goes back to the system, where its allocator lets itself be told."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.backtest.engine_start import LARGE, _give_memory_back
from flows.outcomes import compiling

M_MMAP_THRESHOLD = -3  # glibc's malloc.h


def test_glibc_is_told_from_which_size_on_memory_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda option, value: told.append((option, value)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    _give_memory_back()
    assert told == [(M_MMAP_THRESHOLD, LARGE)]


def test_a_system_without_that_knob_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    _give_memory_back()


def test_who_waits_for_the_compiler_is_promised_no_time() -> None:
    said = compiling("the engine")
    assert said.startswith("compiling the engine, once for this version: ")
    assert not re.search(r"[0-9]|minute|half|ten", said)


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells which pages are there")
def test_the_compiler_is_put_aside_and_goes_on_working() -> None:
    """In a process of its own: what the system holds of the compiler's code goes, and a kernel compiles after it."""
    program = """
from pathlib import Path
import numba
from flows.backtest import engine_start

def held():
    here, kilobytes = False, 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split()[0]:
            here = engine_start.COMPILER in line and "x" in line.split()[1]
        elif here and line.startswith("Rss:"):
            kilobytes += int(line.split()[1])
    return kilobytes

assert numba.njit(lambda x: x + 1)(1) == 2
before = held()
engine_start._put_compiler_aside()
after = held()
assert numba.njit(lambda x: x + 2)(1) == 3
print(before, after)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert before > 5_000, "kilobytes of machine code were read"
    assert after < before / 10
