"""Every rule fires on the defect that it is for, and alone; none fires on a quiet market."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.validate.checking import UnfitFrame, failures
from flows.validate.limits import Limits
from flows.validate.policy import ValidatePolicy
from flows.validate.rules.listing import RULES, rules_of
from tests.flows.validate.defects import BASE, DAY, MUTATIONS, copied, days_from, dividends
from tests.flows.validate.rules_market import at, change, fired, judged, no_actions, scale

RULE = {rule.name: rule for rule in RULES}


def test_the_quiet_market_is_quiet() -> None:
    found = judged(BASE, dividends())
    assert fired(found) == {}
    assert set(found.checks["verdict"]) == {"pass"}
    assert found.bars.height == BASE.height
    assert found.rejects.is_empty()


def test_every_rule_has_a_mutation() -> None:
    assert set(MUTATIONS) == {entry.name for entry in RULES}


def test_every_rule_says_what_it_looks_at_and_by_which_limits_and_no_limit_is_idle() -> None:
    known = {entry.name for entry in fields(Limits)}
    named = {limit for entry in RULES for limit in entry.limits}
    assert named == known
    assert all(entry.meaning and entry.looks_at for entry in RULES)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_rule_fires_on_its_defect_and_alone(name: str) -> None:
    bars, actions, options, rows = MUTATIONS[name]
    also = options.get("also", set())
    found = judged(bars, actions, **{key: value for key, value in options.items() if key != "also"})
    hits = fired(found)
    assert {rule: count for rule, count in hits.items() if rule not in also} == {name: rows}
    assert also <= set(hits)
    whole = RULE[name].grain == "ticker"
    severity = RULE[name].severity
    verdict = found.checks.filter(pl.col("rule") == name)["verdict"].item()
    assert verdict == {"error": "blocked" if whole else "rejected", "warning": "suspect"}[severity]
    if severity == "error" and whole:
        assert found.bars.is_empty()
    elif severity == "error":
        assert found.rejects["rule"].to_list() == [name] * rows
        assert found.bars.height == bars.height - (0 if RULE[name].grain == "raw_action" else rows)
    elif not also:
        assert found.rejects.is_empty()
        assert found.bars.height == bars.height
    assert found.checks.filter(pl.col("rule") == name)["detail"].item()


def test_a_reject_names_rule_values_and_reason() -> None:
    found = judged(change(BASE, DAY, high=95.0, low=97.0))
    reject = found.rejects.row(0, named=True)
    assert (reject["ticker"], reject["date"], reject["rule"], reject["source"]) == (
        "AAA",
        DAY,
        "high_below_low",
        "test",
    )
    assert (reject["high"], reject["low"]) == (95.0, 97.0)
    assert reject["reason"] == "the high 95.0 is below the low 97.0"


def test_rejected_rows_are_as_the_source_gave_them_and_not_adjusted() -> None:
    split = pl.DataFrame({"date": [date(2024, 1, 3)], "kind": ["split"], "value": [2.0]})
    doubled = scale(BASE, pl.col("date") < date(2024, 1, 3), 2.0)
    found = judged(change(doubled, DAY, close=1000.0), split, adjustment="none")
    assert found.rejects["close"].to_list() == [1000.0]


def test_float_noise_passes() -> None:
    noisy = change(BASE, DAY, high=pl.max_horizontal("open", "close") * (1 - 2e-16))
    assert fired(judged(noisy)) == {}


def test_a_date_given_twice_with_the_same_prices_keeps_the_larger_volume() -> None:
    """The smaller one was written before the day's trading was counted."""
    early = change(BASE.filter(at(DAY)), DAY, volume=1.0)
    for bars in (copied(early), pl.concat([early, BASE])):
        found = judged(bars)
        assert fired(found) == {"duplicate_date": 1, "volumes_differ": 1}
        assert found.bars.equals(judged(BASE).bars)
        assert found.rejects["volume"].to_list() == [1.0]


def test_different_rows_of_one_date_all_go() -> None:
    other = change(BASE.filter(at(DAY)), DAY, close=pl.col("close") * 1.0001)
    found = judged(copied(other))
    assert fired(found) == {"duplicate_date": 2}
    assert found.bars.filter(at(DAY)).is_empty()


def test_two_dividends_of_one_day_are_one_payment() -> None:
    both = pl.DataFrame({"date": [DAY, DAY], "kind": "dividend", "value": [0.08, 3.0]})
    assert judged(BASE, both).actions["value"].to_list() == [pytest.approx(3.08)]


def test_two_splits_of_one_day_cannot_both_be() -> None:
    both = pl.DataFrame({"date": [DAY, DAY], "kind": "split", "value": [2.0, 3.0]})
    found = judged(BASE, both)
    assert fired(found) == {"duplicate_action": 2}
    assert found.bars["split_factor"].unique().to_list() == [1.0]


def test_a_split_that_is_declared_and_in_the_prices_is_no_suspicion() -> None:
    split = pl.DataFrame({"date": [DAY], "kind": ["split"], "value": [2.0]})
    as_traded = scale(BASE, pl.col("date") < DAY, 2.0)
    found = judged(as_traded, split, adjustment="none")
    assert fired(found) == {}
    assert found.bars["close"].to_list() == pytest.approx(BASE["close"].to_list(), rel=1e-12)


def test_a_split_applied_twice_is_suspected() -> None:
    split = pl.DataFrame({"date": [DAY], "kind": ["split"], "value": [2.0]})
    assert fired(judged(BASE, split, adjustment="none")) == {"unapplied_split": 1}


def test_a_crash_on_which_everybody_trades_is_not_a_split() -> None:
    halved = scale(BASE, pl.col("date") >= DAY, 0.51)
    crowd = change(halved, DAY, volume=24_000_000.0)
    assert "unapplied_split" in fired(judged(halved))
    assert "unapplied_split" not in fired(judged(crowd))


@pytest.mark.parametrize("ratio", [1.25, 1.5, 2.0, 3.0, 7.0, 20.0, 0.1, 0.05])
def test_splits_of_many_ratios_are_suspected(ratio: float) -> None:
    assert fired(judged(scale(BASE, pl.col("date") >= DAY, 1 / ratio))) == {"unapplied_split": 1}


def test_a_bill_fund_may_stand_still_but_not_for_a_year() -> None:
    still = days_from(DAY, 20)
    held = {name: BASE.filter(at(DAY))[name][0] for name in ("open", "high", "low", "close")}
    assert fired(judged(change(BASE, still, **held), ticker="BIL")) == {}
    assert "stale_run" in fired(judged(change(BASE, days_from(DAY, 60), **held), ticker="BIL"))


def test_coins_trade_on_sundays() -> None:
    weekend = copied(change(BASE.filter(at(DAY)), DAY, date=date(2023, 5, 13)))
    assert "market_closed" in fired(judged(weekend))
    assert "market_closed" not in fired(judged(weekend, ticker="BTC-USD"))


def test_too_many_rejects_block_a_ticker() -> None:
    few, many = (change(BASE, days_from(DAY, count), open=None) for count in (50, 80))
    assert judged(few).bars.height == BASE.height - 50
    blocked = judged(many, dividends())
    assert blocked.bars.height == BASE.height - 80  # a scenario whose window has few of them may use the others
    share = blocked.checks.filter(pl.col("rule") == "rejected_share").row(0, named=True)
    assert (share["verdict"], share["rows_failed"], share["rows_checked"]) == ("blocked", 80, BASE.height)
    # from 10 May 2023 on: 163 sessions were left of 2023's 250, all 80 lie there
    assert share["detail"] == (
        f"80 of {BASE.height} bars turned away (12.8 %), more than the 10% allowed: blocked where a scenario's window "
        "has so many; more than the 10% allowed in 2023 (80 of 250)"
    )
    lenient = judged(many, policy=ValidatePolicy(blocked_share=0.5)).checks.filter(pl.col("rule") == "rejected_share")
    assert lenient["verdict"].item() == "pass"


def test_what_a_source_always_does_is_a_habit_and_not_an_accident() -> None:
    habit = change(BASE, BASE["date"].gather_every(5).to_list(), close=pl.col("high") * 1.002)
    found = judged(habit)
    assert found.bars.height == BASE.height
    check = found.checks.filter(pl.col("rule") == "open_close_outside").row(0, named=True)
    assert (check["verdict"], check["severity"]) == ("suspect", "warning")
    assert check["detail"].startswith("a habit of the source: kept, high and low widened")
    assert (found.bars["high"] >= found.bars["close"]).all()
    untouched = found.bars.filter(~pl.col("date").is_in(BASE["date"].gather_every(5).to_list()))
    assert untouched["high"].to_list() == BASE.join(untouched, on="date", how="semi")["high"].to_list()


def test_severity_can_be_set_for_an_asset_class() -> None:
    stale, _, _, rows = MUTATIONS["stale_run"]
    strict = ValidatePolicy(severities={"penny_stocks": {"stale_run": "error"}})
    found = judged(stale, asset_class="penny_stocks", policy=strict)
    assert found.bars.height == BASE.height - rows
    assert found.rejects["rule"].unique().to_list() == ["stale_run"]
    off = ValidatePolicy(severities={"penny_stocks": {"stale_run": "off"}})
    silent = judged(stale, asset_class="penny_stocks", policy=off)
    assert "stale_run" not in silent.checks["rule"].to_list()


def test_limits_can_be_set_for_a_kind() -> None:
    stale, *_ = MUTATIONS["stale_run"]
    patient = ValidatePolicy(limits_by={"stock": {"stale_bars": 7}})
    assert fired(judged(stale, policy=patient)) == {}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"severities": {"stock": {"stale": "error"}}}, "rule 'stale' is unknown"),
        ({"severities": {"stock": {"stale_run": "fatal"}}}, "'fatal'; allowed are error, warning, off"),
        ({"severities": {"stock": {"missing_price": "warning"}}}, "allowed are error"),
        ({"severities": {"stock": {"missing_session": "error"}}}, "allowed are warning, off"),
        ({"limits_by": {"stock": {"stale": 3}}}, "unknown; limits are"),
        ({"blocked_share": 10}, "a share lies between 0 and 1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ValidatePolicy(**settings)


def test_our_own_severities_and_limits_are_ones_that_can_be() -> None:
    from flows.validate.policy import LIMITS_BY_KIND, SEVERITY_BY_KIND

    ValidatePolicy(severities=dict(SEVERITY_BY_KIND), limits_by=dict(LIMITS_BY_KIND))


def test_tickers_do_not_disturb_each_other() -> None:
    from flows.validate.examination import examine
    from tests.flows.validate.rules_market import group_for, raw

    other = scale(BASE, pl.col("date") >= DAY, 0.5)
    both = pl.concat([raw(other, "BBB"), raw(BASE, "AAA"), raw(scale(BASE, pl.lit(True), 500.0), "CCC")]).reverse()
    found = examine(both, raw(no_actions()), group_for("AAA"), ValidatePolicy())
    hits = found.checks.filter(pl.col("rows_failed") > 0)
    assert hits.select("ticker", "rule").rows() == [("BBB", "unapplied_split")]
    assert found.bars.group_by("ticker").len().sort("ticker").rows() == [
        (t, BASE.height) for t in ("AAA", "BBB", "CCC")
    ]


def test_order_of_rows_does_not_matter() -> None:
    for bars, actions, given, _ in MUTATIONS.values():
        options = {key: value for key, value in given.items() if key != "also"}
        forwards, backwards = judged(bars, actions, **options), judged(bars.reverse(), actions, **options)
        assert forwards.bars.equals(backwards.bars)
        assert forwards.checks.equals(backwards.checks)


def test_appending_rows_never_changes_which_earlier_rows_are_turned_away() -> None:
    bars = change(BASE, DAY, close=pl.col("high") * 1.002)
    short = judged(bars.filter(pl.col("date") <= date(2023, 12, 29)))
    assert short.rejects.equals(judged(bars).rejects)


def test_a_frame_of_another_shape_is_our_mistake_and_loud() -> None:
    frame = pl.DataFrame({"row": [0, 1], "date": [DAY, DAY]}).with_columns(pl.col("row").cast(pl.String))
    with pytest.raises((UnfitFrame, pl.exceptions.PolarsError)):
        failures(frame, rules_of("raw_bar")[:1], Limits())


def test_failures_are_told_row_by_row_and_nulls_are_not_judged() -> None:
    frame = pl.DataFrame({"row": pl.Series([10, 11, 12]), "bars": [200, 200, None], "closes": [1, 50, 1]})
    found = failures(frame, rules_of("year"), Limits())
    assert found.rows() == [(10, "stub_year")]


def test_a_date_is_in_the_future_of_the_day_it_was_stored_not_of_today() -> None:
    ahead = copied(change(BASE.tail(1), BASE["date"][-1], date=date(2024, 7, 1)))
    assert fired(judged(ahead)) == {"future_date": 1}
