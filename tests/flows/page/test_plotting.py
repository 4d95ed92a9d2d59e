"""`open_results(...).plot(...)` draws what the page draws."""

from __future__ import annotations

import importlib.util
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from flows.errors import UsageError
from flows.page.pages import slug
from warehouse import Results, open_results


def drawn(file: Path) -> dict[str, list[dict[str, object]]]:
    """Read the traces of a page's pictures by their keys; one that has the days of another gets them."""
    html = file.read_text(encoding="utf-8")
    found = re.findall(r'data-plot="plot-([\w-]+)">(.*?)</script>', html, re.DOTALL)
    pictures = {key: json.loads(unescape(figure))["data"] for key, figure in found}
    for picture in pictures.values():
        for trace in picture:
            if isinstance(trace.get("x"), dict) and "of" in trace["x"]:
                trace["x"] = picture[trace["x"]["of"]]["x"]
    return pictures


def traces(figure: Any) -> list[dict[str, Any]]:
    return list(json.loads(figure.to_json())["data"])


def test_it_is_the_picture_of_the_page(home: Path, folder: Path) -> None:
    page = drawn(folder / f"{slug('income')}.html")
    with open_results(home / "data") as results:
        assert traces(results.plot("income")) == page["value"]
        assert {key: traces(results.plot("income", key)) for key in page} == page
        assert traces(results.plot("grid")) == drawn(folder / f"{slug('grid sweep')}.html")["map"]
        assert traces(results.plot("begun")) == drawn(folder / f"{slug('begun sweep')}.html")["lasting"]


def test_what_there_is_no_picture_of_is_said(results: Results) -> None:
    with pytest.raises(UsageError, match=r"full has no picture 'data'; there are .*value, .*months, allocation"):
        results.plot("full", "data")
    with pytest.raises(UsageError, match="no scenario is called so"):
        results.plot("nobody")


def test_without_plotly_it_says_what_to_install(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="plotly, which is not installed here: pip install plotly"):
        results.plot("full")
