"""The parts of the orchestration that need no server: parameters, artifacts, retries, the declared deployment."""

from __future__ import annotations

import json
import math
import re
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Failed

from flows.backtest import computing
from flows.backtest.computing import Computing
from flows.backtest.parts import cut
from flows.backtest.parts.content import DonePart
from flows.backtest.parts.fan import Fan
from flows.backtest.parts.job import compute
from flows.backtest.workers import Workers
from flows.errors import PipelineError, UsageError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.orchestration import definitions, task_runners
from flows.orchestration.artifacts import ROWS, clean, stage_rows
from flows.orchestration.course import Course
from flows.orchestration.parameters import read_parameters
from flows.outcomes import ItemOutcome, StageOutcome
from flows.settings import Settings
from flows.stages import STAGES, TABLE
from tests.flows.backtest import part_case
from tests.flows.orchestration.stand_in import stand_in
from warehouse import WarehouseError


class Told(Listener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


def test_there_is_a_flow_per_stage_and_one_over_them() -> None:
    assert tuple(definitions.STAGE_FLOWS) == STAGES
    assert definitions.nightly.name == "nightly"
    for stage in TABLE:
        made = definitions.STAGE_FLOWS[stage.name]
        assert (made.name, made.description) == (stage.name, stage.does)
        assert {"warehouse", "scenario_files", *stage.takes} <= set(made.parameters.properties)


@pytest.mark.parametrize("name", [*STAGES, "nightly"])
def test_a_flow_is_found_by_its_name_as_a_deployment_of_ones_own_names_it(name: str) -> None:
    assert load_flow_from_entrypoint(f"flows.orchestration.definitions.{name}").name == name
    assert not hasattr(definitions, "publish")


def test_no_task_answers_from_a_cache() -> None:
    for task in (definitions.fetch, definitions.work):
        assert task.cache_policy.compute_key(None, {}, {}) is None  # type: ignore[arg-type]  # of no task


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ConnectionResetError("gone"), True),
        (TimeoutError("late"), True),
        (PipelineError("the folder is not there"), False),
        (UsageError("no such stage"), False),
        (WarehouseError("the disk is full"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(error: Exception, again: bool) -> None:
    assert definitions.fetch.retries == 2
    assert definitions.work.retries == 0
    worth: Any = definitions.fetch.retry_condition_fn
    assert worth(definitions.fetch, None, Failed(data=error)) is again


class Lost:
    """A task runner whose tasks fail from the third on."""

    def __init__(self, error: Exception) -> None:
        self._error, self._submitted = error, 0

    def __enter__(self) -> Lost:
        return self

    def __exit__(self, *_: object) -> None:
        """End with whoever uses it."""

    def submit(self, task: Any, parameters: dict[str, Any]) -> Future[DonePart]:
        future: Future[DonePart] = Future()
        self._submitted += 1
        if self._submitted < 3:
            future.set_result(compute(parameters["job"]))
        else:
            future.set_exception(self._error)
        return future


def with_lost(monkeypatch: pytest.MonkeyPatch, kind: str, error: Exception) -> tuple[Fan, Told]:
    """Make a fan whose tasks fail on the way, and who hears of it."""
    monkeypatch.setitem(task_runners.RUNNERS, kind, lambda workers: (Lost(error), lambda: 1))
    heard = Told()
    return task_runners.by_task_runner(Workers(kind, 2), Course(Request(Settings()), heard)), heard


SERVERS = [
    ("threads", httpx.ConnectError("refused")),
    ("threads", RuntimeError("Failed to reach API at http://127.0.0.1:9/api")),
    ("dask", httpx.ConnectError("refused")),
    ("dask", ConcurrencySlotAcquisitionError("Unable to acquire concurrency slots: 503 Service Unavailable")),
    ("dask", httpx.HTTPStatusError("500", request=httpx.Request("GET", "http://x"), response=httpx.Response(500))),
]


@pytest.mark.parametrize(("kind", "error"), SERVERS, ids=lambda case: getattr(type(case), "__name__", case))
def test_a_server_that_is_lost_among_parts_costs_its_pages_only(
    kind: str, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = part_case.bars()
    straight = part_case.detail(Computing(Workers("threads", 1), str(tmp_path / "nowhere")), market)
    monkeypatch.setattr(cut, "WEIGHT", part_case.SMALL)
    monkeypatch.setattr(computing, "WORTH_PARTS", 1)
    fan, heard = with_lost(monkeypatch, kind, error)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert part_case.detail(Computing(Workers(kind, 2), str(tmp_path), fan=fan), market) == straight
    assert heard.notes[0].startswith("Prefect's server was lost (")
    assert heard.notes[1:] == ([] if kind == "threads" else ["threads compute the parts that are left"])


def test_a_disk_that_is_full_among_parts_is_no_loss_of_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fan, heard = with_lost(monkeypatch, "threads", OSError(28, "No space left on device"))
    jobs = [part_case.job(str(tmp_path), part_case.bars())] * 3
    with pytest.raises(OSError, match="No space left"):
        list(fan(jobs))
    assert heard.notes == []


def test_workers_that_are_lost_while_the_server_answers_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan, heard = with_lost(monkeypatch, "dask", RuntimeError("Failed to reach API at http://there:4200/api"))
    jobs = [part_case.job(str(tmp_path), part_case.bars())] * 3
    with (
        stand_in("fails") as server,
        temporary_settings({PREFECT_API_URL: server.url}),
        pytest.raises(PipelineError, match="the workers do not reach Prefect's server"),
    ):
        list(fan(jobs))
    assert heard.notes == []


def test_a_stage_that_is_unknown_is_refused() -> None:
    with pytest.raises(UsageError, match=f"allowed are {', '.join(STAGES)}"):
        read_parameters(stages=("publish",))


def test_tables_show_failures_first_are_cut_and_hold_no_infinity() -> None:
    items = [ItemOutcome(f"d{k}", "done", "never run", 3, 0.5) for k in range(300)]
    items.append(ItemOutcome("bad", "failed", "no bars", 0, math.inf))
    rows = stage_rows(StageOutcome("backtest", "failed", "", 0, 1.0, tuple(items)))
    assert len(rows) == ROWS
    assert rows[0] == {"item": "bad", "status": "failed", "reason": "no bars", "rows": 0, "seconds": None}
    assert "Infinity" not in json.dumps(rows)
    assert clean(math.nan) is None
    assert clean(1.5) == 1.5


def test_keys_of_artifacts_are_such_as_prefect_takes() -> None:
    assert all(re.fullmatch("[a-z0-9-]+", f"stage-{stage}") for stage in STAGES)
