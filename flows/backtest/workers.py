"""Who computes the runs of `backtest`: the setting in words, understood and checked."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from flows.errors import UsageError

ALLOWED = "threads, threads:N, dask, dask:N, tcp://HOST:PORT (a Dask scheduler), ray, ray:N, ray://HOST:PORT"
PACKAGES = {"dask": "prefect_dask", "ray": "prefect_ray"}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Workers:
    """What `--workers` means.

    kind     threads of this process, or processes of a `dask` or `ray` cluster
    count    how many of them, where they are started here
    address  the cluster that is running already; None: one is started here, for as long as it is needed
    """

    kind: str = "threads"
    count: int = 1
    address: str | None = None

    @property
    def far(self) -> bool:
        """Whether they may be on other machines, which do not see this one's folders."""
        return self.address is not None and not is_local(self.address)


def is_local(address: str) -> bool:
    """Whether an address (SCHEME://HOST:PORT) means this machine, as it does without a host."""
    return (urlsplit(address).hostname or "localhost") in LOCAL_HOSTS


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_workers(text: str) -> Workers:
    """Read the workers that a setting names; `UsageError` for one that there is not, or that is not installed."""
    known = re.fullmatch(r"(threads|dask|ray)(?::([1-9]\d*))?", text)
    running = re.fullmatch(r"(tcp|tls|ray)://[^/\s]+:\d+", text)
    if known is not None:
        workers = Workers(known[1], int(known[2] or cores()))
    elif running is not None:
        workers = Workers("ray" if running[1] == "ray" else "dask", address=text)
    else:
        raise UsageError(f"--workers {text}: there are no such workers; allowed are {ALLOWED}")
    package = PACKAGES.get(workers.kind)
    if package is not None and find_spec(package) is None:
        raise UsageError(
            f"--workers {text} needs the package {package.replace('_', '-')}: pip install 'sdengine[{workers.kind}]'"
        )
    return workers
