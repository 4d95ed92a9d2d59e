"""What a browser makes of the pages: every picture drawn, nothing complained of, nothing asked of anybody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from flows.page.folder import write_pages
from flows.page.pages import slug
from flows.page.part import Part, Table
from flows.page.render import render
from flows.page.wording import NOTHING
from sdengine.figures.tables import sweep_map
from tests.flows.page.browser import CHROMIUM, MISSING, Browser, opened
from tests.flows.page.conftest import TODAY
from warehouse import Results

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
INCOME = f"{slug('income')}.html"
PAGES = ("index.html", INCOME, f"{slug('grid sweep')}.html", f"{slug('begun sweep')}.html")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("browser"))
    yield started
    started.close()


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)], ids=["a desk by day", "a phone by night"])
@pytest.mark.parametrize("name", PAGES)
def test_every_picture_is_drawn_and_nothing_is_complained_of_or_asked(
    browser: Browser, folder: Path, name: str, width: int, dark: bool
) -> None:
    with opened(browser, folder / name, width=width, dark=dark) as page:
        assert page.console == []
        asked = {address.rsplit("/", 1)[0] for address in page.requests if not address.startswith("data:")}
        assert asked == {folder.as_uri()}, "nothing but what lies beside it"
        pictures = page.value("document.querySelectorAll('script[data-plot]').length")
        assert pictures >= {"index.html": 0, INCOME: 6}.get(name, 1)
        assert page.value("document.documentElement.scrollWidth") <= width, "nothing stands beside the page"
        colours = page.value("[...document.querySelectorAll('.plot .xtick text')].map(one => one.style.fill)")
        text = "rgb(230, 232, 235)" if dark else "rgb(31, 35, 40)"
        assert set(colours) <= {text}, "the text of the pictures follows the reader's system"
        assert colours or not pictures


@pytest.mark.parametrize(("width", "scales"), [(1200, 1), (390, 0)], ids=["desk", "phone"])
def test_figures_of_a_heat_map_lie_beside_each_other(browser: Browser, folder: Path, width: int, scales: int) -> None:
    with opened(browser, folder / INCOME, width=width) as page:
        boxes = "[...document.querySelectorAll('#plot-months .heatmap-label')].map(one => one.getBoundingClientRect())"
        sides = sorted(page.value(f"{boxes}.map(box => [box.left, box.right])"))
        assert len(sides) >= 5, "January to May"
        assert all(right < left for (_, right), (left, _) in pairwise(sides))
        assert page.value("document.querySelectorAll('#plot-months .colorbar').length") == scales


def test_a_phone_tells_the_most_important_first_and_where_a_table_goes_on(browser: Browser, folder: Path) -> None:
    shown = "[...document.querySelectorAll('tbody tr')[0].querySelectorAll('td[data-name]')]"
    shown += ".filter(cell => cell.offsetParent).map(cell => cell.dataset.name)"
    with opened(browser, folder / "index.html", width=390) as page:
        assert page.value(shown) == ["growth a year", "verdict", "warnings"]
        page.value("document.querySelector('.opens button').click()")
        assert "deepest fall" in page.value(shown)
        assert page.value("document.querySelector('.opens button').getAttribute('aria-expanded')") == "true"
    with opened(browser, folder / "index.html") as page:
        assert "deepest fall" in page.value(shown), "a desk has room for all"
    with opened(browser, folder / INCOME, width=390) as page:
        box = "document.querySelector('#orders .scroll')"
        assert page.value(f"{box}.classList.value") == "scroll right"
        page.value(f"{box}.scrollLeft = 9999; new Promise(done => setTimeout(() => done(1), 200))")
        assert page.value(f"{box}.classList.value") == "scroll left"


def test_a_page_that_is_older_than_the_results_says_so(browser: Browser, folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "report"))
    name = slug("full")
    night = copy / "night.js"
    now = night.read_text(encoding="utf-8")
    later = re.sub(rf'("{name}": )"\w+"', r'\1"another"', now)
    for told, hidden in ((now, True), (later, False)):
        night.write_text(told, encoding="utf-8")
        with opened(browser, copy / f"{name}.html") as page:
            assert page.value("document.getElementById('stale').hidden") is hidden


def test_ages_are_told_by_the_clock_of_whoever_looks(browser: Browser, results: Results, tmp_path: Path) -> None:
    """Made the morning after its last bar, 9 May, and opened 71 days later: nothing of it is to be acted on."""
    write_pages(results, tmp_path, date(2024, 5, 10))
    warned = "[...document.querySelectorAll('.warning[data-last]')].map(box => !box.hidden)"
    grey = "[...document.querySelectorAll('tr[data-acted]')].map(row => row.className)"
    with opened(browser, tmp_path / INCOME, on=date(2024, 5, 16)) as page:
        assert page.value(warned) == [False, False], "at the top, and at the orders"
        assert page.value(grey) == ["", "", "", ""], "two assets, each with a buy and a sell"
        told = page.value("document.getElementById('orders').innerText")
        assert "The last bar is of 2024-05-09 (7 days ago). " in told
    with opened(browser, tmp_path / INCOME, on=date(2024, 7, 19)) as page:
        assert page.value(warned) == [True, True]
        assert page.value(grey) == ["grey"] * 4
        said = "The last bar is of 2024-05-09 (71 days ago): nothing here is about today."
        assert page.value("document.querySelector('.warning[data-last]').innerText") == said
    near = "[...document.querySelectorAll('[data-near]')].map(cell => cell.innerText)"
    for on, old in ((date(2024, 5, 16), False), (date(2024, 7, 19), True)):
        with opened(browser, tmp_path / "index.html", on=on) as page:
            assert (set(page.value(near)) == {NOTHING}) is old, "of old bars no order is near"
    assert "days ago" not in (tmp_path / INCOME).read_text(encoding="utf-8"), "what is true without a script is a date"


def test_no_page_names_anything_elsewhere(folder: Path) -> None:
    """Links and sources lie beside the page; the policy that stands in it lets no script ask anybody."""
    for file in folder.glob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|href)="(?:\w+:)?//', html), file.name
        assert "default-src 'none'" in html


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_an_accessibility_checker_finds_nothing(browser: Browser, folder: Path, name: str, dark: bool) -> None:
    """The rules of axe-core: names, contrast, order of headings, what can be reached by keyboard."""
    checker = pytest.importorskip("axe_core_python", reason="axe-core-python brings the checker")
    rules = (Path(str(checker.__file__)).parent / "axe.min.js").read_text(encoding="utf-8")
    with opened(browser, folder / name, dark=dark) as page:
        page.value(f"{rules}; 1")
        told = "one => one.id + ': ' + one.nodes.map(node => node.html).join(' ')"
        found = page.value(f"axe.run().then(all => all.violations.map({told}))")
    assert found == []


def test_all_can_be_done_by_keyboard(browser: Browser, folder: Path) -> None:
    """The first key leads past the head; a word explains itself when reached; a fold opens; wide tables scroll."""
    with opened(browser, folder / INCOME) as page:
        page.press("Tab")
        assert page.value("document.activeElement.className") == "skip"
        assert page.value("document.activeElement.getBoundingClientRect().left") >= 0, "it is seen when it is reached"
        page.press("Enter")
        assert page.value("location.hash") == "#main"
        reached: dict[str, int] = {}
        for _ in range(200):
            page.press("Tab")
            tag = page.value("document.activeElement.tagName + document.activeElement.className")
            if tag == "BODY":
                break
            reached[tag] = reached.get(tag, 0) + 1
            if tag == "DFN" and reached[tag] == 1:
                shown = page.value("getComputedStyle(document.activeElement, '::after').content")
                assert shown.strip('"') == page.value("document.activeElement.dataset.means")
            if tag == "SUMMARY" and reached[tag] == 1:
                page.press("Enter")
                assert page.value("document.activeElement.parentElement.open") is True
        closed = page.value("document.querySelectorAll('main summary').length")
        assert reached["SUMMARY"] == closed > 5
        assert reached["DIVscroll"] > 3
        assert reached["DFN"] > 3


def test_on_paper_it_is_black_on_white_and_no_wider(browser: Browser, folder: Path) -> None:
    """A reader by night prints it: A4 has 718 points' worth of pixels between Chromium's margins."""
    with opened(browser, folder / INCOME, dark=True) as page:
        assert page.on_paper().startswith(b"%PDF")
        page.ask("Emulation.setDeviceMetricsOverride", width=718, height=1000, deviceScaleFactor=1, mobile=False)
        page.media(paper=True, dark=True)
        page.value("window.dispatchEvent(new Event('beforeprint')); 1")
        page.value("new Promise(done => setTimeout(() => done(1), 300))")
        assert page.value("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.value("[...document.querySelectorAll('.plot .main-svg')].every(one => one.clientWidth <= 718)")
        fills = page.value("[...document.querySelectorAll('.plot .xtick text')].map(one => one.style.fill)")
        assert set(fills) == {"rgb(31, 35, 40)"}
        hidden = page.value(
            "['details', 'nav', '.skip'].map(one => getComputedStyle(document.querySelector(one)).display)"
        )
        assert hidden == ["none"] * 3
        assert page.value("document.documentElement.scrollWidth") <= 718


HOSTILE = '<img src=x onerror="window.hurt = 1"></script><script>window.hurt = 2</script>\';window.hurt = 3;//'


def test_a_hostile_name_does_nothing_in_a_browser(browser: Browser, folder: Path) -> None:
    figure = sweep_map.drawing([HOSTILE], ["a", HOSTILE], [[0.1], [0.2]], names=(HOSTILE, "b"), of=HOSTILE)
    part = Part("map", HOSTILE, HOSTILE, figure, HOSTILE, Table((HOSTILE,), [(HOSTILE,)]), sql=HOSTILE, notes=[HOSTILE])
    html = render(
        name=HOSTILE, key=HOSTILE, batch={"batch_id": HOSTILE, "started_at": TODAY}, title=HOSTILE,
        sentence=HOSTILE, last=TODAY, old=False, warnings=[HOSTILE], parts=[part],
    )  # fmt: skip
    file = folder / "hostile.htm"
    file.write_text(html, encoding="utf-8")
    with opened(browser, file) as page:
        assert page.console == []
        assert page.value("window.hurt") is None
        assert page.value("document.querySelectorAll('img').length") == 0
        assert page.value("document.querySelector('h1').innerText") == HOSTILE
