"""A process that may have little memory gives none of it to threads that do nothing for it."""

from __future__ import annotations

import os
import resource
import sys

import pytest

from flows.cli import open_early, spare_memory, use_small_pages

WITHOUT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.mark.parametrize("limited", [resource.RLIMIT_AS, resource.RLIMIT_DATA])
@pytest.mark.parametrize("given", [None, "3"])
def test_a_limit_of_memory_is_one_thread_of_openblas(
    limited: int, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for ever where it gets no memory for the others; what somebody has set stands."""
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (2**31, 2**31) if kind == limited else WITHOUT)
    monkeypatch.setattr(os, "environ", {} if given is None else {"OPENBLAS_NUM_THREADS": given})
    spare_memory()
    assert os.environ == {"OPENBLAS_NUM_THREADS": given or "1"}


def test_without_a_limit_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: WITHOUT)
    monkeypatch.setattr(os, "environ", {})
    spare_memory()
    assert os.environ == {}


@pytest.mark.parametrize("given", [{}, {"NUMPY_MADVISE_HUGEPAGE": "1"}, {"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}])
def test_arrays_take_small_pages_unless_somebody_has_said_otherwise(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", dict(given))
    use_small_pages()
    assert os.environ == {"NUMPY_MADVISE_HUGEPAGE": "0", "ARROW_DEFAULT_MEMORY_POOL": "system"} | given


@pytest.mark.parametrize("limited", [resource.RLIMIT_AS, resource.RLIMIT_DATA, None])
def test_nothing_opens_in_a_thread_beside_where_memory_is_limited(
    limited: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread would take what the answer needs, and end the process where it gets none."""
    begun: list[str] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (2**31, 2**31) if kind == limited else WITHOUT)
    monkeypatch.setattr(sys, "argv", ["sdengine", "ranking"])
    monkeypatch.setattr("warehouse.early.begin", lambda: begun.append("a database"))
    open_early()
    assert begun == ([] if limited is not None else ["a database"])
