"""What `sdengine scenarios` shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.errors import UsageError
from flows.scenarios.files import LoadedScenarios, load_scenarios
from flows.scenarios.report import check_lines, expanded, find, list_rows
from sdengine.scenario import Scenario

APPLE = '[[assets]]\nticker = "AAPL"\n'


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedScenarios:
    (tmp_path / "good.toml").write_text('description = "fine"\n' + APPLE)
    (tmp_path / "grid.toml").write_text(
        'source = "yfinance"\n[[assets]]\nticker = "NVDA"\n[sweep]\n"portfolio.path" = ["calm", "nearest"]\n'
    )
    (tmp_path / "bad.toml").write_text("[portfolio]\npath = 3\ncash_rate = true\n" + APPLE)
    return load_scenarios(tmp_path)


def test_the_list_has_a_row_per_file_or_per_member(loaded: LoadedScenarios) -> None:
    rows = list_rows(loaded)
    assert [(row["name"], row["scenarios"], row["assets"], row["source"]) for row in rows] == [
        ("good", 1, "AAPL", "any"),
        ("grid", 2, "NVDA", "yfinance"),
        ("bad", 0, "", ""),
    ]
    assert rows[0]["description"] == "fine"
    assert rows[0]["window"] == "first bar to last bar"
    assert rows[2]["description"].startswith("invalid: `portfolio.path` is 3; allowed: ")
    assert len({tuple(row) for row in rows}) == 1
    assert [row["name"] for row in list_rows(loaded, members=True)][1:3] == ["grid[path=calm]", "grid[path=nearest]"]


def test_the_check_tells_every_problem_on_its_own_line(loaded: LoadedScenarios) -> None:
    lines = check_lines(loaded)
    assert len(lines) == 2
    assert all("bad.toml: `portfolio." in line for line in lines)


def test_one_is_found_by_name_or_with_a_hint(loaded: LoadedScenarios) -> None:
    assert find(loaded, "grid[path=calm]").portfolio.path == "calm"
    with pytest.raises(UsageError, match=r"there is no scenario goud; did you mean `good`\?"):
        find(loaded, "goud")
    with pytest.raises(UsageError, match=r"grid is a sweep of 2 scenarios; ask for one of them, such as 'grid\[path"):
        find(loaded, "grid")
    with pytest.raises(UsageError, match="cash_rate"):
        find(loaded, "bad")


@pytest.mark.parametrize("scenario", load_scenarios().scenarios, ids=lambda scenario: scenario.name)
def test_the_expanded_text_reads_back_as_the_same_scenario(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text(expanded(scenario), encoding="utf-8")
    again = load_scenarios(tmp_path).scenarios[0]
    assert again.parameters() == scenario.parameters()
    assert (again.source, again.description) == (scenario.source, scenario.description)


@pytest.mark.parametrize("given", [{"ticker": "SPY"}, {"weights": {"SPY": 0.6, "BRK.B": 0.4}}], ids=str)
def test_the_expanded_text_has_the_benchmark(given: dict[str, Any], tmp_path: Path) -> None:
    scenario = Scenario.from_dict({"assets": [{"ticker": "AAPL"}], "benchmark": given})
    (tmp_path / "again.toml").write_text(expanded(scenario), encoding="utf-8")
    assert load_scenarios(tmp_path).scenarios[0].benchmark == scenario.benchmark


def test_the_expanded_text_of_a_twin_and_of_a_member_names_them_in_a_comment(loaded: LoadedScenarios) -> None:
    assert expanded(find(loaded, "grid[path=calm]")).startswith("# grid[path=calm]\n")
    twin = find(loaded, "good").twin("ath_only")
    assert expanded(twin).startswith(f"# {twin.name}\n")
    assert 'name = "good"' in expanded(find(loaded, "good"))
