"""The project's file: found from the folder upwards, between environment and defaults, read only where it is safe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir

import pytest

from flows.asked import Asked
from flows.errors import UsageError
from flows.options import options
from flows.project.reading import Project, find_project
from flows.settings import Settings, read_settings, read_values

SOMEBODY = 54321
"""A user and group that are nobody's."""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "sdengine.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


def project(folder: Path, text: str) -> Project:
    write(folder, text)
    found = find_project(Asked, folder)
    assert found is not None
    return found


def refused(folder: Path) -> str:
    with pytest.raises(UsageError) as error:
        find_project(Asked, folder)
    return str(error.value)


def test_the_nearest_file_above_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "a" / "inner"
    assert find_project(Asked, tmp_path) is None
    assert project(outer, "keep = 1").values == {"keep": 1}
    (inner / "below").mkdir(parents=True)
    found = find_project(Asked, inner / "below")
    assert found is not None
    assert (found.file, found.values) == (outer / "sdengine.toml", {"keep": 1})
    write(inner, "keep = 2")
    monkeypatch.chdir(inner / "below")
    found = find_project(Asked)
    assert found is not None
    assert found.values == {"keep": 2}


def test_option_then_variable_then_project_then_default(tmp_path: Path) -> None:
    found = project(tmp_path / "p", 'source = "yfinance"\nkeep = 7')
    environ = {"SDENGINE_KEEP": "5"}
    assert read_settings({}, project=None).keep == 3
    assert read_settings({}, project=found).keep == 7
    assert read_settings(environ, project=found).keep == 5
    assert read_settings(environ, project=found, keep=0).keep == 0
    assert read_settings(environ, project=found).source == "yfinance"


def test_every_setting_and_the_schedule_can_be_said(tmp_path: Path) -> None:
    """By the name of the setting; the two of the schedule in a table of their own."""
    keys = {entry.key: name for name, entry in options(Asked).items() if entry.key}
    assert set(keys.values()) == {*options(Settings), "cron", "timezone"}
    said = project(
        tmp_path / "p",
        'workers = "dask:2"\non_failure = "mail me"\n[schedule]\ncron = "0 6 * * *"\ntimezone = "Europe/Berlin"\n',
    )
    names = ("workers", "on_failure", "cron", "timezone")
    values = read_values(Asked, names, {}, {}, lambda sentence: None, said)
    assert values == {
        "workers": "dask:2",
        "on_failure": "mail me",
        "cron": "0 6 * * *",
        "timezone": "Europe/Berlin",
    }


def test_paths_are_relative_to_the_file_said_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "p"
    (folder / "mine").mkdir(mode=0o700, parents=True)
    monkeypatch.chdir(folder / "mine")
    found = project(folder, 'scenario_files = "mine"\nfiles = "../bars"\nparts = "parts"')
    settings = read_settings({}, project=found)
    assert settings.warehouse == folder / "warehouse" / "data"
    assert settings.scenario_files == folder / "mine"
    assert settings.files == folder / ".." / "bars"
    assert settings.parts == str(folder / "parts")
    assert read_settings({}, project=found, warehouse="here").warehouse == folder / "mine" / "here"
    uri = project(folder, 'parts = "s3://bucket/parts"\nwarehouse = "/elsewhere"')
    assert read_settings({}, project=uri).parts == "s3://bucket/parts"
    assert read_settings({}, project=uri).warehouse == Path("/elsewhere")


def test_a_folder_of_files_names_its_source_where_it_is_said(tmp_path: Path) -> None:
    only = project(tmp_path / "only", 'files = "bars"')
    assert read_settings({}, project=only).source == "files"
    both = project(tmp_path / "both", 'source = "sample"\nfiles = "bars"')
    assert read_settings({}, project=both).source == "sample"
    assert read_settings({}, project=both).files is None
    told: list[str] = []
    settings = read_settings({}, told.append, both, files=tmp_path)
    assert (settings.source, settings.files, told) == ("files", tmp_path, [])
    assert read_settings({}, project=both, source="files").files == tmp_path / "both" / "bars"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('sorce = "sample"', "there is no key `sorce`; did you mean `source`?"),
        ('zzz = "sample"', "there is no key `zzz`; allowed are warehouse, scenario_files, source"),
        ("[schedule]\ncorn = 1", "there is no key `schedule.corn`; did you mean `schedule.cron`?"),
        ('keep = "3"', '`keep`: given was "3", allowed is a whole number, 0 or more'),
        ("keep = -1", "`keep`: given was -1, allowed is a whole number, 0 or more"),
        ("keep = true", "`keep`: given was true, allowed is a whole number, 0 or more"),
        ("source = 3", "`source`: given was 3, allowed is a text that is not empty"),
        ('warehouse = ""', '`warehouse`: given was "", allowed is a text that is not empty'),
        ('files = ["a"]', '`files`: given was ["a"], allowed is a text that is not empty'),
        ("[schedule]\ncron = 1979-05-27", '`schedule.cron`: given was "1979-05-27", allowed is a text'),
        ("source = ", "is not valid TOML: "),
    ],
)
def test_what_is_not_allowed_is_told_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    file = write(tmp_path / "p", text)
    told = refused(file.parent)
    assert told.startswith(str(file))
    assert sentence in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('source = "bloomberg"', 'source = "bloomberg": there is no such source; allowed are sample, yfinance, files'),
        ('source = "files"', 'source = "files" needs --files FOLDER'),
        ('scenario_files = "nowhere"', 'nowhere": there is no such file or folder'),
    ],
)
def test_what_does_not_fit_names_the_file(tmp_path: Path, text: str, sentence: str) -> None:
    found = project(tmp_path / "p", text)
    with pytest.raises(UsageError) as error:
        read_settings({}, project=found)
    assert str(error.value).startswith(f"{found.file}: ")
    assert sentence in str(error.value)


def test_a_file_that_is_not_text_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = write(tmp_path / "p", "")
    file.write_bytes(b"keep = \xff")
    assert "is not UTF-8 text" in refused(file.parent)
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    assert "sdengine.toml cannot be read: No such file" in refused(file.parent)
    file.unlink()
    file.mkdir(mode=0o700)
    assert "sdengine.toml cannot be read: is no file" in refused(file.parent)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = write(tmp_path / "p", 'on_failure = "rm -rf ~"')
    file.chmod(mode)
    told = refused(file.parent)
    assert told.startswith(f"{file} may be written by others: ")
    assert told.endswith(f"`chmod go-w {file}` ends that")
    file.chmod(0o644)  # others may read it
    assert find_project(Asked, file.parent) is not None


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
def test_a_folder_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    """Also one like /tmp, in which nobody can replace what is another's: who came first wrote the file."""
    folder = tmp_path / "p"
    file = write(folder, "keep = 1")
    (folder / "below").mkdir(mode=0o700)
    folder.chmod(mode)
    told = refused(folder / "below")
    assert told.startswith(f"{folder} may be written by others: ")
    assert told.endswith("ends that") == (mode != 0o1777)  # such a folder is meant to be shared
    folder.chmod(0o755)
    found = find_project(Asked, folder / "below")
    assert found is not None
    assert found.file == file


def test_a_link_is_followed_and_what_it_leads_to_is_judged(tmp_path: Path) -> None:
    real = write(tmp_path / "dotfiles", "keep = 1")
    (tmp_path / "p").mkdir(mode=0o700)
    (tmp_path / "p" / "sdengine.toml").symlink_to(real)
    assert find_project(Asked, tmp_path / "p") is not None
    real.parent.chmod(0o777)
    assert refused(tmp_path / "p").startswith(f"{real.parent} may be written by others: ")


@contextmanager
def as_user(uid: int) -> Iterator[None]:
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away, or act for another")
@pytest.mark.parametrize("place", ["p", "p/sdengine.toml"])
def test_what_is_somebody_elses_is_refused(tmp_path: Path, place: str) -> None:
    file = write(tmp_path / "p", 'on_failure = "rm -rf ~"')
    os.chown(tmp_path / place, SOMEBODY, SOMEBODY)
    told = refused(file.parent)
    assert told.startswith(f"{tmp_path / place} belongs to somebody else: ")
    assert "chmod" not in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another")
def test_not_even_roots_word_is_taken_by_somebody_else(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("shared")
    for above in takewhile(lambda above: above != Path(gettempdir()), (folder, *folder.parents)):
        above.chmod(0o755)
    file = write(folder / "p", "keep = 1")
    (folder / "p").chmod(0o755)
    file.chmod(0o644)
    with as_user(SOMEBODY):
        assert refused(folder / "p").startswith(f"{folder / 'p'} belongs to somebody else: ")
    os.chown(folder / "p", SOMEBODY, SOMEBODY)
    os.chown(file, SOMEBODY, SOMEBODY)
    with as_user(SOMEBODY):
        assert find_project(Asked, folder / "p") is not None
