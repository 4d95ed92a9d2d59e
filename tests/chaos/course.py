"""A course: inputs change, a night is disturbed, the next one follows; now and then all is compared."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.chaos.comparing import differences
from tests.chaos.direct import ENDING, PLACES, REFUSED, End, last_sentence, run_direct, some_room
from tests.chaos.figures import Figures
from tests.chaos.readers import Readers, reading
from tests.chaos.world import World

Blow = Callable[[Path, random.Random], str]
"""Does something to a night; names what was killed, or "" where nothing was."""

PAGES = 1.0
"""Processor seconds that pages may take on top of publishing."""
AGAIN = 25
"""So many kills lie between two comparisons."""


class Course:
    """Kills below one folder. `seldom`: what costs a minute, and how often it comes in a thousand."""

    def __init__(self, folder: Path, *, seed: int = 0, seldom: dict[Blow, float] | None = None) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._seldom = seldom or {}
        self._world = World(folder / "disturbed")
        self._spent, self._points = dict.fromkeys(PLACES, 0.2), 40
        self._began = self._began_cpu = self._nights_cpu = 0.0
        self.figures = Figures()

    def run(self, kills: int, *, readers: int = 1, tell: Callable[[str], None] = lambda text: None) -> Figures:
        """Go on until so many processes were killed; raises where a table differs or a reader met half a night."""
        home = self._world.write()
        first = run_direct(home)
        assert first.code == 0, f"the first night fails: {last_sentence(home)}"
        self._learn(first)
        self._began, self._began_cpu = time.monotonic(), _cpu_seconds()
        seen = Readers()
        try:
            with reading(home / "data", self._folder, readers) as seen:
                self._go_on(kills, home, tell)
        finally:
            self.figures.opens, self.figures.wrong = seen.opens, seen.wrong
            self._time()
        assert not seen.wrong, seen.wrong[:5]
        return self.figures

    def _go_on(self, kills: int, home: Path, tell: Callable[[str], None]) -> None:
        compared_at = 0
        while self.figures.killed < kills:
            if self._chance.random() < 0.6:
                self._world.change(self._chance)
            self._disturb(home)
            if self.figures.killed >= compared_at + AGAIN:
                compared_at = self.figures.killed
                self._compare()
                self._time()
                tell(self.figures.row())
        self._compare()

    def _disturb(self, home: Path) -> None:
        """Have one night, and have something befall it."""
        for blow, share in self._seldom.items():
            if self._chance.random() < share / 1000:
                self._strike(blow, home)
                return
        self.figures.retries += 1
        what, prune = self._chance.random(), self._chance.random() < 0.1
        if what < 0.08:
            self._count(run_direct(home, room=some_room(self._chance, home)))
        elif what < 0.4:
            self._count(run_direct(home, kill_at=self._chance.randrange(self._points), prune=prune))
        else:
            place = self._least_struck()
            pages = place == ENDING and self._chance.random() < 0.2
            after = self._chance.uniform(0.0, self._spent[place] + (PAGES if pages else 0.0))
            self._count(run_direct(home, within=(place, after), prune=prune, pages=pages))

    def _least_struck(self) -> str:
        """Choose a place, rather one where few nights were killed: a short one is seldom hit by chance."""
        (place,) = self._chance.choices(PLACES, [1 / (1 + self.figures.kills[place]) ** 2 for place in PLACES])
        return place

    def _strike(self, blow: Blow, home: Path) -> None:
        what = blow(home, self._chance)
        if what[:1] in "+-" and what:
            self.figures.steps[what] += 1
        elif what:
            self.figures.kills[what] += 1
        else:
            self.figures.survived += 1

    def _time(self) -> None:
        self.figures.seconds = time.monotonic() - self._began
        self.figures.cpu = self._nights_cpu + _cpu_seconds() - self._began_cpu

    def _count(self, end: End) -> None:
        self._nights_cpu += end.cpu
        if end.code == -signal.SIGKILL:
            self.figures.kills[end.place] += 1
        elif end.code == REFUSED:
            self.figures.refused += 1
        elif end.code == 0:
            self.figures.survived += 1
            self._learn(end)
        else:
            raise AssertionError(f"a night ended with {end.code} at {end.place}")

    def _learn(self, end: End) -> None:
        """Learn how long a night is that has something to do."""
        if end.points > self._points // 2:
            self._spent = {place: max(0.7 * self._spent[place], spent) for place, spent in end.spent.items()}
            self._points = end.points

    def _compare(self) -> None:
        """Let a night go on in peace, and hold its tables against those of a warehouse that saw no other."""
        home, fresh = self._world.home, self._folder / "undisturbed"
        peace = run_direct(home, prune=True)  # what earlier inputs asked for is not lost, but kept
        assert peace.code == 0, f"a night in peace fails: {last_sentence(home)}"
        shutil.rmtree(fresh, ignore_errors=True)
        self._world.write(fresh)
        assert run_direct(fresh).code == 0
        differing, compared = differences(home / "data", fresh / "data")
        self.figures.checks += 1
        self.figures.compared += compared
        self.figures.lost += sum(differing.values())
        assert not differing, f"rows lost or different: {differing}; the warehouses are below {self._folder}"


def _cpu_seconds() -> float:
    """Tell how long this process and those that it has waited for have worked; forked nights are none of them."""
    return sum(os.times()[:4])
