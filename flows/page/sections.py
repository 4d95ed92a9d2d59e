"""A part of a page as HTML: its sentence, its picture as data that the page's script draws, its table and its SQL."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from flows.page.markup import aged, each, explained, filled, undivided
from flows.page.tables import table_html
from flows.text import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from flows.page.part import Part
    from sdengine.figures.look import Drawing

SECTION = """<section id="{key}">
<h2><a href="#{key}">{title}</a></h2>
<p>{last}{lead}</p>
{old}{picture}{table}{notes}{folded}</section>
"""
PICTURE = """<div class="plot" role="img" aria-label="{alt}" id="plot-{key}" style="min-height: {height}px"></div>
<script type="application/json" data-plot="plot-{key}">{drawing}</script>
"""
FOLDED = """<details><summary>{what}</summary>
{table}{sql}</details>
"""
OLD = '<p class="warning" data-last="{last}"{hidden}>{sentence}</p>\n'
NONE = Markup("")


def section(part: Part, old: bool) -> Markup:
    """Write a part; `old`: whether its bars are too old to act on, on the day on which the page is made."""
    table = table_html(part.table, part.title) if part.table else NONE
    return filled(
        SECTION, key=part.key, title=part.title, lead=explained(part.lead),
        last=filled("The last bar is of {}. ", aged(part.last)) if part.last else "",
        old=warned(part.last, old, undivided(part.old)) if part.old and part.last else "",
        picture=_picture(part), table=NONE if part.folded else table,
        notes=each('<p class="note">{}</p>\n', map(undivided, part.notes)), folded=_folded(part, table),
    )  # fmt: skip


def warned(last: date, old: bool, sentence: Markup) -> Markup:
    """Write a warning that the reader's clock shows when the bars of `last` have become old."""
    return filled(OLD, last=last, hidden="" if old else " hidden", sentence=sentence)


def _picture(part: Part) -> Markup:
    if part.figure is None:
        return NONE
    height = part.figure.layout["height"]
    return filled(PICTURE, key=part.key, alt=part.alt, height=height, drawing=drawing(part.figure))


def _folded(part: Part, table: Markup) -> Markup:
    below = table if part.folded else NONE
    what = " and ".join(["The table"] * bool(below) + ["the SQL"] * bool(part.sql))
    sql = filled('<pre tabindex="0"><code>{}</code></pre>', part.sql) if part.sql else NONE
    return filled(FOLDED, what=what[:1].upper() + what[1:], table=below, sql=sql) if what else NONE


def drawing(figure: Drawing) -> Markup:
    """Write a figure as JSON that nothing in it can end, and whose texts hold nothing that cannot be read."""
    text = json.dumps(_with_shared(figure), default=packed, allow_nan=False, separators=(",", ":"))
    return Markup(ESCAPED.sub(_readable, text).replace("<", "\\u003c"))


def _readable(match: re.Match[str]) -> str:
    """Leave what can be read as JSON writes it; of what cannot, write how Python would say it."""
    text = json.loads(f'"{match[0]}"')
    return match[0] if text.isprintable() else json.dumps(printable(text))[1:-1]


def _with_shared(figure: Drawing) -> dict[str, Any]:
    """Leave out the days that a trace shares with one before it, and name that one: the page's script brings them."""
    first: dict[bytes, int] = {}
    traces = []
    for k, trace in enumerate(figure.data):
        days = trace.get("x")
        known = first.setdefault(days.tobytes(), k) if isinstance(days, np.ndarray) else k
        traces.append(trace if known == k else trace | {"x": {"of": known}})
    return {"data": traces, "layout": figure.layout}


def packed(values: NDArray[Any]) -> Any:
    """Write an array as Plotly's script reads it, its bytes in base64: as `to_json` does, in a tenth of the time."""
    if values.dtype.kind not in "fi" or not values.size:
        return values.tolist()
    if values.dtype.kind == "i":
        reach = max(abs(int(values.min())), abs(int(values.max())))
        values = values.astype("i1" if reach < 1 << 7 else "i2" if reach < 1 << 15 else "i4")
    shape = {"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {}
    return {"dtype": values.dtype.str[1:], "bdata": b64encode(values.tobytes()).decode("ascii")} | shape


ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+|\\.|\x7f")
"""In JSON of ASCII: letters beyond it (some are pairs), signs that it escapes, and the one that it leaves unseen."""
