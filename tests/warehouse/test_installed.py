"""Versions as folders tell them are those that Python's own reader finds, and what is not installed is told."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from warehouse.installed import _named, version


@pytest.mark.parametrize("package", ["sdengine", "duckdb", "polars", "numba", "numpy", "prefect", "exchange-calendars"])
def test_a_version_is_that_of_the_packages_own_description(package: str) -> None:
    assert version(package) == metadata.version(package)


def test_the_first_folder_of_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, package in (("first", "Some_Package-2.0.dist-info"), ("second", "some_package-1.0.dist-info")):
        (tmp_path / place / package).mkdir(parents=True)
    places = [str(tmp_path / name) for name in ("nowhere", "first", "second")]
    monkeypatch.setattr(sys, "path", places)
    assert _named.__wrapped__() == {"some_package": "2.0"}


def test_a_name_with_a_dash_is_not_another_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some installers leave names as they are spelt."""
    for package in ("prefect-dask-0.3.7.dist-info", "prefect-4.0.1+local.1.dist-info", "zope.event-5.0.dist-info"):
        (tmp_path / package).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert _named.__wrapped__() == {"prefect_dask": "0.3.7", "prefect": "4.0.1+local.1", "zope_event": "5.0"}


def test_what_is_not_installed_is_told() -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        version("no-such-package-anywhere")
