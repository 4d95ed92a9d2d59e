"""Options first, then the environment, then defaults; what clashes is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.errors import UsageError
from flows.settings import read_settings
from flows.stages import STAGES, select_stages


def test_defaults_are_the_folder_that_the_spec_names_and_the_source_that_it_knows() -> None:
    defaults = read_settings(environ={})
    assert defaults.source is None
    assert defaults.warehouse == Path.cwd() / "warehouse" / "data"
    assert defaults.scenario_files is None


def test_an_option_beats_the_environment_and_that_the_default(tmp_path: Path) -> None:
    environ = {"SDENGINE_WAREHOUSE": "/elsewhere", "SDENGINE_SOURCE": "yfinance"}
    assert read_settings(environ=environ).warehouse == Path("/elsewhere")
    assert read_settings(environ=environ).source == "yfinance"
    assert read_settings(warehouse=tmp_path, source="sample", environ=environ).warehouse == tmp_path
    assert read_settings(warehouse=tmp_path, source="sample", environ=environ).source == "sample"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_settings(environ={"SDENGINE_SOURCE": "", "SDENGINE_WAREHOUSE": ""}).source is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"source": "bloomberg"}, "allowed are sample, yfinance, files"),
        ({"source": "files"}, "needs --files FOLDER"),
        ({"scenario_files": Path("/nowhere.toml")}, "there is no such file or folder"),
        ({"warehouse": Path("/sc\udce9n")}, r"^--warehouse /sc.udce9n in /.*: .* no text; allowed: a path in UTF-8$"),
    ],
)
def test_what_cannot_be_is_told(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_settings(environ={}, **given)


def test_stages_are_chosen_by_from_and_only() -> None:
    assert select_stages() == STAGES == ("ingest", "validate", "backtest", "metrics", "judge", "retire")
    assert select_stages(from_stage="backtest") == ("backtest", "metrics", "judge", "retire")
    assert select_stages(only="validate") == ("validate",)
    with pytest.raises(UsageError, match="allowed are ingest, validate, backtest, metrics"):
        select_stages(only="publish")
    with pytest.raises(UsageError, match="exclude each other"):
        select_stages("ingest", "metrics")
