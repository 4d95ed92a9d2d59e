"""Which of numba's own functions fits which types is found out once.

Of each operator in each statement numba asks anew what it gives, and tries a dozen templates in turn until one answers
(measured: of three thousand such questions of the metrics' kernels 160 differ; answering the others from memory is a
tenth of all compiling). What kernels call of each other is not asked this way.

Only while a kernel of ours is compiled, which numba's lock allows one thread at a time: what else uses numba in the
same process is asked as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import types
from numba.core.types.functions import BaseFunction

_PLAIN = (types.Number, types.Boolean, types.Array, types.Record, types.StringLiteral)
"""Types whose values alone say what a function gives: nothing about them is still to be found out."""

_answers: dict[tuple[Any, ...], Any] = {}
_numba: Any = BaseFunction
_ask = _numba.get_call_type


def _recall(function: Any, context: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Tell the signature by which the function takes these types."""
    if named or not all(isinstance(each, _PLAIN) for each in arguments):
        return _ask(function, context, arguments, named)
    question = (function, *arguments)
    if question not in _answers:
        _answers[question] = _ask(function, context, arguments, named)
    return _answers[question]


@contextmanager
def answers_recalled() -> Iterator[None]:
    """Have numba answer from memory what it was asked before."""
    before = _numba.get_call_type
    _numba.get_call_type = _recall
    try:
        yield
    finally:
        _numba.get_call_type = before
