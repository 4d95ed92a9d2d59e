"""What all tests share: the profile of the random ones, bounds checks in the engine, and quick new warehouses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.strategies.profiles import load_profile

# before numba is imported, here and in the processes that tests start; what is timed runs as it runs for users
if "--benchmark-only" not in sys.argv:
    os.environ.setdefault("NUMBA_BOUNDSCHECK", "1")

load_profile()


def pytest_report_header() -> str | None:
    """Say what a first run does for a minute without a word."""
    from sdengine.cache import cache_root

    root = Path(os.environ.get("NUMBA_CACHE_DIR") or cache_root())
    if any(root.glob("*-checked")):
        return None
    return "sdengine: the first tests that use the engine compile it, with its bounds checked: a minute or more, once"


@pytest.fixture(scope="session", autouse=True)
def quick_new_warehouses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Copy new warehouses from one that is made once."""
    from warehouse import Warehouse

    defaults = vars(Warehouse)["open"].__func__.__kwdefaults__
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(defaults, "templates", tmp_path_factory.mktemp("templates"))
        yield
