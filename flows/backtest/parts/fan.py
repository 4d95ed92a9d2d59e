"""Handing jobs out: some ahead of the writer, what is done in the order of the jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeAlias


class Job(Protocol):
    """What is handed out: it can be sent, and done anywhere."""

    @property
    def part_id(self) -> str:
        """Return its name."""
        ...

    def done(self) -> Any:
        """Do it, and return the answer."""
        ...


Fan: TypeAlias = Callable[[Iterable[Job]], Generator[Any, None, None]]
"""Has the jobs done, and yields each answer once it is there, in their order. Closing it gives up what is not done."""


class Future(Protocol):
    """A job that is being done."""

    def result(self) -> Any:
        """Wait for it; raises what the job raised."""
        ...


def ahead(submit: Callable[[Job], Future], jobs: Iterable[Job], limit: Callable[[], int]) -> Generator[Any, None, None]:
    """Submit jobs, `limit()` of them at most being on their way or waiting to be read: the next ones are not even made.

    The limit is asked for again and again, for clusters grow and shrink.
    """
    waiting: deque[Future] = deque()
    for job in jobs:
        waiting.append(submit(job))
        while len(waiting) >= max(1, limit()):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def by_threads(count: int, ahead_of_reader: int = 0) -> Fan:
    """Threads of this process: the engine and the writing of Parquet leave the interpreter to the others.

    `ahead_of_reader`: how many jobs may be done or on their way; by default two for each thread.
    """

    def fan(jobs: Iterable[Job]) -> Generator[Any, None, None]:
        pool = ThreadPoolExecutor(count, thread_name_prefix="part")
        try:
            yield from ahead(lambda job: pool.submit(job.done), jobs, lambda: ahead_of_reader or 2 * count)
        finally:
            pool.shutdown(cancel_futures=True)

    return fan
