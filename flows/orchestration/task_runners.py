"""Parts as tasks: handed out by the task runner that the setting names, to threads, to Dask or to Ray."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import chain
from typing import Any

from httpx import HTTPStatusError
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.context import TagsContext
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import ThreadPoolTaskRunner

from flows.backtest.parts.fan import Fan, Job, ahead, by_threads
from flows.backtest.workers import Workers, cores, is_local
from flows.errors import PipelineError, UsageError
from flows.orchestration.course import Course
from flows.orchestration.joining import is_lost
from warehouse import WarehouseError


def worth_another_try(task: Any, run: Any, state: State[Any]) -> bool:
    """Tell whether another try can help: a dropped connection may be back, a full disk or a typo stays as it is."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, (PipelineError, UsageError, WarehouseError))


RETRIED: dict[str, Any] = {"retries": 2, "retry_delay_seconds": [2, 15], "retry_condition_fn": worth_another_try}
"""For tasks whose trouble may be over in a moment."""


# No cache: whether a part is there is seen at its place.
@task(task_run_name="part {job.part_id}", cache_policy=NO_CACHE, **RETRIED)
def part(job: Any) -> Any:
    """Do one job."""
    return job.done()


def by_task_runner(workers: Workers, course: Course) -> Fan:
    """Hand jobs out through a task runner of one's own, which starts with the first job and ends with the last.

    It is not the flow's: that one would start its cluster in each night, also where nothing is due, and once more in
    each process that a task of the flow runs in, as Prefect restores the flow there with its runner. The tasks belong
    to the flow run all the same.

    Where Prefect's server is lost on the way, threads of this process do what is left.
    """

    def fan(jobs: Iterable[Job]) -> Generator[Any, None, None]:
        _check_server(workers)
        runner, width = RUNNERS[workers.kind](workers)
        source, out = iter(jobs), deque[Job]()

        def submit(job: Job) -> Any:
            out.append(job)
            # for each tag of the flow's a worker would ask the server whether it may begin
            with TagsContext(current_tags=set()):
                return runner.submit(part, parameters={"job": job})

        try:
            with runner:
                _start(width)
                for done in ahead(submit, source, lambda: 2 * width()):
                    out.popleft()
                    yield done
            return
        except GeneratorExit:
            raise
        except Exception as error:
            _lose_or_raise(error, workers, course)
        yield from by_threads(workers.count if workers.kind == "threads" else cores())(chain(out, source))

    return fan


def _start(width: Callable[[], int]) -> None:
    """Have the cluster started, which begins when somebody first asks how wide it is."""
    try:
        width()
    except Exception as error:
        first = " ".join(str(error).split(". ")[0].split())
        raise PipelineError(f"the workers cannot be started ({type(error).__name__}: {first})") from error


def _lose_or_raise(error: Exception, workers: Workers, course: Course) -> None:
    """Leave Prefect out where its server has failed; raise what else has, in a sentence if it is the workers' trouble.

    Threads are this process: what fails there and is not Prefect's is the work itself.
    """
    if _is_servers(error, workers):
        course.lose(error)
        if workers.kind != "threads":
            course.listener.note("threads compute the parts that are left")
    elif workers.kind == "threads" or (sentence := _explained(error)) is None:
        raise error
    else:
        raise PipelineError(f"{sentence}; the parts that are done stay, and the next run continues") from error


def _is_servers(error: Exception, workers: Workers) -> bool:
    """Tell whether it is Prefect's server that failed, and not a worker on its own."""
    if isinstance(error, (HTTPStatusError, ConcurrencySlotAcquisitionError)):
        return True
    family = type(error).__module__.split(".")[0]
    about = family in ("httpx", "httpcore", "websockets") or isinstance(error, PrefectException)
    if not about and _UNREACHED not in str(error):
        return False
    return workers.kind == "threads" or is_lost(PREFECT_API_URL.value() or "")


def _check_server(workers: Workers) -> None:
    """`PipelineError` where workers on other machines would be told of a server that only this machine reaches.

    A task cannot even start without its server: the part would fail on every worker, one after the other.
    """
    server = PREFECT_API_URL.value() or ""
    if workers.far and is_local(server):
        raise PipelineError(
            f"the workers {workers.address} must reach Prefect's server, which is at {server or 'no address'}: "
            "start one that they reach (prefect server start --host 0.0.0.0) and name it in PREFECT_API_URL"
        )


def _threads(workers: Workers) -> tuple[Any, Callable[[], int]]:
    return ThreadPoolTaskRunner(max_workers=workers.count), lambda: workers.count


def _dask(workers: Workers) -> tuple[Any, Callable[[], int]]:
    from prefect_dask import DaskTaskRunner

    if workers.address is not None:
        runner = DaskTaskRunner(address=workers.address)
    else:
        # One thread each: the engine's time is the interpreter's, too. No limit of memory: a part is bounded, and a
        # share of this machine's memory may be less than a process needs to import.
        own = {"n_workers": workers.count, "threads_per_worker": 1, "memory_limit": 0, "dashboard_address": None}
        runner = DaskTaskRunner(cluster_kwargs={**own, "silence_logs": "ERROR"})
    return runner, lambda: sum(runner.client.nthreads().values())


def _ray(workers: Workers) -> tuple[Any, Callable[[], int]]:
    from prefect_ray import RayTaskRunner

    def width() -> int:
        import ray

        return int(ray.cluster_resources().get("CPU", 1))

    if workers.address is not None:
        return RayTaskRunner(address=workers.address), width
    return RayTaskRunner(init_kwargs={"num_cpus": workers.count, "include_dashboard": False}), width


RUNNERS: dict[str, Callable[[Workers], tuple[Any, Callable[[], int]]]] = {
    "threads": _threads,
    "dask": _dask,
    "ray": _ray,
}


_UNREACHED = "Failed to reach API"
"""Words of a RuntimeError that Prefect's client raises."""


def _explained(error: Exception) -> str | None:
    """Say what became of the workers in a sentence; None where it is no trouble of theirs."""
    family = type(error).__module__.split(".")[0]
    if _UNREACHED in str(error):  # a RuntimeError of Prefect's client, on the worker
        return f"the workers do not reach Prefect's server ({error}), which PREFECT_API_URL names"
    if family in ("distributed", "ray") or isinstance(error, (PrefectException, OSError, TimeoutError)):
        first = str(error).split(". ")[0]
        return f"the workers are lost ({type(error).__name__}: {' '.join(first.split())})"
    return None
