"""Asking a source politely: few at a time, with patience on rate limits, and without asking again what keeps failing.

Nothing here knows prices or tables. A question is tried a few times; between tries it waits twice as long each time,
shortened at random so that many tickers do not come back at the same instant, and never less than the source asked for.
An obstacle that every ticker will meet (no network, a rate limit that outlasts the tries, many tickers in a row that
cannot be had) ends the asking for all.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Lock
from typing import TYPE_CHECKING

from flows.outcomes import NOT_ASKED
from warehouse.memory import gave_up, ran_out

if TYPE_CHECKING:
    from flows.sources.base import Fetched, Source


@dataclass(frozen=True)
class Patience:
    """How hard to try.

    Attributes:
        at_once: questions at the same time.
        tries: attempts for one ticker in one night.
        backoff: seconds before the second attempt; doubled for each one after it.
        longest: the longest wait between two attempts, in seconds; a source that asks for more ends the asking.
        give_up_after: so many tickers in a row that failed for reasons that might pass end the asking.
    """

    at_once: int = 4
    tries: int = 3
    backoff: float = 1.0
    longest: float = 60.0
    give_up_after: int = 8


@dataclass(frozen=True)
class Question:
    """One ticker and the dates to ask for, both inclusive, None for as far as there are any.

    `for_a_hole`: only for what an earlier answer lacked; that it is not answered is no failure.
    """

    ticker: str
    first: date | None
    last: date | None
    for_a_hole: bool = False


@dataclass(frozen=True)
class Attempt:
    """One try: when it began (seconds on the clock), how long it took with the wait before it, and the reason if it
    failed."""

    began: float
    seconds: float
    error: str | None


@dataclass(frozen=True)
class Answer:
    """What became of a question: fetched, or None with the last attempt's error."""

    question: Question
    fetched: Fetched | None
    attempts: tuple[Attempt, ...]
    error: str | None = field(default=None)


@dataclass(frozen=True)
class Timing:
    """The world's time and chance, so that tests can bring their own."""

    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = chance.random
    clock: Callable[[], float] = time.monotonic


def wait_before(attempt: int, hint: float | None, patience: Patience, chance: float) -> float:
    """Seconds to wait before attempt number 2, 3, ...: backoff * 2**(attempt - 2) * (0.5 ... 1), at least the hint."""
    backoff = min(patience.backoff * 2.0 ** (attempt - 2), patience.longest)
    return max(backoff * (0.5 + 0.5 * chance), hint or 0.0)


def ask(source: Source, questions: Iterable[Question], patience: Patience, timing: Timing) -> Iterable[Answer]:
    """Answers as they come; never raises for a ticker's failure."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    obstacle = _Obstacle(patience.give_up_after)
    pool = ThreadPoolExecutor(max_workers=patience.at_once, thread_name_prefix="fetch")
    try:
        futures = [pool.submit(_ask_one, source, question, patience, timing, obstacle) for question in questions]
        for future in as_completed(futures):
            yield future.result()
    finally:  # an interrupted night does not wait for what has not begun
        pool.shutdown(wait=True, cancel_futures=True)


class _Obstacle:
    """What stands in everyone's way, once known."""

    def __init__(self, give_up_after: int) -> None:
        self.known = Event()
        self.reason = ""
        self._give_up_after = give_up_after
        self._in_a_row = 0
        self._turn = Lock()

    def passed(self) -> None:
        """Note that a ticker came through, or was refused for good: somebody answers."""
        with self._turn:
            self._in_a_row = 0

    def met(self, reason: str, *, everyone: bool, may_pass: bool) -> None:
        """Note that a ticker failed."""
        with self._turn:
            self._in_a_row = self._in_a_row + 1 if may_pass else 0
            given_up = self._in_a_row >= self._give_up_after
            if (everyone or given_up) and not self.known.is_set():
                self.reason = reason if everyone else f"{self._in_a_row} tickers in a row failed, the last: {reason}"
                self.known.set()


def _ask_one(source: Source, question: Question, patience: Patience, timing: Timing, obstacle: _Obstacle) -> Answer:
    from flows.sources.base import SourceError

    attempts: list[Attempt] = []
    wait = 0.0
    for number in range(1, patience.tries + 1):
        if obstacle.known.is_set():
            reason = NOT_ASKED + obstacle.reason
            return Answer(question, None, (*attempts, Attempt(timing.clock(), 0.0, reason)), reason)
        began = timing.clock()
        if wait:
            timing.sleep(wait)
        try:
            fetched = source.fetch(question.ticker, question.first, question.last)
        except SourceError as error:
            attempts.append(Attempt(began, timing.clock() - began, error.reason))
            last_try = number == patience.tries or not error.retryable
            if not last_try:
                wait = wait_before(number + 1, error.wait, patience, timing.random())
                last_try = wait > patience.longest
            if last_try:
                obstacle.met(error.reason, everyone=error.everyone, may_pass=error.retryable)
                return Answer(question, None, tuple(attempts), error.reason)
        except BaseException as error:  # a source that breaks on one ticker breaks on that one only
            if not (isinstance(error, Exception) or gave_up(error)):
                raise
            what = "memory ran out" if ran_out(error) else f"{type(error).__name__}: {str(error)[:160]}"
            reason = f"{source.name} broke on {question.ticker}: {what}"
            attempts.append(Attempt(began, timing.clock() - began, reason))
            return Answer(question, None, tuple(attempts), reason)
        else:
            obstacle.passed()
            attempts.append(Attempt(began, timing.clock() - began, None))
            return Answer(question, fetched, tuple(attempts))
    raise AssertionError("unreachable: the last try returns")
