"""How counts and objects show themselves: a line in a terminal, a small table in a notebook, nothing in it markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


def figure(value: Any) -> str:
    """Write a value for the eye: thousands apart and two decimals from 1,000 on, six significant digits below."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def counted(count: int, word: str, several: str = "") -> str:
    """Write a count with its word: `1 order`, `1,234 orders`; `several` is the word for more where it takes no s."""
    return f"{count:,} {word if count == 1 else several or f'{word}s'}"


def of_all(count: int, total: int, word: str, several: str = "") -> str:
    """Write how many of all there are: `none of 6 starts`, `2 of 6 starts`, `all 6 starts`; of one `the one start`."""
    if total == 1:
        return f"the one {word}" if count else f"no {word}"
    some = "all" if count == total else f"{count:,} of" if count else "none of"
    return f"{some} {counted(total, word, several)}"


def whole(value: float) -> str:
    """Write an amount without decimals, thousands apart: `1,234,567`; from a trillion on as `1.235e+12`, to be read."""
    return f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.3e}"


def html_table(title: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Lay out rows under their names as HTML, numbers to the right; all text is escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<p>{escape(title)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f'<td style="text-align: right">{figure(value)}</td>' if number else f"<td>{escape(figure(value))}</td>"
