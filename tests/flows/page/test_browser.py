"""What a browser makes of the pages: every picture drawn, nothing complained of, nothing asked of anybody."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.page.pages import slug

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian's package chromium)")


def opened(file: Path, scratch: Path, *, width: int = 1200, dark: bool = False) -> tuple[str, str]:
    """Open a page; return its document once its script has run, and what the browser wrote on its console."""
    words = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"]
    words += ["--disable-background-networking", "--enable-logging=stderr", "--virtual-time-budget=10000"]
    words += [f"--user-data-dir={scratch}", f"--window-size={width},900"]
    words += ["--blink-settings=preferredColorScheme=0"] if dark else []
    done = subprocess.run([*words, file.as_uri()], capture_output=True, text=True, timeout=180, check=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)], ids=["a desk by day", "a phone by night"])
def test_every_picture_is_drawn_and_nothing_is_complained_of(
    folder: Path, tmp_path: Path, width: int, dark: bool
) -> None:
    dom, console = opened(folder / f"{slug('income')}.html", tmp_path, width=width, dark=dark)
    asked = re.findall(r'data-plot="(plot-[\w-]+)"', dom)
    assert len(asked) >= 4
    assert dom.count('class="main-svg"') >= 2 * len(asked), "Plotly lays two drawings on each other"
    assert console == ""
    colour = "rgb(230, 232, 235)" if dark else "rgb(31, 35, 40)"
    assert f"fill: {colour}" in dom, "the text of the pictures follows the reader's system"


def test_a_page_that_is_older_than_the_results_says_so(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "report"))
    name = slug("full")
    fresh, _ = opened(copy / f"{name}.html", tmp_path / "one")
    night = copy / "night.js"
    night.write_text(re.sub(rf'("{name}": )"\w+"', r'\1"another"', night.read_text()))
    older, _ = opened(copy / f"{name}.html", tmp_path / "two")
    shown = re.compile(r'<p class="warning" id="stale">')
    assert (shown.search(fresh), bool(shown.search(older))) == (None, True)


def test_no_page_names_anything_elsewhere(folder: Path) -> None:
    """Links and sources lie beside the page; the policy that stands in it lets no script ask anybody."""
    for file in folder.glob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|href)="(?:\w+:)?//', html), file.name
        assert "default-src 'none'" in html


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["index", slug("income"), slug("grid sweep")])
def test_an_accessibility_checker_finds_nothing(folder: Path, tmp_path: Path, name: str, dark: bool) -> None:
    """The rules of axe-core: names, contrast, order of headings, what can be reached by keyboard."""
    checker = pytest.importorskip("axe_core_python", reason="axe-core-python brings the checker")
    rules = (Path(str(checker.__file__)).parent / "axe.min.js").read_text(encoding="utf-8")
    copy = Path(shutil.copytree(folder, tmp_path / "report")) / f"{name}.html"
    ask = "axe.run().then(found => document.body.dataset.axe = found.violations.map(one => one.id + ': ' + "
    ask += "one.nodes.map(node => node.html.slice(0, 90)).slice(0, 3).join(' ')).join('; ') || 'nothing')"
    html = copy.read_text(encoding="utf-8").replace("</body>", f"<script>{rules}</script><script>{ask}</script></body>")
    copy.write_text(html, encoding="utf-8")
    dom, _ = opened(copy, tmp_path / "browser", dark=dark)
    assert re.findall(r'data-axe="([^"]*)"', dom) == ["nothing"]
