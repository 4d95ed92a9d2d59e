"""The setting `--workers`: what it means, and a sentence for each way in which it can be wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from flows.backtest import workers
from flows.backtest.workers import Workers, cores, read_workers
from flows.cli.run import carry_out
from flows.errors import PipelineError, UsageError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "find_spec", lambda name: "there")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("threads", Workers("threads", cores())),
        ("threads:3", Workers("threads", 3)),
        ("dask", Workers("dask", cores())),
        ("dask:12", Workers("dask", 12)),
        ("tcp://10.0.0.7:8786", Workers("dask", address="tcp://10.0.0.7:8786")),
        ("tls://scheduler.example:8786", Workers("dask", address="tls://scheduler.example:8786")),
        ("ray", Workers("ray", cores())),
        ("ray://head.example:10001", Workers("ray", address="ray://head.example:10001")),
    ],
)
def test_what_the_words_mean(text: str, meant: Workers) -> None:
    assert read_workers(text) == meant


@pytest.mark.parametrize("text", ["", "thread", "threads:0", "dask:-1", "dask:two", "tcp://host", "http://h:1", "ray:"])
def test_other_words_are_refused_with_those_that_are_allowed(text: str) -> None:
    with pytest.raises(UsageError, match=f"--workers {text}: there are no such workers; allowed are threads"):
        read_workers(text)


@pytest.mark.parametrize(("text", "kind"), [("dask:2", "dask"), ("tcp://localhost:8786", "dask"), ("ray", "ray")])
def test_what_is_not_installed_is_told_with_the_command(text: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as told:
        read_workers(text)
    assert str(told.value) == f"--workers {text} needs the package prefect-{kind}: pip install 'sdengine[{kind}]'"


def test_the_packages_go_by_the_names_that_are_looked_for() -> None:
    assert importlib.util.find_spec(workers.PACKAGES["dask"]) is not None


def test_options_go_before_the_environment_and_that_before_threads(tmp_path: Path) -> None:
    environ = {"SDENGINE_WORKERS": "dask:2", "SDENGINE_PARTS": "s3://bucket/parts"}
    assert read_settings(environ={}).workers == "threads"
    assert read_settings(environ=environ).workers == "dask:2"
    assert read_settings(environ=environ).parts_place == "s3://bucket/parts"
    given = read_settings(workers="threads:1", parts="~/parts", environ=environ)
    assert (given.workers, given.parts) == ("threads:1", str(Path.home() / "parts"))
    assert Settings(warehouse=tmp_path).parts_place == str(tmp_path / "parts")


def test_workers_elsewhere_need_a_place_that_they_reach(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--workers tcp://far\.example:8786 needs --parts PLACE"):
        read_settings(workers="tcp://far.example:8786", environ={})
    assert read_settings(workers="tcp://far.example:8786", parts=str(tmp_path), environ={}).parts == str(tmp_path)
    assert read_settings(workers="tcp://127.0.0.1:8786", environ={}).parts is None


def test_workers_elsewhere_need_a_server_that_they_reach() -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.orchestration.course import Course
    from flows.orchestration.task_runners import by_task_runner

    far = Workers("dask", address="tcp://far.example:8786")
    for server in ("http://127.0.0.1:4200/api", "http://localhost:4200/api"):
        with (
            temporary_settings({PREFECT_API_URL: server}),
            pytest.raises(PipelineError, match="in PREFECT_API_URL"),
        ):
            next(by_task_runner(far, Course(Request(Settings()), Listener()))([]))
    assert not Workers("dask", address="tcp://[::1]:8786").far


def test_direct_and_a_cluster_exclude_each_other(tmp_path: Path) -> None:
    request = Request(Settings(warehouse=tmp_path, workers="dask:2"))
    with pytest.raises(UsageError, match="--direct and --workers dask:2 exclude each other"):
        carry_out(request, Listener(), direct=True)
    assert not list(tmp_path.iterdir())
