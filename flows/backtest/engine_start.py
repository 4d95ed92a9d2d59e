"""Getting the engine ready: machine code is made once per version of it and kept; later processes only load it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from flows.outcomes import compiling
from schemas.columns import PRICES

LARGE = 2_500_000
"""Bytes from which on memory is asked of the system piece by piece: a bit more than a column of a chunk's days,
of which hundreds are made."""
_M_MMAP_THRESHOLD = -3
"""What glibc's `malloc.h` calls it."""
COMPILER = "libllvmlite"
"""How the file that holds the compiler begins."""
_early: list[threading.Thread] = []
"""The thread that has begun to load the engine."""


def start_engine(tell: Callable[[str], None]) -> None:
    """Have the engine's compiled code in this process; `tell` a person first if it has to be made.

    Called while there is something else to wait for, it makes the stage `backtest` quicker; it need not be called.
    """
    for thread in _early:
        thread.join()
    _start_numba()
    from sdengine.kernel.compiled import forget_old_versions

    if not _is_compiled():
        tell(compiling("the engine"))
        forget_old_versions()
    _run_once()
    _give_memory_back()  # not while the compiler takes and leaves large pieces by the thousand: 2 s of a first run
    _put_compiler_aside()


def start_early() -> None:
    """Begin to load the engine beside what comes before it, once in a process; what is to be compiled waits for it.

    Half of a second is imports and half is linking, for which the interpreter is free.
    """
    if not _early:
        _early.append(threading.Thread(target=_load, name="engine"))
        _early[0].start()


def _load() -> None:
    """Load what is compiled; whatever goes wrong, `start_engine` meets it again, and tells it."""
    with suppress(Exception):
        _start_numba()
        if _is_compiled():
            _run_once()


def _is_compiled() -> bool:
    """Return whether what runs scenarios, and the engine that it calls, are there as machine code."""
    from sdengine.days import play_days
    from sdengine.history.simulate import run_batch
    from sdengine.kernel.compiled import is_compiled

    return is_compiled(play_days) and is_compiled(run_batch)


def _run_once() -> None:
    """Run and measure a portfolio of three days, by which all code is there."""
    import polars as pl

    from sdengine import Scenario, run_scenario
    from sdengine.scenario import AssetSettings

    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(3)]
    prices = {name: [1.0] * 3 for name in PRICES}
    bars = pl.DataFrame({"ticker": ["A"] * 3, "date": days, **prices, "dividend": [0.0] * 3})
    result = run_scenario(Scenario(assets=(AssetSettings(ticker="A", weight=1.0),)), bars)
    assert result.metrics["final_value"], "the measuring part is compiled too"


def _give_memory_back() -> None:
    """Have glibc give large pieces of memory back to the system as soon as they are free.

    By itself it keeps pieces of up to 32 MiB once it has seen some freed: after each chunk of runs a bit more, of a
    night of a thousand scenarios some 100 MiB. Other systems have no such knob, and need none.
    """
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, LARGE)


def _put_compiler_aside() -> None:
    """Have the system take back what it has read of the compiler's machine code, some 50 MiB.

    It is a file's and was never written to, so whoever compiles or loads once more reads it anew, page by page. Only
    Linux tells where it lies.
    """
    import ctypes
    import mmap

    maps = Path("/proc/self/maps")
    if not maps.exists():
        return
    library = ctypes.CDLL(None)
    for line in maps.read_text(encoding="utf-8", errors="replace").splitlines():
        place, rights, *_ = line.split()
        if COMPILER in line and "x" in rights and "w" not in rights:
            begin, end = (int(address, 16) for address in place.split("-"))
            library.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_DONTNEED)


def _start_numba() -> None:
    """Have numba learn NumPy's functions without scipy, whose import takes a quarter of a second of each night.

    It looks for linear algebra there, which no kernel of ours needs. Others that this process compiles will be told
    that scipy is required for it.
    """
    name = "scipy.linalg"
    if name in sys.modules:
        return
    import sdengine  # noqa: F401  # says how numba is to tell its errors

    sys.modules[name] = None  # type: ignore[assignment]  # so that its import fails
    try:
        import numba.np.arraymath  # noqa: F401  # asks for scipy as it is loaded
    finally:
        del sys.modules[name]
