"""Asking politely: waits, how many at once, obstacles, and sources that break."""

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.ingest.asking import Answer, Patience, Question, Timing, ask, wait_before
from flows.sources.base import Fetched, SourceError, empty_actions

ANSWER = Fetched(pl.DataFrame(), empty_actions(), "split")


class Script:
    """A source that follows a script: ticker -> errors to raise, one after the other."""

    name = "script"

    def __init__(self, **errors: list[Any]) -> None:
        self.errors = errors
        self.asked: list[str] = []

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        self.asked.append(ticker)
        if self.errors.get(ticker):
            raise self.errors[ticker].pop(0)
        return ANSWER


def told(
    source: Any, tickers: Sequence[str], patience: Patience | None = None, chance: float = 1.0
) -> tuple[dict[str, Answer], list[float]]:
    slept: list[float] = []
    timing = Timing(slept.append, lambda: chance, lambda: 0.0)
    questions = [Question(ticker, None, None) for ticker in tickers]
    answers = {a.question.ticker: a for a in ask(source, questions, patience or Patience(at_once=1), timing)}
    return answers, slept


@pytest.mark.parametrize(
    ("attempt", "hint", "chance", "wait"),
    [
        (2, None, 1.0, 1.0),
        (2, None, 0.0, 0.5),  # half of it is certain, half is chance
        (3, None, 1.0, 2.0),
        (4, None, 0.5, 3.0),  # 4 * (0.5 + 0.25)
        (12, None, 1.0, 60.0),  # never longer than the longest
        (2, 17.0, 1.0, 17.0),
        (4, 0.1, 1.0, 4.0),
    ],
)
def test_waits_double_are_shortened_by_chance_and_heed_hints(
    attempt: int, hint: float | None, chance: float, wait: float
) -> None:
    assert wait_before(attempt, hint, Patience(), chance) == wait


def test_tries_are_bounded() -> None:
    source = Script(A=[SourceError("busy", retryable=True) for _ in range(9)])
    answers, slept = told(source, ["A"])
    assert source.asked == ["A"] * 3
    assert slept == [1.0, 2.0]
    assert answers["A"].error == "busy"
    assert [attempt.error for attempt in answers["A"].attempts] == ["busy"] * 3


def test_an_obstacle_for_everyone_ends_the_asking() -> None:
    source = Script(A=[SourceError("no network", everyone=True)])
    answers, _ = told(source, ["A", "B", "C"])
    assert source.asked == ["A"]
    assert [answers[t].error for t in "ABC"] == ["no network", "not asked: no network", "not asked: no network"]


def test_many_failures_in_a_row_end_the_asking() -> None:
    tickers = [f"T{n}" for n in range(12)]
    source = Script(**{t: [SourceError("timed out", retryable=True)] for t in tickers})
    answers, _ = told(source, tickers, Patience(at_once=1, tries=1, give_up_after=4))
    assert source.asked == tickers[:4]
    assert answers["T11"].error == "not asked: 4 tickers in a row failed, the last: timed out"


def test_a_success_between_failures_keeps_the_asking_up() -> None:
    tickers = [f"T{n}" for n in range(9)]
    source = Script(**{t: [SourceError("timed out", retryable=True)] for n, t in enumerate(tickers) if n % 3})
    told(source, tickers, Patience(at_once=1, tries=1, give_up_after=3))
    assert source.asked == tickers


def test_dead_tickers_are_no_obstacle() -> None:
    tickers = [f"T{n}" for n in range(12)]
    source = Script(**{t: [SourceError("delisted")] for t in tickers})
    told(source, tickers, Patience(at_once=1, give_up_after=3))
    assert source.asked == tickers


def test_a_source_that_breaks_on_one_ticker_breaks_on_that_one_only() -> None:
    source = Script(A=[ZeroDivisionError("division by zero")])
    answers, _ = told(source, ["A", "B"])
    assert answers["A"].error == "script broke on A: ZeroDivisionError: division by zero"
    assert answers["B"].fetched is ANSWER


def test_no_more_requests_at_once_than_allowed() -> None:
    class Slow(Script):
        running = most = 0
        turn = threading.Lock()
        met = threading.Barrier(2, timeout=5)

        def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
            with self.turn:
                self.running += 1
                self.most = max(self.most, self.running)
            self.met.wait()  # passes only when two are here at once
            with self.turn:
                self.running -= 1
            return ANSWER

    source = Slow()
    answers, _ = told(source, list("ABCDEFGH"), Patience(at_once=2))
    assert len(answers) == 8
    assert source.most == 2


def test_an_interrupted_night_asks_no_further() -> None:
    release = threading.Event()

    class Blocked(Script):
        def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
            self.asked.append(ticker)
            if ticker != "T0":
                assert release.wait(5)
            return ANSWER

    source: Any = Blocked()
    questions = [Question(f"T{n}", None, None) for n in range(50)]
    answers: Any = iter(ask(source, questions, Patience(at_once=1), Timing(lambda s: None, lambda: 1.0, lambda: 0.0)))
    next(answers)
    threading.Timer(0.1, release.set).start()
    answers.close()  # waits for the request that is under way, and for no other
    assert len(source.asked) == 2
