"""What stands on the pages is what SQL answers; only what has changed is made anew; a bad page holds nothing back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.page import folder as page_folder
from flows.page.answers import Answers, split
from flows.page.folder import are_of, made_from, write_pages
from flows.page.pages import Page, pages, slug
from flows.page.read import Subject
from flows.results.freshest import published
from tests.flows.nights import BASE, ROOT, night, settings, write_bars, write_scenarios
from tests.flows.page.conftest import TODAY
from tests.flows.page.published import SAID
from warehouse import NoResults, QueryRefused, Results


def text_of(file: Path) -> str:
    """Read what a person reads: without tags and scripts."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_there_is_a_page_for_each_scenario_sweep_and_night(folder: Path) -> None:
    named = {file.name for file in folder.glob("*.html")}
    best = [name for name in named if name.startswith(("begun-start", "grid-"))]
    assert {"index.html", f"{slug('full')}.html", f"{slug('income')}.html", f"{slug('grid sweep')}.html"} <= named
    assert len(named) == 8
    assert len(best) == 3, "each sweep has its own page, and its best member has one"


def test_the_five_figures_are_those_of_sql(folder: Path, results: Results) -> None:
    (row,) = results.records("from metrics.runs where scenario = 'income' and role = 'scenario'")
    said = text_of(folder / f"{slug('income')}.html")
    assert f"income {SAID} 10,000 in 2 assets" in said, "what it is for, under its name"
    assert row["withdrawals_due"] == 800.0, "200 in February, March, April and May"
    for figure in (
        f"value {row['final_value']:,.0f}",
        f"{row['withdrawals']:,.0f} of 800",
        f"{100 * row['max_drawdown']:.1f} %",
        f"{100 * row['cagr_net']:,.1f} %",
        f"{100 * row['excess_cagr']:+.1f} points",
    ):
        assert figure in said, figure


def test_what_is_ahead_or_below_is_said_without_a_sign(folder: Path, results: Results) -> None:
    (row,) = results.records("from metrics.runs where scenario = 'full' and role = 'scenario'")
    assert row["excess_cagr"] < 0.0
    said = text_of(folder / f"{slug('full')}.html")
    assert f" It grew {-100 * row['excess_cagr']:.1f} points a year less than buy and hold" in said
    nav = 1.0 - (row["final_value"] - row["final_bank"]) / row["final_nav_value"]
    assert nav > 0.0
    assert f"All together the assets are worth {100 * nav:.1f} % below their NAV value" in said


def test_the_years_and_months_are_those_of_sql(folder: Path, results: Results) -> None:
    said = text_of(folder / f"{slug('income')}.html")
    run_id = results.scalar("select run_id from metrics.runs where scenario = 'income' and role = 'scenario'")
    (year,) = results.records("from metrics.years where run_id = $run_id", {"run_id": run_id})
    assert f"2024 {year['synthetic_dividends']:,.0f} {year['dividends']:,.0f}" in said
    for (change,) in results.rows(
        "select total_return from metrics.monthly where run_id = $run_id", {"run_id": run_id}
    ):
        assert f"{100 * change:+.1f} %" in said


def test_the_fall_that_is_drawn_is_the_fall_that_is_said(folder: Path, results: Results) -> None:
    html = (folder / f"{slug('full')}.html").read_text(encoding="utf-8")
    found = json.loads(re.search(r'data-plot="plot-value">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]  # None fails the test
    drawn = next(trace for trace in found["data"] if trace["name"] == "fall of portfolio")
    deepest = results.scalar("select max_drawdown from metrics.runs where scenario = 'full' and role = 'scenario'")
    assert min(numbers(drawn["y"])) == pytest.approx(-100 * deepest, rel=1e-6)


def numbers(stored: dict[str, str]) -> list[float]:
    """Read Plotly's typed arrays."""
    import base64

    return np.frombuffer(base64.b64decode(stored["bdata"]), stored["dtype"]).astype(float).tolist()


def test_weights_and_premiums_that_are_drawn_are_those_of_sql(results: Results) -> None:
    """The engine reckons them: the view, which answers the query below the picture, takes ten times as long."""
    page = next(page for page in pages(results, TODAY) if page.name == slug("income"))
    answers = Answers(results, [page.run_id], TODAY)
    weeks = Subject(answers, page).asset_weeks
    found = answers.frame("asset_weeks", page.run_id)
    assert found is not None
    assert found["ticker"].unique().sort().to_list() == ["SAW", "UP"] == list(weeks)
    for ticker, rows in split(found, "ticker").items():
        assert weeks[ticker]["date"].tolist() == rows["date"].to_list()
        for name in ("weight", "nav_premium"):
            assert weeks[ticker][name].tolist() == pytest.approx(rows[name].to_list(), rel=1e-12)


def test_a_sweep_over_starts_says_whether_it_would_have_lasted(folder: Path, results: Results) -> None:
    said = text_of(folder / f"{slug('begun sweep')}.html")
    assert "Would it have lasted?" in said
    rows = results.rows(
        "select withdrawals, withdrawals_due from metrics.runs where sweep = 'begun' and role = 'scenario'"
    )
    assert sorted(due for _, due in rows) == [400.0, 800.0], "from March on: April and May"
    for paid, due in rows:
        assert f"{paid:,.0f} of {due:,.0f}" in said
    held = results.records("""
        select held.final_value, held.withdrawals
        from metrics.runs as runs join metrics.runs as held on held.run_id = runs.buy_and_hold_twin
        where runs.sweep = 'begun' and runs.role = 'scenario'
    """)
    assert len(held) == 2
    for row in held:
        assert f"{row['final_value']:,.0f}, paid {row['withdrawals']:,.0f} " in said


def test_what_it_is_worth_is_what_was_judged(folder: Path, results: Results) -> None:
    """130 days are too few to tell, and the page says so in the words of the stage that judges."""
    rows = results.rows("select scenario, verdict, sentence from judge.trials where scenario in ('full', 'income')")
    assert {verdict for _, verdict, _ in rows} <= {"behind", "short"}
    for scenario, verdict, sentence in rows:
        said = f"How sure is that? Verdict : {verdict}. {sentence[0].upper()}{sentence[1:]}."
        assert said in text_of(folder / f"{slug(scenario)}.html")
        assert f" {verdict} " in text_of(folder / "index.html")


def test_the_sql_below_a_picture_can_be_pasted(folder: Path, results: Results) -> None:
    """Each query that a page shows answers as it stands."""
    shown = [
        unescape(query)
        for file in folder.glob("*.html")
        for query in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", file.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert len(shown) > 20
    for query in shown:
        assert not query.startswith("--")
        assert results.rows(query)


def test_one_page_that_cannot_be_made_is_one_page(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page_folder.compose

    def compose(given: Results, page: Page, *rest: Any, **more: Any) -> str:
        if page.name == slug("full"):
            raise ValueError("no ink")
        return whole(given, page, *rest, **more)

    monkeypatch.setattr(page_folder, "compose", compose)
    with pytest.raises(PipelineError, match=r"full-\w+\.html \(no ink\)"):
        write_pages(results, tmp_path, TODAY)
    assert (tmp_path / "index.html").exists()
    assert not (tmp_path / f"{slug('full')}.html").exists()


def test_results_of_an_older_version_are_said_to_be_that(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not page by page: nothing is wrong with any of them."""

    def compose(*_: object, **__: object) -> str:
        raise QueryRefused("there is no such table")

    monkeypatch.setattr(page_folder, "compose", compose)
    monkeypatch.setattr(Results, "is_of_an_older_version", lambda _: True)
    said = "of an older version; `sdengine run` publishes it anew"
    with pytest.raises(NoResults, match=said), published(home / "data") as old:
        write_pages(old, home / "older", TODAY)


def test_a_scenario_that_never_holds_anything_has_a_page(tmp_path: Path) -> None:
    """100 in cash cannot buy a whole share at 100 with a weight of 0.4."""
    poor = (
        BASE.format(sd_n=8)
        .replace("initial_cash = 10000", "initial_cash = 100")
        .replace("lot_size = 0", "lot_size = 1")
    )
    write_bars(tmp_path / "bars", days=20)
    write_scenarios(tmp_path / "scenarios", poor=poor)
    night(tmp_path)
    with Results.open(tmp_path / "data") as opened:
        assert write_pages(opened, tmp_path / "report", TODAY)
    assert "value 100" in text_of(tmp_path / "report" / f"{slug('poor')}.html")


def test_only_what_has_changed_is_made_anew(home: Path, folder: Path, results: Results) -> None:
    assert write_pages(results, folder, TODAY) == []
    assert are_of(results, folder)
    one = folder / f"{slug('full')}.html"
    one.unlink()
    assert not are_of(results, folder)
    assert [page.file for page in write_pages(results, folder, TODAY)] == [one.name]


def test_pages_are_made_without_the_library_that_draws_elsewhere(home: Path, folder: Path, tmp_path: Path) -> None:
    """Its script lies there from the first night on."""
    shutil.copyfile(folder / "plotly.min.js", tmp_path / "plotly.min.js")
    asked = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from flows.page.folder import write_pages; from warehouse import Results\n"
        "with Results.open(sys.argv[1]) as results:\n"
        "    written = write_pages(results, Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))\n"
        "print(len(written), 'plotly' in sys.modules)\n"
    )
    words = [sys.executable, "-c", asked, str(home / "data"), str(tmp_path), str(TODAY)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["8", "False"]


def test_a_page_of_a_scenario_that_is_gone_goes_and_foreign_files_stay(results: Results, tmp_path: Path) -> None:
    write_pages(results, tmp_path, TODAY)
    gone = tmp_path / "gone.html"
    gone.write_text((tmp_path / "index.html").read_text(encoding="utf-8"), encoding="utf-8")
    foreign = tmp_path / "mine.html"
    foreign.write_text("<p>my own notes</p>")
    write_pages(results, tmp_path, TODAY)
    assert (gone.exists(), foreign.exists()) == (False, True)


def test_old_bars_are_told_at_the_top(results: Results, tmp_path: Path) -> None:
    """130 days from New Year on end on 9 May; what is read without a script is true on any day."""
    page = f"{slug('full')}.html"
    for today, old in ((date(2024, 5, 16), False), (date(2024, 5, 17), True)):
        write_pages(results, tmp_path, today)
        html = (tmp_path / page).read_text(encoding="utf-8")
        said = re.findall(r'<p class="warning" data-last="2024-05-09"( hidden)?>', html)
        assert said == ["" if old else " hidden"] * 2, "at the top, and at the orders"
        assert "The last bar is of 2024-05-09 : nothing here is about today." in text_of(tmp_path / page)
        assert not re.search(r"days (old|ago)", text_of(tmp_path / page))


def test_a_page_that_fails_holds_no_results_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Notes(Listener):
        def note(self, sentence: str) -> None:
            said.append(sentence)

    def broken(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(page_folder, "write_pages", broken)
    monkeypatch.setattr(page_folder, "are_of", lambda *_: False)
    outcome = run_night(Request(settings(home, report="changed")), Notes())
    assert outcome.published
    assert said == ["the pages could not be made: no ink; `sdengine report` tries it again"]


def test_the_night_makes_its_pages_and_the_next_one_mends_them(home: Path) -> None:
    run_night(Request(settings(home, report="changed")), Listener())
    index = home / "data" / "report" / "index.html"
    assert made_from(index) is not None
    index.unlink()
    run_night(Request(settings(home, report="changed")), Listener())
    assert made_from(index) is not None


def test_another_name_has_another_file() -> None:
    assert slug("A b") != slug("a-b")
    assert re.fullmatch(r"a-b-[0-9a-f]{8}", slug("A b"))


def test_pages_name_all_that_they_are_made_from(results: Results) -> None:
    first = {page.name: page.key for page in pages(results, TODAY)}
    assert first == {page.name: page.key for page in pages(results, TODAY)}
    assert first == {page.name: page.key for page in pages(results, TODAY + timedelta(days=1))}, "the reader's clock"
    fresh = {page.name: page.key for page in pages(results, date(2024, 5, 10))}
    assert all(first[name] != fresh[name] for name in first), "what was to be ordered then is not any more"
