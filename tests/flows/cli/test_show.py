"""`sdengine show`: one scenario's figures, its income by year, what it could not do, its data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.cli.home import ask, records
from tests.flows.nights import BASE, night, write_bars, write_scenarios
from warehouse import Results


def test_figures_are_those_of_the_tables(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = records(nights, monkeypatch, "show", "full")
    with Results.open(nights / "data") as results:
        (own,) = results.records("from metrics.runs where scenario = 'full'")
        (twin,) = results.records("from metrics.runs where run_id = $1", [own["buy_and_hold_twin"]])
    figures = {row["name"]: row for row in shown["figures"]}
    for name in ("final_value", "cagr", "max_drawdown", "synthetic_dividends"):
        assert figures[name]["scenario"] == own[name]
        assert figures[name]["held"] == twin[name]
    assert {row["ticker"] for row in shown["data"]} == {"UP", "SAW"}


def test_income_by_year_adds_up(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = records(nights, monkeypatch, "show", "income")
    with Results.open(nights / "data") as results:
        (own,) = results.records("from metrics.runs where scenario = 'income'")
    assert [row["year"] for row in shown["income by year"]] == [2024]
    for field, name in (("synthetic_dividends", "synthetic_dividends"), ("paid", "withdrawals")):
        assert sum(row[field] for row in shown["income by year"]) == pytest.approx(own[name])
    assert sum(row["due"] for row in shown["income by year"]) == pytest.approx(own["withdrawals_due"])
    assert own["withdrawals_due"] > 0


def test_an_order_that_was_not_done_is_told_once_with_what_lacked(
    nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held against a walk through the history: an order is told by its anchor and quantity."""
    with Results.open(nights / "data") as results:
        history = results.records(
            "select f.* from backtest.fills f join backtest.runs using (run_id) where scenario = 'poor' order by seq"
        )
    found: dict[tuple[str, float, float], list[float]] = {}
    for row in history:
        if row["action"] == "SKIP_BUY":
            lacked = row["qty"] * row["price"] - row["bank_after"]
            found.setdefault((row["ticker"], row["anchor"], row["qty"]), []).append(lacked)
    orders = records(nights, monkeypatch, "show", "poor")["reached and not done"]
    assert len(orders) == len(found) > 0
    assert sum(row["times"] for row in orders) == sum(map(len, found.values())) > len(orders)
    assert sorted(row["lacked"] for row in orders) == pytest.approx(sorted(map(min, found.values())))
    text = ask(nights, monkeypatch, "show", "poor").stdout
    assert "the bank lacked money" in text


def test_a_sweep_is_refused_with_its_members(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ask(nights, monkeypatch, "show", "grid")
    assert done.exit_code == 2
    assert "that is a sweep of 2 runs; name one of them" in done.stderr


def test_a_benchmark_that_could_not_be_compared_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(tmp_path / "bars", days=20)
    write_scenarios(tmp_path / "scenarios", x=BASE.format(sd_n=8) + '[benchmark]\nticker = "NOPE"\n')
    night(tmp_path)
    told = ask(tmp_path, monkeypatch, "show", "x").stdout
    assert "not compared with NOPE: " in " ".join(told.split())
