"""The parts of the orchestration that need no server: parameters, artifacts, retries, the declared deployment."""

from __future__ import annotations

import json
import math
import re

import pytest
from prefect.flows import load_flow_from_entrypoint
from prefect.states import Failed

from flows.errors import PipelineError, UsageError
from flows.orchestration import definitions
from flows.orchestration.artifacts import ROWS, clean, stage_rows
from flows.orchestration.parameters import read_parameters
from flows.outcomes import ItemOutcome, StageOutcome
from flows.stages import STAGES, TABLE
from warehouse import WarehouseError


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
        assert task.cache_policy.compute_key(None, {}, {}) is None  # type: ignore[arg-type]


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
    assert definitions.fetch.retry_condition_fn is not None
    assert definitions.fetch.retry_condition_fn(definitions.fetch, None, Failed(data=error)) is again  # type: ignore[arg-type]


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
