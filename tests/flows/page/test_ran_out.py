"""A comparison that has paid out all it had is no measure: wherever growth is told beside it, this is said instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.page.pages import slug
from tests.flows.cli.home import ask
from tests.flows.page.test_pages import text_of
from warehouse import Results


def test_what_has_run_out_of_money_is_no_measure(
    home: Path, folder: Path, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = results.records("from metrics.runs where scenario = 'careful' and role = 'scenario'")
    twins = {one["run_id"]: one for one in results.records("from metrics.runs where role = 'twin'")}
    held, other = twins[row["buy_and_hold_twin"]], twins[row["benchmark_twin"]]
    assert held["final_value"] == other["final_value"] == 0.0, "4,000 in February, March and April, of 10,000"
    assert row["benchmark_excess_cagr"] is not None
    page = text_of(folder / f"{slug('careful')}.html")
    assert f"against SAW outlived it SAW ran out of money on {other['depleted_on']}" in page
    for word, twin in (("benchmark", other), ("buy and hold", held)):
        assert f"{word} 0 {twin['withdrawals']:,.0f} ran out on {twin['depleted_on']}" in page
    assert "it ran out SAW ran out" in text_of(folder / "index.html")
    shown = ask(home, monkeypatch, "show", "careful").stdout
    assert len(re.findall(r"^ *(?:growth a year|total return).* ran out +ran out", shown, flags=re.MULTILINE)) == 3
    assert re.search(rf"out of money on +{other['depleted_on']} +{held['depleted_on']}", shown)
    ranked = ask(home, monkeypatch, "ranking").stdout
    assert "ran out: what it is compared with has paid out all it had before the end" in ranked
    assert re.search(r"careful.* ran out +ran out", ranked)
