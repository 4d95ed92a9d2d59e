"""The table of the stages, and what a stage's room must have."""

from __future__ import annotations

from importlib import import_module
from inspect import signature

import pytest

from flows.errors import UsageError
from flows.stages import BACKTEST, JUDGE, METRICS, RETIRE, STAGES, TABLE, select_stages


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_says_what_is_due_and_does_it(stage: str) -> None:
    for module, name in (("plan", "plan"), ("work", "work")):
        function = getattr(import_module(f"flows.{stage}.{module}"), name)
        assert list(signature(function).parameters) == ["night"]


def test_every_stage_but_the_first_says_what_it_waits_for() -> None:
    assert [bool(stage.waits) for stage in TABLE] == [False, *[True] * (len(TABLE) - 1)]


def test_stages_are_chosen_from_one_on_or_one_alone() -> None:
    assert select_stages() == STAGES
    assert select_stages(from_stage=BACKTEST) == (BACKTEST, METRICS, JUDGE, RETIRE)
    assert select_stages(only=BACKTEST) == (BACKTEST,)
    with pytest.raises(UsageError, match="--only nothing: there is no such stage; allowed are ingest, validate"):
        select_stages(only="nothing")
    with pytest.raises(UsageError, match="exclude each other"):
        select_stages(from_stage=BACKTEST, only=METRICS)
