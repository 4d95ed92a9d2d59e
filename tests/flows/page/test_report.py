"""`sdengine report`: the pages by command, one file to be mailed, and what is said where there is no such page."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.page.folder import report_folder
from flows.page.pages import slug
from tests.flows.page.published import publish


def report(home: Path, *words: str) -> Result:
    """Give the command as somebody types it."""
    return CliRunner().invoke(app, ["report", *words, "--warehouse", str(home / "data")])


def test_it_says_where_the_page_lies(home: Path) -> None:
    lines = [line for words in ((), ("income",), ("grid",)) for line in report(home, *words).stdout.splitlines()]
    folder = report_folder(home / "data")
    names = ("index", slug("income"), slug("grid sweep"))
    assert lines == [f"page     {folder / name}.html" for name in names]
    assert all((folder / f"{name}.html").is_file() for name in names)


def test_a_member_that_is_not_the_best_has_its_page_when_it_is_asked_for(home: Path) -> None:
    for sd_n in (4, 16):
        name = f"grid[sd_n={sd_n},profit_sharing_pct=25]"
        file = Path(report(home, name).stdout.split(maxsplit=1)[1].strip())
        assert f"<title>{name}</title>" in file.read_text(encoding="utf-8")


def test_one_file_holds_all_that_it_needs(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "full.html"
    assert report(home, "full", "--single-file", "-o", str(file)).exit_code == 0
    html = file.read_text(encoding="utf-8")
    assert "<script src=" not in html, "nothing is read from beside it"
    assert "Plotly.newPlot" in html
    assert len(html) > 4_000_000, "the library that draws is inside"


def test_a_page_goes_to_the_standard_output_and_nothing_else(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    html = report(home, "full", "-o", "-").stdout
    assert html.startswith("<!DOCTYPE html>")
    assert html.rstrip().endswith("</html>")
    assert list(tmp_path.iterdir()) == [], "no file is called -"
    done = report(home, "full", "-o", "-", "--open")
    assert (done.exit_code, "--open needs a file" in done.stderr) == (2, True), done.stderr


def test_what_cannot_be_made_is_said(home: Path, tmp_path: Path) -> None:
    nowhere = ("full", "-o", str(tmp_path / "nowhere" / "full.html"))
    for words, code, sentence in (
        (("nobody",), 2, "run nobody: no scenario is called so"),
        (nowhere, 1, f"{tmp_path}/nowhere/full.html: there is no folder {tmp_path}/nowhere"),
    ):
        done = report(home, *words)
        assert (done.exit_code, sentence in done.stderr) == (code, True), done.stderr
    published = home / "data" / "results.duckdb"
    before = published.read_bytes()
    done = report(home, "full", "-o", str(published))
    assert (done.exit_code, "this is a file of a warehouse" in done.stderr) == (2, True), done.stderr
    assert published.read_bytes() == before
    assert "nothing has been published yet" in report(tmp_path).stderr


def test_no_pages_are_made_where_none_are_wanted(tmp_path: Path) -> None:
    publish(tmp_path)
    assert (tmp_path / "data" / "results.duckdb").is_file()
    assert not report_folder(tmp_path / "data").exists()
