"""Readers in a loop: whatever befalls the nights, each opening gives a whole one."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse import Results

PAUSE = 1.0
"""Seconds between two openings."""
WHOLE = """
    with asked as (select run_id, keep from backtest.runs where status = 'done' and asked)
    select (select count(*) from asked join metrics.runs using (run_id) where role = 'scenario') as scenarios,
           (select count(*) from asked join metrics.runs using (run_id)) as runs,
           (select count(*) from asked) as computed,
           (select count(*) from asked where keep <> 'metrics') as detailed,
           (select count(distinct run_id) from asked join backtest.portfolio_days using (run_id)) as with_days,
           (select count(*) from ops.batches where status = 'running') as running
"""
"""Runs that nobody asks for any more are kept as they were, be it that a killed night never measured them."""


def read_on(folder: Path, stop: Path, notes: Path, parent: int) -> None:
    """Open what is published again and again until told to stop; write down how often, and what was wrong."""
    wrong: list[str] = []
    opens = 0
    while os.getppid() == parent:
        try:
            with Results.open(folder) as results:
                ((scenarios, runs, computed, detailed, with_days, running),) = results.rows(WHOLE)
            if not scenarios or runs != computed or detailed != with_days or running:
                counts = f"{runs} {computed} {detailed} {with_days}"
                wrong.append(f"half a night: {scenarios} scenarios, {counts} runs, {running} run")
        except Exception as error:
            wrong.append(repr(error))
        opens += 1
        if stop.exists():
            break
        time.sleep(PAUSE)
    notes.write_text("\n".join([str(opens), *wrong]))


class Readers:
    """How often files were opened, and what was wrong; known once the block of `reading` has ended."""

    opens: int = 0
    wrong: tuple[str, ...] = ()


@contextmanager
def reading(folder: Path, beside: Path, count: int) -> Iterator[Readers]:
    """Let readers read for the length of the block, be it ended by an error or a Ctrl-C."""
    spawn = multiprocessing.get_context("spawn")
    stop, seen = beside / "stop", Readers()
    stop.unlink(missing_ok=True)
    notes = [beside / f"reader-{k}" for k in range(count)]
    readers = [spawn.Process(target=read_on, args=(folder, stop, file, os.getpid())) for file in notes]
    for reader in readers:
        reader.start()
    try:
        yield seen
    finally:
        stop.touch()
        for reader in readers:
            reader.join(120)
        for file in notes:
            opens, *wrong = file.read_text().split("\n")
            seen.opens += int(opens)
            seen.wrong += tuple(wrong)
