"""Kernels inside kernels: they compute and fail as they do by themselves, and no machine code is made of them alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from sdengine.kernel import compiled


def half(x: int) -> float:
    """Halve; to be compiled."""
    if x < 0:
        raise ValueError("below zero", x)
    return x / 2


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[..., Any], Callable[..., Any]]:
    monkeypatch.setattr(compiled, "CACHE_ROOT", tmp_path)
    monkeypatch.setattr(half, "__module__", "nowhere")
    part = compiled.kernel(half)

    def quarter(x: int) -> float:
        return part(x) / 2

    monkeypatch.setattr(quarter, "__module__", "nowhere")
    return part, compiled.kernel(quarter)


def test_a_part_is_compiled_within_its_caller_alone(kernels: tuple[Any, Any]) -> None:
    part, outermost = kernels
    assert outermost(10) == 2.5
    assert (len(outermost.signatures), len(part.signatures)) == (1, 0)
    with pytest.raises(ValueError, match="below zero"):
        outermost(-1)


def test_what_takes_objects_apart_is_written_as_it_stands_and_the_kernel_is_not(kernels: tuple[Any, Any]) -> None:
    _, outermost = kernels
    assert outermost(10) == 2.5
    code = outermost.inspect_llvm(outermost.signatures[0])
    as_it_stands = {group for group, held in re.findall(r"attributes #(\d+) = \{(.*)\}", code) if "optnone" in held}
    written = {
        line for line in re.findall(r"^define .*#\d+ \{$", code, re.MULTILINE) if line.split()[-2][1:] in as_it_stands
    }
    assert [("cpython" in line) for line in written] == [True]


def test_a_part_is_called_by_itself_and_by_what_others_compile_too(kernels: tuple[Any, Any]) -> None:
    part, outermost = kernels
    assert part(10) == 5.0

    @numba.njit
    def both(x: int) -> float:
        return part(x) + outermost(x)

    assert both(10) == 7.5


def test_no_numba_is_installed_on_which_parts_were_not_tried() -> None:
    """They build on what numba keeps to itself, which any release but one of mere corrections may call otherwise."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [Requirement(line) for line in project["dependencies"]]
    (allowed,) = [one.specifier for one in needed if one.name == "numba"]
    here = Version(numba.__version__)
    assert here in allowed
    assert not list(allowed.filter([f"{here.major}.{here.minor - 1}.9", f"{here.major}.{here.minor + 1}.0"]))
