"""Other people's libraries of the same figures, where the extra `oracles` has installed them."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import pytest


def library(name: str) -> Any:
    """Import a library, or skip the test."""
    with warnings.catch_warnings():  # of what they import themselves
        warnings.simplefilter("ignore")
        try:
            return import_module(name)
        except ImportError:
            pytest.skip(f"{name} is not installed: pip install 'sdengine[oracles]'")
