"""The parameters of flows are the settings and what a request holds; those of before still mean what they meant."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.asked import Asked
from flows.cli.schedule import schedule
from flows.errors import UsageError
from flows.night.request import Request
from flows.options import options
from flows.orchestration import definitions
from flows.orchestration.parameters import NAMES, SETTINGS, as_environment, as_parameters, read_parameters
from flows.settings import Settings
from flows.stages import STAGES
from tests.flows.nights import ROOT, make_home, settings

BEFORE = {entry.before for entry in options(Asked).values() if entry.before}
FLOWS = (definitions.nightly, *definitions.STAGE_FLOWS.values())


def parameters(flow: Any) -> set[str]:
    return set(inspect.signature(flow.fn).parameters)


def test_the_night_takes_every_setting_and_all_of_a_request() -> None:
    assert parameters(definitions.nightly) == {*NAMES, *BEFORE}
    assert {"stages", "scenario", "tickers", "force", "verb", "wait"} <= parameters(definitions.nightly)
    assert set(SETTINGS) <= parameters(definitions.nightly)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_flow_takes_nothing_that_is_not_told(flow: Any) -> None:
    assert parameters(flow) <= {*NAMES, *BEFORE}
    assert {"warehouse", "scenario_files", "scenarios"} <= parameters(flow)


def test_parameters_and_environment_of_a_deployment_mean_the_request(tmp_path: Path) -> None:
    request = Request(
        settings(make_home(tmp_path), keep=7, on_failure="true", parts=str(tmp_path / "parts")),
        scenarios=("full",),
        force=True,
        tickers=("UP",),
    )
    given = definitions.nightly.validate_parameters(as_parameters(request))
    assert read_parameters(environ=as_environment(request.settings), **given) == request


def test_no_parameter_holds_what_is_executed_or_where_is_written(tmp_path: Path) -> None:
    secret = settings(tmp_path, on_failure="mail me", parts="s3://key:secret@bucket", workers="dask:2")
    parameters = as_parameters(Request(secret))
    assert not set(parameters) & {"warehouse", "scenario_files", "files", "on_failure", "workers", "parts"}
    assert {"source", "keep", "stages", "scenario", "tickers", "force"} <= set(parameters)
    assert "secret" not in str(parameters)
    assert "mail me" not in repr(secret)
    assert "secret" not in repr(secret)


OWNERS = {
    "warehouse": "/elsewhere",
    "scenario_files": "/etc/passwd",
    "scenarios": "/etc/passwd",
    "files": "/etc",
    "workers": "tcp://evil.example:8786",
    "parts": "s3://evil/bucket",
}


@pytest.mark.parametrize(("name", "value"), OWNERS.items())
def test_a_parameter_cannot_say_where_or_who(tmp_path: Path, name: str, value: str) -> None:
    environ = as_environment(settings(make_home(tmp_path)))
    with pytest.raises(UsageError, match=r"^the parameter \w+ is .*; set SDENGINE_[A-Z_]+ in the environment"):
        read_parameters(environ=environ, **{name: value})  # type: ignore[arg-type]  # by name


def test_a_command_in_a_parameter_is_not_run_and_the_log_says_so(tmp_path: Path) -> None:
    notes: list[str] = []
    environ = as_environment(settings(make_home(tmp_path), on_failure="mail owner"))
    request = read_parameters(environ=environ, note=notes.append, on_failure="rm -rf ~")
    assert request.settings.on_failure == "mail owner"
    assert len(notes) == 1
    assert "on_failure is not obeyed" in notes[0]
    assert "SDENGINE_ON_FAILURE" in notes[0]
    assert "rm -rf" not in notes[0]
    assert read_parameters(environ=environ, note=notes.append, on_failure="mail owner") == request
    assert len(notes) == 1


def test_a_verb_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="allowed are run, retry"):
        read_parameters(environ=as_environment(settings(make_home(tmp_path))), verb="x" * 10_000)


def test_a_deployment_made_before_the_names_changed_runs(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    before = {
        "warehouse": str(home / "data"),
        "scenarios": str(home / "scenarios"),
        "source": "files",
        "files": str(home / "bars"),
        "stages": list(STAGES),
        "scenario": None,
        "tickers": None,
        "force": False,
        "verb": "run",
        "wait": 3600.0,
        "keep": 3,
        "workers": "threads",
        "parts": None,
    }
    given = definitions.nightly.validate_parameters(before)
    environ = as_environment(settings(home))
    assert read_parameters(environ=environ, **given) == Request(settings(home), wait=3600.0)


def test_what_no_parameter_says_the_environment_does(tmp_path: Path) -> None:
    environ = {"SDENGINE_SOURCE": "yfinance", "SDENGINE_KEEP": "9", "SDENGINE_WAREHOUSE": str(tmp_path)}
    assert read_parameters(environ=environ).settings == Settings(warehouse=tmp_path, source="yfinance", keep=9)


def test_the_declared_deployment_is_the_served_one() -> None:
    (declared,) = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    module, name = declared["entrypoint"].rsplit(".", 1)
    assert getattr(definitions, name) is definitions.nightly
    assert module == definitions.__name__
    assert declared["schedules"] == [{"cron": Asked.cron, "timezone": Asked.timezone}]
    assert declared["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    waits = inspect.signature(schedule).parameters["wait"].annotation.__metadata__[0].help
    assert f"[default: {declared['parameters']['wait']}]" in waits
    request = read_parameters(environ={}, **definitions.nightly.validate_parameters(declared["parameters"]))
    assert request.settings.source == "yfinance"
    assert request.stages == STAGES
