"""Memory that the engine's chunks have left goes back to the system, where its allocator lets itself be told."""

from __future__ import annotations

import ctypes
import re
from types import SimpleNamespace

import pytest

from flows.backtest.engine_start import LARGE, _give_memory_back
from flows.compiling import compiling

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
