"""A whole study: its tables agree with each other and with the room's README, whoever works it off."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sdengine.retirement
from sdengine.retirement import frames
from sdengine.retirement.odds import wilson
from sdengine.retirement.remade import one_path
from sdengine.retirement.study import Study, asset_bars, study
from sdengine.retirement.terms import Cpi, HorizonTooLong, StudyError, Terms
from sdengine.scenario import Scenario
from tests.sdengine.retirement.pasts import ladder, past

TERMS = Terms(
    years=(2, 1), rates=(0.06, 0.5), inflation=0.02, paths=10, rate_paths=6, block_weeks=4.0, seed=0, floor=400_000.0
)
README = Path(sdengine.retirement.__file__).with_name("README.md")


@pytest.fixture(scope="module")
def bars() -> pl.DataFrame:
    return past(120, shares=3, drift=-0.0005)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return ladder(("S0", "S1"), benchmark={"ticker": "S2"})


@pytest.fixture(scope="module")
def found(scenario: Scenario, bars: pl.DataFrame) -> Study:
    return study(scenario, bars, TERMS)


def one(found: Study, plan: int, who: str, basis: str) -> dict[str, Any]:
    is_it = (pl.col("plan") == plan) & (pl.col("who") == who) & (pl.col("basis") == basis)
    return found.plans.filter(is_it).to_dicts()[0]


def through_pickle(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
    """Work tasks off as a cluster does: what goes and comes is pickled."""
    for task in tasks:
        called, given = pickle.loads(pickle.dumps((function, task)))
        yield pickle.loads(pickle.dumps(called(given)))


def test_who_works_it_off_changes_no_row(found: Study, scenario: Scenario, bars: pl.DataFrame) -> None:
    for other in (study(scenario, bars, TERMS, threads=3), study(scenario, bars, TERMS, spread=through_pickle)):
        for name in ("plans", "windows", "paths", "fan", "changes"):
            assert getattr(other, name).equals(getattr(found, name)), name


def documented() -> dict[str, dict[str, str]]:
    """Read the columns and types of the README's tables, by their titles."""
    tables: dict[str, dict[str, str]] = {}
    name = ""
    for line in README.read_text(encoding="utf-8").splitlines():
        if line.startswith("**plans**"):
            name = "plans"
        elif line.startswith("| figure |"):
            name = "figures"
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if name and len(cells) == 3 and re.fullmatch(r"[a-z_0-9, ]+", cells[0]) and cells[1] != "type":
            if not set(cells[1]) <= {"-", " "}:
                tables.setdefault(name, {}).update(dict.fromkeys(cells[0].split(", "), cells[1]))
        elif not line and tables.get(name):
            name = ""
    return tables


def test_the_readme_lists_all_columns_with_their_types(found: Study) -> None:
    tables = documented()
    key = set(frames.KEY)
    assert tables["plans"] == {name: str(kind) for name, kind in found.plans.schema.items() if name not in key}
    figures = {name: str(kind) for name, kind in found.paths.schema.items() if name not in {*key, "path", "rank"}}
    assert len(figures) == 16
    assert tables["figures"] == figures
    assert {name: str(kind) for name, kind in found.windows.schema.items() if name in figures} == figures
    assert {"start", "end", "swr", "pwr", "rank"} == set(found.windows.columns) - set(figures) - key


def test_every_plan_has_a_row_for_each_who_and_basis(found: Study) -> None:
    rows = found.plans.select("plan", "years", "rate", "who", "basis").rows()
    plans = [(1, 2, 0.06), (2, 2, 0.5), (3, 1, 0.06), (4, 1, 0.5)]
    assert rows == [
        (*plan, who, basis)
        for plan in plans
        for who in ("scenario", "buy_and_hold", "benchmark")
        for basis in ("windows", "drawn")
    ]


def test_a_horizon_without_windows_says_why(found: Study) -> None:
    """120 weeks are 2.3 years: no windows of two, and one year has as many starts as if it stood alone."""
    row = one(found, 1, "scenario", "windows")
    assert (row["cases"], row["success"]) == (0, None)
    assert row["reason"].startswith("2 years are more than half of the 2.3 years that all assets have (2015-01-05 to")
    assert one(found, 1, "scenario", "drawn")["cases"] == 10
    # January 2015 to April 2016, the year behind which ends in April 2017
    assert one(found, 3, "scenario", "windows")["cases"] == 16
    starts = found.windows.filter((pl.col("plan") == 3) & (pl.col("who") == "benchmark"))["start"]
    assert (starts[0], starts[15]) == (date(2015, 1, 5), date(2016, 4, 1))


def test_without_paths_a_horizon_that_is_too_long_is_refused(scenario: Scenario, bars: pl.DataFrame) -> None:
    with pytest.raises(HorizonTooLong, match="allowed: at most 1, or drawn futures"):
        study(scenario, bars, Terms(years=(2,), rates=(0.06,), paths=0))


@pytest.mark.parametrize(("table", "basis"), [("windows", "windows"), ("paths", "drawn")])
def test_a_plan_s_row_sums_its_cases_up(found: Study, table: str, basis: str) -> None:
    """Half a million of a million a year cannot last for all: shares, means and extremes by polars."""
    for who in ("scenario", "buy_and_hold", "benchmark"):
        row = one(found, 4, who, basis)
        cases = getattr(found, table).filter((pl.col("plan") == 4) & (pl.col("who") == who))
        assert row["cases"] == cases.height
        assert row["success"] == (cases["months_short"] == 0).mean()
        assert row["paid_share"] == pytest.approx(cases["paid_real"].sum() / cases["asked_real"].sum(), rel=1e-12)
        assert row["months_in_full"] == pytest.approx(1.0 - cases["months_short"].mean() / 12.0, rel=1e-12)
        assert row["longest_short"] == cases["longest_short"].max()
        assert row["depleted"] == cases["depleted_on"].is_not_null().mean()
        assert row["floor_shortfall"] == pytest.approx(cases["floor_shortfall_real"].mean() / 400_000.0, rel=1e-12)
        assert row["kept_share"] == (cases["final_value_real"] >= 1_000_000.0).mean()
        assert row["final_real_50"] == pytest.approx(cases["final_value_real"].median(), rel=1e-12)
        # without taxes what is left is the last value, of which the fan keeps seven digits
        end = found.fan.filter(
            (pl.col("plan") == 4) & (pl.col("who") == who) & (pl.col("basis") == basis) & (pl.col("year") == 1)
        )
        assert end.filter(pl.col("quantile") == 0.5)["value_real"][0] == pytest.approx(row["final_real_50"], rel=1e-6)
        assert row["rate_cases"] == (cases.height if table == "windows" else 6)


def test_intervals_count_independent_pasts(found: Study) -> None:
    for basis in ("windows", "drawn"):
        row = one(found, 3, "scenario", basis)
        assert row["independent"] == pytest.approx(row["span_years"], rel=1e-12)
        assert (row["success_low"], row["success_high"]) == wilson(row["success"], row["span_years"])
    assert one(found, 3, "scenario", "windows")["mc_error"] is None
    assert one(found, 3, "scenario", "drawn")["mc_error"] is not None
    long = study(ladder(("S0",)), past(70, shares=1), Terms(years=(2,), rates=(0.06,), paths=2, rate_paths=0)).plans
    row = long.filter((pl.col("basis") == "drawn") & (pl.col("who") == "scenario")).to_dicts()[0]
    assert (row["success_low"], row["success_high"], row["swr_5"]) == (None, None, None)
    assert "this history of 1.3 years holds less than one such retirement" in row["reason"]
    assert "each of its weeks appears about 1.5 times in 2 years" in row["reason"]  # 69 whole weeks are 1.32 years


def test_rates_hold_and_the_next_do_not(found: Study, scenario: Scenario, bars: pl.DataFrame) -> None:
    """A year at the least safe rate of all windows is paid in full from every start; a half percent more is not."""
    row = one(found, 3, "scenario", "windows")
    windows = found.windows.filter((pl.col("plan") == 3) & (pl.col("who") == "scenario"))
    assert row["swr_0"] == windows["swr"].min()
    for more, success in ((0.0, 1.0), (0.005, 15 / 16)):
        terms = Terms(years=(1,), rates=(row["swr_0"] + more,), inflation=0.02, paths=0, rate_paths=0)
        assert study(scenario, bars, terms).plans["success"][0] <= success
        assert more or study(scenario, bars, terms).plans["success"][0] == 1.0


def test_ranks_begin_with_the_worst(found: Study) -> None:
    cases = found.paths.filter((pl.col("plan") == 2) & (pl.col("who") == "buy_and_hold")).sort("rank")
    assert cases["rank"].to_list() == list(range(1, 11))
    assert cases["paid_share"].is_sorted()


def test_a_benchmark_that_does_not_cover_the_past_is_left_out(bars: pl.DataFrame) -> None:
    asked = {"ticker": "S2"}
    short = bars.filter((pl.col("ticker") != "S2") | (pl.col("date") > date(2016, 1, 1)))
    terms = Terms(years=(1,), rates=(0.06,), paths=2, rate_paths=0)
    for missing, said in (
        (short, "no benchmark S2: it has bars from 2016-01-04 to 2017-04-21, the assets from 2015-01-05 to 2017-04-21"),
        (bars.filter(pl.col("ticker") != "S2"), "no benchmark S2: no bars for S2; there are bars for: S0, S1"),
    ):
        plans = study(ladder(("S0", "S1"), benchmark=asked), missing, terms).plans
        rows = plans.filter(pl.col("who") == "benchmark").to_dicts()
        assert [(row["cases"], row["reason"]) for row in rows] == [(0, said)] * 2
    # and where none is asked for nothing is said of it
    assert study(ladder(("S0", "S1")), missing, terms).plans["who"].unique().sort().to_list() == [
        "buy_and_hold", "scenario",
    ]  # fmt: skip


def test_rules_that_never_fail_are_measured_by_a_floor(bars: pl.DataFrame) -> None:
    scenario = ladder(
        ("S0",), withdrawal={"rule": "percent", "rate": 0.1, "coverage_ratio_min": 0.0, "funding": "pro_rata"}
    )
    row = one(study(scenario, bars, Terms(years=(1,), paths=4, floor=90_000.0)), 1, "scenario", "drawn")
    assert row["success"] == 1.0
    assert row["swr_0"] is None
    assert row["rate_cases"] == 4
    assert row["below_floor"] is not None
    assert "all is paid: see what lacks to a floor" in row["reason"]


def test_guardrails_are_told_for_the_worst_the_median_and_the_best(bars: pl.DataFrame) -> None:
    policy = {"rule": "vanguard", "rate": 0.1, "coverage_ratio_min": 0.0, "funding": "pro_rata"}
    found = study(ladder(("S0",), withdrawal=policy), bars, Terms(years=(3,), paths=5, rate_paths=0))
    assert set(found.changes["which"]) <= {"worst", "median", "best"}
    assert set(found.changes["change"]) <= {"floor", "ceiling"}
    assert found.changes.height > 0
    of = {"worst": 1, "median": 3, "best": 5}
    ladders = found.changes.filter(pl.col("who") == "scenario")
    own = dict(found.paths.filter(pl.col("who") == "scenario").select("path", "rank").rows())
    assert all(own[path] == of[which] for path, which in ladders.select("path", "which").rows())


def test_a_benchmark_lives_in_the_same_futures(bars: pl.DataFrame) -> None:
    """A benchmark of what the twin holds, in the same shares of the cash, is the twin: in each window, in each path."""
    scenario = ladder(("S0", "S1"), benchmark={"weights": {"S0": 0.45, "S1": 0.45}})
    found = study(scenario, bars, Terms(years=(1,), rates=(0.4,), paths=6, rate_paths=0))
    for table in (found.windows, found.paths):
        twin, other = (table.filter(pl.col("who") == who).drop("who") for who in ("buy_and_hold", "benchmark"))
        assert twin.equals(other)
        assert not twin.equals(table.filter(pl.col("who") == "scenario").drop("who"))


def test_a_future_does_not_depend_on_what_else_is_asked(found: Study, scenario: Scenario, bars: pl.DataFrame) -> None:
    """A plan's paths are the same beside a longer horizon, other rates and more paths, and without a benchmark."""
    terms = replace(TERMS, years=(1,), rates=(0.06,), paths=4, rate_paths=0)
    alone = study(scenario.model_copy(update={"benchmark": None}), bars, terms).paths.drop("plan", "rank")
    among = found.paths.filter((pl.col("plan") == 3) & (pl.col("path") < 4) & (pl.col("who") != "benchmark"))
    assert alone.equals(among.drop("plan", "rank"))


def test_a_remade_path_is_the_study_s(found: Study, scenario: Scenario, bars: pl.DataFrame) -> None:
    months = one_path(scenario, bars, TERMS, 3).months
    is_it = (pl.col("plan") == 1) & (pl.col("who") == "scenario") & (pl.col("path") == 3)
    row = found.paths.filter(is_it).to_dicts()[0]
    assert months["value_real"][-1] == row["final_value_real"]
    assert months["value_real"].min() == row["lowest_value_real"]
    assert months["paid_real"].sum() == pytest.approx(row["paid_real"], rel=1e-12)
    assert months.height == 24


def test_horizons_that_are_compared_have_the_same_starts() -> None:
    """220 weeks are 4.2 years: two years fit in, and one year begins no later than they do."""
    terms = Terms(years=(1, 2), rates=(0.06,), paths=0, rate_paths=0)
    windows = study(ladder(("S0",)), past(220, shares=1), terms).windows.filter(pl.col("who") == "scenario")
    starts = [windows.filter(pl.col("years") == years)["start"].to_list() for years in (1, 2)]
    assert starts[0] == starts[1]
    # March 2019 is the last month with an 8th: payments until then, so starts until March 2017
    assert starts[0][-1] == date(2017, 3, 1)


def test_a_past_that_is_cut_is_told(bars: pl.DataFrame) -> None:
    """The cpi ends in May 2016: so does the past, and the plans say so."""
    cpi = Cpi.of([date(2014 + k // 12, k % 12 + 1, 1) for k in range(29)], [100.0] * 29)
    plans = study(ladder(("S0",)), bars, Terms(years=(1,), rates=(0.04,), cpi=cpi, paths=2, rate_paths=0)).plans
    assert plans["span_last"].unique().to_list() == [date(2016, 5, 31)]
    assert all("the past is cut to the months of the cpi" in reason for reason in plans["reason"])


def test_entries_by_quantity_are_told(bars: pl.DataFrame) -> None:
    assets = [{"ticker": "S0", "quantity": 1_000.0}]
    given = {"portfolio": {"initial_cash": 1_000_000.0}, "assets": assets, "benchmark": {"ticker": "S1"}}
    plans = study(Scenario.from_dict(given), bars, Terms(years=(1,), rates=(0.04,), paths=0, rate_paths=0)).plans
    said = "assets bought by quantity cost another share of the cash at each start"
    assert plans["reason"].to_list() == [said, said, None]


def test_the_cost_is_told_before(scenario: Scenario, bars: pl.DataFrame) -> None:
    """Ten futures of one year, two assets, some 260 days, for two of three: 4 times the bars of the benchmark's."""
    terms = Terms(years=(1,), rates=(0.06,), paths=10, rate_paths=0)
    alone = asset_bars(ladder(("S0", "S1")), bars, terms)
    windows = 16 * 2 * 2 * 260
    assert alone == pytest.approx(10 * 2 * 2 * 260 + windows, rel=0.1)
    assert asset_bars(scenario, bars, terms) == pytest.approx(alone * 1.25, rel=0.05)
    assert asset_bars(scenario, bars, TERMS) > asset_bars(scenario, bars, terms)


def test_a_past_of_which_nothing_comes_is_refused() -> None:
    with pytest.raises(StudyError, match="the past has 19 whole weeks in common"):
        study(ladder(("S0",)), past(20, shares=1), Terms(years=(1,), rates=(0.04,), paths=3))
