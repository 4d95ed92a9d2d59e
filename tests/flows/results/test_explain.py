"""`sdengine explain`: every figure in its text is one of the published tables', on many days of many runs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from flows.errors import PipelineError, UsageError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.results.choosing import choose_run, choose_runs
from flows.results.explain.answer import explain
from flows.settings import Settings
from tests.flows.nights import hold
from tests.flows.results.explained import check_text, figures_of
from warehouse import Results

WINDOW = "start = 2007-06-01\nend = 2009-06-01\ninitial_cash = 50_000\n"
ASSETS = "".join(f'[[assets]]\nticker = "{ticker}"\n' for ticker in ("AAPL", "IBM", "MSFT"))


def scenario(portfolio: str = "", defaults: str = "", more: str = "") -> str:
    weight = "" if "weight" in defaults else "weight = 0.3\n"
    return f"[portfolio]\n{WINDOW}{portfolio}\n[asset_defaults]\n{weight}{defaults}\n{ASSETS}{more}\n"


SCENARIOS = {
    "plain": scenario(),
    "held": scenario(defaults='variant = "buy_and_hold"'),
    "scarce": scenario(
        'slippage_bps = 20\ncommission = 1.5\ncommission_per_share = 0.01\nrebalancing_mode = "simple"',
        "sd_n = 16\nprofit_sharing_pct = 100",
    ),
    "nightly": scenario('requote = "nightly"', 'variant = "ath_sell"\nsd_n = 12'),
    "calm": scenario('path = "calm"', "sd_n = 16"),
    "drawn": scenario('path = "random"\nseed = 3', "sd_n = 24"),
    "costly": scenario("commission = 300", "sd_n = 12"),
    "sells": scenario('path = "low_first"', 'variant = "ath_only"\nlot_size = 1e-8'),
    "banded": scenario('rebalancing_mode = "hybrid"\npath = "high_first"', "band = [0.25, 0.34]\nsd_n = 16"),
    "targets": scenario('rebalancing_mode = "rebalancing"', "target = 0.3", '[rebalancing]\ncalendar = "quarter"'),
    "silent": scenario('rebalancing_mode = "rebalancing"', "target = 0.3", "[rebalancing]\nsignals = false"),
    "income": scenario(
        "cash_rate = 0.03",
        "sd_n = 12",
        '[withdrawal]\nmonthly_amount = 900\nfunding = "pro_rata"\ncoverage_ratio_min = 0.4\n'
        "[taxes]\nshort_rate = 0.3\nlong_rate = 0.15",
    ),
    "uncovered": scenario(more="[withdrawal]\nmonthly_amount = 500\ncoverage_ratio_min = 20.0"),
    "swaps": scenario("", "lot_size = 0", "[arbitrage]\nthreshold = 0.2\nfraction = 0.3\ncooldown_days = 20"),
    "gaps": scenario("", "sd_n = 10", "[dynamic_sd_n]"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("explain")
    (home / "scenarios").mkdir()
    for name, text in SCENARIOS.items():
        (home / "scenarios" / f"{name}.toml").write_text(text)
    (home / "scenarios" / "grid.toml").write_text(scenario(more='[sweep]\n"asset_defaults.sd_n" = [4, 6]'))
    (home / "scenarios" / "broken.toml").write_text(hold().replace('"SAW"', '"NONE"').replace('"UP"', '"IBM"'))
    run_night(Request(Settings(home / "data", home / "scenarios", "sample")), Listener())
    return home


@pytest.fixture(scope="module")
def results(home: Path) -> Any:
    with Results.open(home / "data") as results:
        yield results


def told(results: Results, run: str, day: str, ticker: str) -> str:
    return "\n".join(explain(results, choose_run(results, run), dt.date.fromisoformat(day), ticker))


def days_to_explain(results: Results, run_id: str) -> list[tuple[dt.date, str]]:
    """Choose a few days and tickers of each action, and some on which nothing happened, spread over the run."""
    sql = """
    with days as (
        select d.date, a.ticker, coalesce(f.action, 'NOTHING') as action
        from backtest.portfolio_days as d
        cross join (select distinct ticker from backtest.fills where run_id = $run and ticker is not null) as a
        left join backtest.fills as f
            on f.run_id = d.run_id and f.date = d.date and (f.ticker = a.ticker or f.ticker is null)
        where d.run_id = $run
    )
    select distinct date, ticker from days
    qualify row_number() over (partition by action order by hash(date, ticker), date, ticker) <= 4
    order by date, ticker"""
    return [(day, ticker) for day, ticker in results.rows(sql, {"run": run_id})]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_figure_is_one_of_the_tables(results: Results, name: str) -> None:
    run = choose_run(results, name)
    chosen = days_to_explain(results, run.run_id)
    assert len(chosen) >= (5 if name in ("held", "silent") else 10)
    for day, ticker in chosen:
        lines = explain(results, run, day, ticker)
        check_text(results, run.run_id, day, ticker, lines)


def test_every_kind_of_row_was_explained(results: Results) -> None:
    sql = "select distinct action from backtest.fills join backtest.runs using (run_id) where role = 'scenario'"
    seen = {action for (action,) in results.rows(sql)}
    wanted = {
        "INITIAL_BUY", "BUY", "SELL", "SKIP_BUY", "SKIP_BAND", "REBALANCE_BUY", "REBALANCE_SELL", "ARBITRAGE_BUY",
        "ARBITRAGE_SELL", "WITHDRAWAL", "SKIP_WITHDRAWAL", "FUNDING_SELL", "DIVIDEND", "INTEREST", "TAX",
    }  # fmt: skip
    assert seen == wanted


def test_a_wrong_figure_is_noticed(results: Results) -> None:
    run = choose_run(results, "plain")
    sql = "select date, ticker from backtest.fills where run_id = $run and action = 'BUY' order by seq limit 1"
    day, ticker = results.rows(sql, {"run": run.run_id})[0]
    lines = explain(results, run, day, ticker)
    check_text(results, run.run_id, day, ticker, lines)
    text = "\n".join(lines[1:])
    wrong, figures = 0, list(re.finditer(r"\d[\d,]*\.\d+", text))
    for match in figures:
        digit = "5" if match.group()[-1] != "5" else "2"
        changed = text[: match.end() - 1] + digit + text[match.end() :]
        try:
            check_text(results, run.run_id, day, ticker, [lines[0], *changed.split("\n")])
        except AssertionError:
            wrong += 1
    assert wrong == len(figures) > 25


def test_nothing_happened_between_the_limits(results: Results) -> None:
    run = choose_run(results, "plain")
    sql = """
    select d.date from backtest.portfolio_days as d
    where d.run_id = $run and d.date not in (select date from backtest.fills where run_id = $run) order by d.date"""
    for (day,) in results.rows(sql, {"run": run.run_id})[::40]:
        text = "\n".join(explain(results, run, day, "IBM"))
        assert "nothing: the bar stayed between the two limits" in text
        told_of = r"the low (\S+) stayed above the buy at (\S+) and the high (\S+) stayed below the sell at (\S+)"
        low, buy, high, sell = figures_of(text, told_of)
        assert buy < low < high < sell


def test_days_that_are_none(results: Results) -> None:
    saturday = told(results, "plain", "2008-10-11", "AAPL")
    assert "a Saturday" in saturday
    assert "no asset of the run has a bar on this day; the days around it are 2008-10-10 and 2008-10-13" in saturday
    assert "last bar  2008-10-10; carried at its close of 96.800" in saturday
    assert "orders    buy" in saturday


def test_assets_that_do_not_trade(results: Results) -> None:
    assert "none rests: buy_and_hold never trades" in told(results, "held", "2008-10-10", "AAPL")
    assert "nothing: no order rested" in told(results, "held", "2008-10-10", "AAPL")
    assert "rebalancing.signals = false silences the algorithm" in told(results, "silent", "2008-10-10", "AAPL")
    assert "no buy (ath_only never buys" in told(results, "sells", "2008-10-10", "AAPL")
    entry = told(results, "plain", "2007-06-01", "AAPL")
    assert "AAPL enters at the close of this bar; its orders rest from the next bar on" in entry
    assert "before" not in entry


@pytest.mark.parametrize(
    ("run", "day", "ticker", "sentence"),
    [
        ("plane", "2008-10-10", "AAPL", "did you mean plain?; there are"),
        ("plain", "2008-10-10", "APPL", "did you mean AAPL?; it has AAPL, IBM, MSFT"),
        ("plain", "2007-05-31", "AAPL", "goes from 2007-06-01 to 2009-06-01; its nearest day is 2007-06-01"),
        ("plain", "2011-01-03", "AAPL", "its nearest day is 2009-06-01"),
        ("grid", "2008-10-10", "AAPL", r"that is a sweep of 2 runs; name one of them, such as grid\[sd_n=4\]"),
        ("", "2008-10-10", "AAPL", "no scenario is called so"),
    ],
)
def test_unknown_names_tell_the_nearest(results: Results, run: str, day: str, ticker: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?")):
        told(results, run, day, ticker)


def test_runs_by_name_by_id_and_by_its_beginning(results: Results) -> None:
    run = choose_run(results, "plain")
    assert choose_run(results, run.run_id) == choose_run(results, run.run_id[:9].upper()) == run
    assert [one.scenario for one in choose_runs(results, "grid")] == ["grid[sd_n=4]", "grid[sd_n=6]"]
    every = choose_runs(results)
    assert {one.role for one in every} == {"scenario"}
    assert len(every) == len(SCENARIOS) + 2
    twin = results.rows("select scenario from backtest.runs where role = 'twin' order by 1 limit 1")[0][0]
    assert choose_run(results, twin).role == "twin"
    with pytest.raises(PipelineError, match=r"run broken failed: .*NONE"):
        choose_run(results, "broken")
    ids = [one.run_id for one in every]
    common = next((a[:1] for a in ids for b in ids if a != b and a[0] == b[0]), None)
    assert common is not None, "fourteen ids of sixteen first digits: two begin alike"
    with pytest.raises(UsageError, match="run_ids begin so"):
        choose_run(results, common)


def test_an_engine_that_has_changed_is_said(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    import sdengine

    honest = sdengine.run_scenario

    def other(scenario: Any, bars: Any) -> Any:
        assets = tuple(a.model_copy(update={"sd_n": 20.0}) for a in scenario.assets)
        return honest(scenario.model_copy(update={"assets": assets}), bars)

    monkeypatch.setattr(sdengine, "run_scenario", other, raising=False)
    text = told(results, "plain", "2008-10-10", "AAPL")
    assert "the engine has changed since this run was computed" in text
    assert "orders    buy" not in text
