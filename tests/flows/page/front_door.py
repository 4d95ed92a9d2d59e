"""What the README leads with: a picture of a page, and the table of an income that lasted or did not.

`python -m tests.flows.page.front_door WAREHOUSE` makes both anew from a night of the scenarios that ship, on the
sample; the picture takes Chromium. In the picture's file stands what it shows, so that a test sees when it is old.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import zlib
from datetime import date
from pathlib import Path

from flows.page.compose import compose, subject_of
from flows.page.head import cards
from flows.page.pages import page_of
from flows.page.parts.orders import orders
from flows.page.wording import whole
from flows.results.choosing import choose_run
from tests.flows.nights import ROOT
from tests.flows.page.browser import Browser, opened
from warehouse import Results

README = ROOT / "README.md"
PICTURE = Path(__file__).with_name("front_door.png")
SHOWN = "withdrawals"
MORNING = date(2013, 3, 2)
"""The morning after the sample's last bar."""
NIGHT = re.compile(r'(<p class="night"[^>]*>).*?(</p>)')
AS_OF = f"Pictured on the sample, as read on {MORNING}, the day after its last bar."
"""Stands in the picture for when its night began: that is years after the morning whose clock it shows."""
WIDTH, HEIGHT = 1000, 1700
BEGINS = "| begun |"
TABLE = """
select
    policy.window_start as begun, policy.withdrawals as paid, policy.withdrawals_due as due, policy.months_none,
    policy.final_value as policy_left, always.final_value as always_left, always.withdrawals as always_paid,
    benchmark.final_value as benchmark_left, benchmark.depleted_on as benchmark_dry, policy.benchmark
from metrics.ranking as policy
join metrics.ranking as always on always.window_start = policy.window_start and always.sweep = 'always_paid'
join metrics.runs as benchmark on benchmark.run_id = policy.benchmark_twin
where policy.sweep = 'would_it_last'
order by begun
"""


def table(results: Results) -> str:
    """Write the table as the README has it."""
    rows = results.records(TABLE)
    (benchmark,) = {row["benchmark"] for row in rows}
    lines = [
        f"{BEGINS} paid, of what was due | months unpaid | left | always paid, shares sold for it: left "
        f"| {benchmark} held, paying the same: left |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        assert row["always_paid"] == row["due"], "always paid"
        dry = f"; nothing since {row['benchmark_dry']:%Y-%m}" if row["benchmark_dry"] else ""
        paid = f"{whole(row['paid'])} of {whole(row['due'])}"
        left = [whole(row[f"{name}_left"]) for name in ("policy", "always", "benchmark")]
        lines.append(f"| {row['begun']} | {paid} | {row['months_none']} | {' | '.join(left)}{dry} |")
    return "\n".join(lines) + "\n"


def shows(results: Results) -> list[list[str]]:
    """List the figures that the picture shows: the five at the page's head, and its orders."""
    page = page_of(results, [choose_run(results, SHOWN).run_id], MORNING)
    with subject_of(results, page, MORNING) as subject:
        listed, told_cards = orders(subject).table, cards(subject)
    assert listed is not None
    return [[card.name, card.figure, card.below] for card in told_cards] + [list(map(str, row)) for row in listed.rows]


def draw(results: Results, file: Path, scratch: Path) -> None:
    """Photograph the page as it is read on the morning after its last bar, and write into the file what it shows."""
    page = scratch / "page.html"
    about = page_of(results, [choose_run(results, SHOWN).run_id], MORNING)
    html, count = NIGHT.subn(rf"\g<1>{AS_OF}\g<2>", compose(results, about, MORNING, single=True))
    assert count == 1, "a page names its night"
    page.write_text(html, encoding="utf-8")
    browser = Browser(scratch / "browser")
    with opened(browser, page, width=WIDTH, height=HEIGHT, on=MORNING) as tab:
        picture = tab.photograph()
    browser.close()
    note = b"tEXtshows\0" + json.dumps(shows(results)).encode()
    chunk = (len(note) - 4).to_bytes(4) + note + zlib.crc32(note).to_bytes(4)
    file.write_bytes(picture[:AFTER_HEAD] + chunk + picture[AFTER_HEAD:])


AFTER_HEAD = 8 + 25
"""In a PNG: its signature, and the chunk that says its size."""


def said_in(file: Path) -> list[list[str]]:
    """Read what a picture says that it shows."""
    match = re.search(rb"tEXtshows\0(.*?\]\])", file.read_bytes(), re.DOTALL)
    assert match is not None
    return list(json.loads(match[1]))


def main(warehouse: str) -> None:
    """Draw the picture, and put the table into the README."""
    with Results.open(warehouse) as results, tempfile.TemporaryDirectory() as scratch:
        draw(results, PICTURE, Path(scratch))
        text = README.read_text(encoding="utf-8")
        old = re.search(rf"^{re.escape(BEGINS)}.*?\n(?!\|)", text, flags=re.MULTILINE | re.DOTALL)
        assert old is not None, "the README has a table that begins so"
        README.write_text(text.replace(old[0], table(results)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
