"""How texts, tables and pictures become HTML: nothing becomes markup, and arrays are packed as Plotly packs them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from flows.page.markup import explained
from flows.page.part import Part, Table
from flows.page.render import render
from flows.page.sections import drawing, packed
from flows.page.tables import figures, short
from sdengine.figures.tables import sweep_map
from tests.flows.page.conftest import TODAY


def test_ranges_are_figures_and_only_tables_with_long_cells_fold() -> None:
    ranges = Table(("could be", "what"), [("33 % to 100 %", "the past"), ("-7.8 points to +1.7 points", "y" * 28)])
    assert figures(ranges) == [True, False]
    assert short(ranges)
    assert not short(Table(("what",), [("the past",), ("y" * 29,)]))


@pytest.mark.parametrize(
    "values",
    [
        np.array([1.5, np.nan, -np.inf], np.float32),
        np.array([[1.0, 2.0], [3.0, np.nan]]),
        np.array([-127, 127]),
        np.array([1999, 2026]),
        np.array([1 << 20, -(1 << 20)]),
        np.array(["a", "b"]),
        np.array([]),
    ],
    ids=["floats", "a map", "a byte", "years", "more", "names", "nothing"],
)
def test_arrays_are_packed_as_plotly_packs_them(values: np.ndarray) -> None:
    from plotly.graph_objects import Figure, Heatmap, Scatter

    figure = Figure(Heatmap(z=values) if values.ndim > 1 else Scatter(y=values))
    assert packed(values) == json.loads(str(figure.to_json()))["data"][0]["z" if values.ndim > 1 else "y"]


HOSTILE = "<img src=x onerror=alert(1)></script>\u202e\x1b[31m"


def test_a_hostile_name_is_text() -> None:
    """Nowhere does a name become markup: in the text, in a table, in a picture, behind a word that explains itself."""
    figure = sweep_map.drawing([HOSTILE], [HOSTILE], [[0.1]], names=("a", HOSTILE), of="growth a year")
    part = Part(
        "map", HOSTILE, f"{HOSTILE} fall {HOSTILE}", figure, HOSTILE, Table((HOSTILE,), [(HOSTILE,)]), sql=HOSTILE
    )
    html = render(
        name="x", key="k", batch={"batch_id": HOSTILE, "started_at": TODAY}, title=HOSTILE,
        sentence=HOSTILE, last=TODAY, old=False, warnings=[HOSTILE], parts=[part],
    )  # fmt: skip
    assert type(html) is str, "whoever goes on with it is not surprised by markup"
    assert "<img" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert html.count("</script>") == 4, "the night's, the library's, the figure's and the page's own"
    assert "&lt;img src=x" in html


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("\u202e</script>", "\\u202e</script>"),
        ("\u00e9 \u6f22 \U0001f600", "\u00e9 \u6f22 \U0001f600"),
        (r"a \u0001 of six letters", r"a \u0001 of six letters"),
        ('"a\n\x1b\x7f\x9b"', r'"a\n\x1b\x7f\x9b"'),
    ],
    ids=["turns the writing", "letters", "no sign, but its name", "signs"],
)
def test_what_a_picture_cannot_show_is_named_in_it(name: str, drawn: str) -> None:
    written = drawing(sweep_map.drawing([name], ["1"], [[0.1]], names=("a", "b"), of="growth a year"))
    assert "<" not in written, "what could end the script that it stands in"
    assert json.loads(written)["data"][0]["x"] == [drawn]


def test_the_first_word_of_the_glossary_explains_itself() -> None:
    told = explained("the deepest fall & the bank")
    assert told.startswith('the deepest <dfn tabindex="0" data-means="How far')
    assert told.endswith("</dfn> &amp; the bank")
    assert explained("falling <b>") == "falling &lt;b&gt;"
