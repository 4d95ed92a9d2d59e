"""What numba is asked twice while kernels are compiled, it is told the second time."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from numba import types
from numba.core.registry import cpu_target
from numba.core.types.functions import BaseFunction

from sdengine.kernel import recall


def ask(*arguments: Any) -> Any:
    cpu_target.target_context.refresh()
    context = cpu_target.typing_context
    return context.resolve_function_type(context.resolve_value_type(operator.add), arguments, {})


def test_what_is_asked_twice_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    look_up = recall._ask

    def counted(*question: Any) -> Any:
        asked.append(question[2])
        return look_up(*question)

    monkeypatch.setattr(recall, "_ask", counted)
    monkeypatch.setattr(recall, "_answers", {})
    with recall.answers_recalled():
        told = [ask(types.float64, types.int32) for _ in range(3)]
        assert ask(types.int32, types.int32).return_type == types.int64
    assert asked == [(types.float64, types.int32), (types.int32, types.int32)]
    assert {str(each) for each in told} == {"(float64, float64) -> float64"}


def test_what_else_uses_numba_is_asked_as_ever() -> None:
    before = BaseFunction.get_call_type
    with pytest.raises(KeyError), recall.answers_recalled():
        raise KeyError
    assert BaseFunction.get_call_type is before
    assert before is not recall._recall
