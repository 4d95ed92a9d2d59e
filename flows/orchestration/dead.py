"""Runs of ours that died: Prefect would show them as running for ever, and hold their slots."""

from __future__ import annotations

import os
import socket
from hashlib import sha256
from pathlib import Path
from typing import Any

GONE = "its process ended without a word; `sdengine status` says what of it was done"


def warehouse_tag(warehouse: Path) -> str:
    """Name a warehouse in a tag."""
    return f"warehouse:{sha256(str(warehouse).encode()).hexdigest()[:12]}"


def process_tag(pid: int | None = None) -> str:
    """Name a process in a tag: its machine, its number, and when it began, for numbers are used again."""
    pid = pid or os.getpid()
    return f"process:{socket.gethostname()}:{pid}:{_began(pid)}"


def is_dead(tags: list[str]) -> bool:
    """Tell whether the process that a run's tags name was of this machine and is gone."""
    return _process_of(tags) is not None and not is_alive(tags)


def is_alive(tags: list[str]) -> bool:
    """Tell whether the process that a run's tags name is of this machine and at work."""
    pid = _process_of(tags)
    return pid is not None and process_tag(pid) in tags


def _process_of(tags: list[str]) -> int | None:
    """Find the process of this machine that tags name, be it there or not."""
    for tag in tags:
        kind, _, place = tag.partition(":")
        machine, _, number = place.rpartition(":")[0].rpartition(":")
        if kind == "process" and machine == socket.gethostname() and number.isdecimal():
            return int(number)
    return None


def _began(pid: int) -> str:
    """Tell when a process began, in ticks since the machine did; "" where there is none or nobody says."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return ""
    return "" if state == "Z" else fields[18]


def mark_dead(client: Any, warehouse: Path) -> int:
    """Mark the runs of a warehouse whose processes are gone as crashed; how many."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags

    ours = FlowRunFilter(tags=FlowRunFilterTags(all_=[warehouse_tag(warehouse)]), state=unfinished())
    dead = [run for run in client.read_flow_runs(flow_run_filter=ours) if is_dead(run.tags)]
    for run in dead:
        crash(client, run)
    return len(dead)


def unfinished() -> Any:
    """Make the filter of runs that somebody has begun with and not ended: they hold a slot of their deployment."""
    from prefect.client.schemas.filters import FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType

    begun = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=begun))


def crash(client: Any, run: Any) -> None:
    """Mark a run as crashed, which frees its slot."""
    from prefect.states import Crashed

    client.set_flow_run_state(run.id, Crashed(message=GONE), force=True)
