"""Finding and reading scenario files: one bad file never stops the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.scenarios.files import LoadedScenarios, load_scenarios, runs_on

APPLE = '[[assets]]\nticker = "AAPL"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def names(loaded: LoadedScenarios) -> list[str]:
    return [scenario.name for scenario in loaded.scenarios]


def reasons(loaded: LoadedScenarios) -> dict[str, list[str]]:
    return {bad.name: [problem.text for problem in bad.problems] for bad in loaded.invalid}


def test_a_file_is_a_scenario_named_by_itself_or_by_its_stem(folder: Callable[..., Path]) -> None:
    place = folder(b=APPLE, a='name = "named"\n' + APPLE)
    assert names(load_scenarios(place)) == ["named", "b"]
    assert names(load_scenarios(place / "b.toml")) == ["b"]
    assert names(load_scenarios(str(place / "a.toml"))) == ["named"]


def test_a_sweep_is_loaded_member_by_member(folder: Callable[..., Path]) -> None:
    place = folder(grid=APPLE + '[sweep]\n"asset_defaults.sd_n" = [4, 8]\n')
    loaded = load_scenarios(place)
    assert names(loaded) == ["grid[sd_n=4]", "grid[sd_n=8]"]
    assert {scenario.sweep_of for scenario in loaded.scenarios} == {"grid"}
    assert loaded.files["grid"] == loaded.files["grid[sd_n=4]"] == str(place / "grid.toml")


def test_a_base_is_found_by_stem_by_name_or_by_file(folder: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "far.toml").write_text("[portfolio]\ninitial_cash = 7\n" + APPLE)
    place = folder(
        _base='name = "the base"\n[portfolio]\ninitial_cash = 5\n' + APPLE,
        by_stem='extends = "_base"',
        by_name='extends = "the base"',
        by_file='extends = "deeper/far.toml"',
    )
    loaded = load_scenarios(place)
    assert loaded.invalid == ()
    assert {s.name: s.portfolio.initial_cash for s in loaded.scenarios} == {"by_stem": 5, "by_name": 5, "by_file": 7}


def test_a_base_lies_beside_a_single_file_or_ships(folder: Callable[..., Path]) -> None:
    place = folder(_base=APPLE, mine='extends = "_base"', ours='extends = "full"')
    assert names(load_scenarios(place / "mine.toml")) == ["mine"]
    assert [a.ticker for a in load_scenarios(place / "ours.toml").scenarios[0].assets] == [
        "AAPL",
        "IBM",
        "MSFT",
        "GOOG",
    ]


def test_one_bad_file_does_not_stop_the_others(folder: Callable[..., Path]) -> None:
    place = folder(
        good=APPLE,
        typo="[portfolio]\ninital_cash = 1\n" + APPLE,
        broken="[portfolio\n",
        lost='extends = "god"',
        gone='extends = "gone/base.toml"',
        twice='name = "good"\n' + APPLE,
        heir='extends = "broken"',
        circle='extends = "circle"',
    )
    (place / "latin.toml").write_bytes(b'description = "\xe9"\n')
    loaded = load_scenarios(place)
    assert names(loaded) == ["good"]
    problems = reasons(loaded)
    assert problems.pop("broken")[0].startswith("is not valid TOML: ")
    assert problems == {
        "typo": ["unknown key `portfolio.inital_cash`; did you mean `initial_cash`?"],
        "lost": ['`extends`: there is no scenario "god"; did you mean `good`?'],
        "gone": [f"`extends`: there is no file {place / 'gone/base.toml'}"],
        "good": [f'the name "good" is taken by {place / "good.toml"}; allowed: a name of its own'],
        "heir": ["is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 11)"],
        "circle": ["`extends` goes round in a circle: circle extends circle"],
        "latin": ["is not UTF-8 text: invalid continuation byte"],
    }
    files = {bad.file for bad in loaded.invalid}
    assert str(place / "typo.toml") in files
    assert all(problem.file for bad in loaded.invalid for problem in bad.problems)


def test_a_sweep_and_a_scenario_do_not_share_a_name(folder: Callable[..., Path]) -> None:
    place = folder(grid=APPLE + '[sweep]\n"asset_defaults.sd_n" = [4, 8]\n', other='name = "grid"\n' + APPLE)
    assert list(reasons(load_scenarios(place))) == ["grid"]


def test_only_toml_files_of_the_folder_itself_are_read(folder: Callable[..., Path], tmp_path: Path) -> None:
    place = folder(good=APPLE, _base=APPLE)
    (place / "notes.txt").write_text("no scenario")
    (place / "sub.toml").mkdir()
    (place / ".hidden.toml").write_text(APPLE)
    assert names(load_scenarios(place)) == ["good"]
    assert names(load_scenarios(place / "_base.toml")) == ["_base"]


def test_a_missing_place_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        load_scenarios(tmp_path / "nowhere.toml")
    with pytest.raises(UsageError, match=r"there is no scenario \(\*.toml\) in this folder"):
        load_scenarios(tmp_path)


def test_a_scenario_runs_on_its_source_only(folder: Callable[..., Path]) -> None:
    place = folder(any=APPLE, yahoo='source = "yfinance"\n' + APPLE)
    everywhere, yahoo = load_scenarios(place).scenarios
    assert [runs_on(everywhere, source) for source in ("sample", "yfinance")] == [True, True]
    assert [runs_on(yahoo, source) for source in ("sample", "yfinance")] == [False, True]
