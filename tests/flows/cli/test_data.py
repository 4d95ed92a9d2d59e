"""`sdengine data`: what is stored, and by which rules it was judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.validate.rules.listing import RULES
from tests.flows.cli.home import ask, records


def test_every_rule_is_explained(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = records(nights, monkeypatch, "data", "--rules")
    assert [row["rule"] for row in told] == [rule.name for rule in RULES]
    assert all(row["meaning"] and row["looks_at"] and row["severity"] for row in told)


def test_limits_are_those_of_this_warehouse(nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "validation.toml").write_text("[limits.penny_stocks]\nstale_bars = 77\n")
    told = records(nights, monkeypatch, "data", "--rules", "--warehouse", str(tmp_path))
    assert "77 for penny_stocks" in next(row["limits"] for row in told if "stale_bars" in row["limits"])
    (tmp_path / "validation.toml").write_text("[limits.penny_stocks]\nstale_bar = 77\n")
    done = ask(nights, monkeypatch, "data", "--rules", "--warehouse", str(tmp_path))
    assert done.exit_code == 1
    assert "stale_bar" in done.stderr


def test_rules_of_one_ticker_are_those_of_all(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ask(nights, monkeypatch, "data", "--rules", "--ticker", "UP")
    assert done.exit_code == 2
    assert "--rules and --ticker exclude each other" in done.stderr
