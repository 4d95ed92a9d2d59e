"""A second night in which much went wrong, walked through: what failed, what was hostile, and nothing at all."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.page.folder import report_folder, write_pages
from flows.page.pages import slug
from tests.flows.nights import BASE, DAYS, environment, night, write_bars, write_scenarios
from tests.flows.page.test_pages import text_of
from warehouse import Results

HOSTILE = "<img src=x onerror=alert(1)> & 'co'"
TICKER = "<b>SAW&"
MORNING = date(2024, 2, 10)
"""The 40 days from New Year on end on 9 February."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a night to 5 February, make its pages, and then a night with four bars more, and make those."""
    home = tmp_path_factory.mktemp("walk")
    base = BASE.format(sd_n=8)
    write_scenarios(
        home / "scenarios",
        **{
            "full": base,
            HOSTILE: base.replace("SAW", TICKER),
            "-x": base.replace("= 0.4", "= 0.3"),
            "lost": base.replace("SAW", "GONE"),
            "broken": "portfolio = 3\n",
        },
    )
    for days in (DAYS - 4, DAYS):
        write_bars(home / "bars", days)
        (home / "bars" / f"{TICKER}.csv").write_text((home / "bars" / "SAW.csv").read_text())
        night(home)
        with Results.open(home / "data") as results:
            write_pages(results, home / "report", MORNING)
    return home / "report"


def page(folder: Path, name: str) -> Path:
    return folder / f"{slug(name)}.html"


def test_the_front_page_says_what_failed_and_leads_to_the_others(folder: Path) -> None:
    html = (folder / "index.html").read_text(encoding="utf-8")
    [warned] = re.findall(r'<div class="warning" role="note"><ul>(.*?)</ul>', html)
    told = re.findall(r"<li>(\w+): ", warned)
    assert set(told) >= {"GONE", "lost", "broken"}, told
    assert "3 scenarios, up to 2024-02-09" in text_of(folder / "index.html")
    linked = re.findall(r'<th scope="row" role="rowheader"><a href="(.*?)">', html)
    assert sorted(linked) == sorted(page(folder, name).name for name in ("full", HOSTILE, "-x"))
    assert all((folder / name).is_file() for name in linked)
    assert not page(folder, "lost").exists()


def test_each_page_has_its_parts_in_the_order_of_the_morning(folder: Path) -> None:
    html = page(folder, "full").read_text(encoding="utf-8")
    parts = re.findall(r'<section id="(\w+)">', html)
    order = [
        "news",
        "orders",
        "income",
        "value",
        "premiums",
        "skipped",
        "judged",
        "months",
        "falls",
        "allocation",
        "data",
    ]
    assert parts == [part for part in order if part in parts]
    assert set(order) - set(parts) <= {"skipped"}, "all orders could be done"
    for part in parts:
        section = html.split(f'<section id="{part}">')[1].split("</section>")[0]
        assert re.search(r"<h2>.*?</h2>\s*<p>.+?</p>", section, re.DOTALL), f"{part} says in a sentence what it is"
        assert ("data-plot" in section) <= ("<table" in section), f"{part}: a picture has its table"
        assert ("data-plot" in section) <= ("<pre" in section), f"{part}: and the SQL that made it"


def test_news_are_those_since_the_night_before(folder: Path) -> None:
    said = text_of(page(folder, "full"))
    days = re.findall(r"2024-02-0\d", said.split("What happened")[-1].split("What to order")[0])
    assert days
    assert set(days) - {"2024-02-05"} <= {f"2024-02-0{day}" for day in (6, 7, 8, 9)}, "after 5 February"


def test_hostile_names_are_text_in_files_and_addresses(folder: Path) -> None:
    html = page(folder, HOSTILE).read_text(encoding="utf-8")
    assert "<img" not in html
    assert "<b>" not in html
    assert HOSTILE in text_of(page(folder, HOSTILE))
    assert re.fullmatch(r"[a-z0-9-]+\.html", page(folder, HOSTILE).name)
    assert "sdengine data '--ticker=" in text_of(page(folder, HOSTILE))


def test_a_night_without_any_result_says_so_and_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(tmp_path / "bars", days=12)
    write_scenarios(tmp_path / "scenarios", lost=BASE.format(sd_n=8).replace("SAW", "GONE"))
    for name, value in environment(tmp_path, {"SDENGINE_REPORT": "changed"}).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["run", "--direct"])
    assert done.exit_code == 1
    assert "no scenario has results" in done.stdout
    assert "growth/yr" not in done.stdout, "a table without rows"
    said = text_of(report_folder(tmp_path / "data") / "index.html")
    assert "No scenario has been published." in said
    assert "lost: " in said
