"""The stage `validate` on a real warehouse: what is judged, what is left alone, and that it is whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.ingest.errand import Errand
from flows.ingest.work import ingest
from flows.sources.sample import SampleSource
from flows.validate.plan import Docket, plan_validate
from flows.validate.policy import ValidatePolicy
from flows.validate.work import validate
from schemas import table
from tests.flows.validate.rules_market import change, quiet_bars, raw, scale
from warehouse import Warehouse
from warehouse.statements import statement

DAY = date(2023, 5, 10)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def wh(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "wh", validation="sql") as opened:
        yield opened


def store(wh: Warehouse, **bars: pl.DataFrame) -> None:
    for ticker, frame in bars.items():
        wh.replace("raw.bars", table("raw.bars").conform(raw(frame, ticker)), {"ticker": ticker})


def verdicts(wh: Warehouse) -> dict[str, str]:
    """Read the gravest verdict on each ticker."""
    return {row[0]: row[1] for row in wh.rows(statement("validate/verdicts"))}


def clean(wh: Warehouse, name: str) -> pl.DataFrame:
    return wh.read(f"clean.{name}")


def test_good_bars_become_clean_ones(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars())
    outcome = validate(Docket(wh))
    assert (outcome.status, outcome.rows, outcome.reason) == ("done", quiet_bars().height, "1 validated")
    assert clean(wh, "bars").select("date", "open", "high", "low", "close", "volume").equals(quiet_bars())
    assert verdicts(wh) == {"AAA": "pass"}


def test_unchanged_tickers_are_left_alone(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars(), BBB=quiet_bars())
    validate(Docket(wh))
    store(wh, BBB=change(quiet_bars(), DAY, close=pl.col("close") * 1.001))
    assert [(item.item, item.due, item.reason) for item in plan_validate(Docket(wh))] == [
        ("AAA", False, "its raw rows have not changed"),
        ("BBB", True, "its raw rows, the rules or their settings have changed"),
    ]
    assert [item.status for item in validate(Docket(wh)).items] == ["skipped", "done"]
    assert validate(Docket(wh)).status == "skipped"
    assert validate(Docket(wh, force=True)).status == "done"


def test_rows_that_come_again_as_they_were_are_no_change(wh: Warehouse) -> None:
    """Stored anew on another day, in another order: the verdicts would be the same."""
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    later = raw(quiet_bars().reverse(), "AAA").with_columns(
        ingested_at=pl.lit(datetime(2025, 1, 1)).cast(pl.Datetime("us"))
    )
    wh.replace("raw.bars", later, {"ticker": "AAA"})
    assert not plan_validate(Docket(wh))[0].due


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_any_changed_number_is_judged_again(wh: Warehouse, column: str) -> None:
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    store(wh, AAA=change(quiet_bars(), DAY, **{column: pl.col(column) * (1 + 1e-12) + 1e-9}))
    assert plan_validate(Docket(wh))[0].due


def test_a_repeated_row_and_a_new_action_are_judged_again(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    wh.append("raw.bars", raw(quiet_bars().tail(1), "AAA"))
    assert plan_validate(Docket(wh))[0].due
    validate(Docket(wh))
    action = raw(pl.DataFrame({"date": [DAY], "kind": "dividend", "value": 0.3}), "AAA")
    wh.append("raw.actions", table("raw.actions").conform(action))
    assert plan_validate(Docket(wh))[0].due


def test_settings_and_asset_class_are_part_of_what_was_judged(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    assert plan_validate(Docket(wh, own_policy=ValidatePolicy(blocked_share=0.2)))[0].due
    assert plan_validate(Docket(wh, asset_classes={"AAA": "crypto"}))[0].due
    assert not plan_validate(Docket(wh, asset_classes={"AAA": "growth_stocks"}, own_policy=ValidatePolicy()))[0].due


def test_what_was_turned_away_is_kept_and_goes_when_it_is_repaired(wh: Warehouse) -> None:
    store(wh, AAA=change(quiet_bars(), DAY, close=None))
    outcome = validate(Docket(wh))
    assert (outcome.reason, outcome.items[0].reason) == ("1 validated; 1 row turned away", "missing_price: 1")
    assert verdicts(wh) == {"AAA": "rejected"}
    assert clean(wh, "rejects").select("ticker", "date", "rule").rows() == [("AAA", DAY, "missing_price")]
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    assert clean(wh, "rejects").is_empty()
    assert clean(wh, "bars").height == quiet_bars().height


def test_a_ticker_refused_whole_has_no_bars_and_says_why(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars().gather_every(5), BBB=quiet_bars())
    (refused,) = validate(Docket(wh)).of("failed")
    assert (refused.item, refused.reason) == ("AAA", "a bar every 7 days: daily bars are needed")
    assert clean(wh, "bars")["ticker"].unique().to_list() == ["BBB"]
    assert [item.item for item in validate(Docket(wh)).of("failed")] == ["AAA"]


def test_a_history_with_many_rejects_keeps_its_other_bars_and_tells_its_bad_years(wh: Warehouse) -> None:
    days = quiet_bars()["date"].head(100).to_list()
    store(wh, AAA=change(quiet_bars(), days, open=None))
    outcome = validate(Docket(wh))
    assert outcome.status == "done"
    assert outcome.items[0].reason == (
        "100 of 625 bars turned away (16.0 %), more than the 10% allowed: blocked where a scenario's window has so "
        "many; more than the 10% allowed in 2022 (100 of 251)"
    )
    assert clean(wh, "bars").height == 525
    assert clean(wh, "rejects").height == 100


def test_a_ticker_that_was_never_stored_is_told(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars())
    outcome = validate(Docket(wh, ["AAA", "ZZZ"]))
    assert outcome.items[1].reason == "nothing is stored of it"
    assert (outcome.items[1].status, outcome.status) == ("failed", "failed")


def test_markets_are_judged_each_by_its_own_calendar(wh: Warehouse) -> None:
    store(wh, AAA=quiet_bars("AAA"), **{"BTC-USD": quiet_bars("BTC-USD"), "VOD.L": quiet_bars("VOD.L")})
    validate(Docket(wh))
    assert verdicts(wh) == dict.fromkeys(("AAA", "BTC-USD", "VOD.L"), "pass")
    store(wh, AAA=quiet_bars("BTC-USD"))
    validate(Docket(wh, ["AAA"]))
    assert verdicts(wh)["AAA"] == "blocked"  # weekends on New York's exchange


def test_many_rows_are_judged_in_parts(wh: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    tickers = {f"T{n}": scale(quiet_bars(), pl.lit(True), 1.0 + n) for n in range(5)}
    store(wh, **tickers)
    monkeypatch.setattr("flows.validate.work.CHUNK_ROWS", 700)
    validate(Docket(wh))
    parts = {name: clean(wh, name) for name in ("bars", "checks")}
    monkeypatch.setattr("flows.validate.work.CHUNK_ROWS", 1_000_000)
    validate(Docket(wh, force=True))
    assert all(parts[name].equals(clean(wh, name)) for name in parts)


def test_a_validation_is_written_whole_or_not_at_all(wh: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    store(wh, AAA=quiet_bars())
    validate(Docket(wh))
    before = clean(wh, "bars")
    store(wh, AAA=scale(quiet_bars(), pl.lit(True), 2.0))
    original = wh.replace

    def broken(name: str, rows: pl.DataFrame, where: Any = None) -> int:
        if name == "clean.checks":
            raise RuntimeError("killed")
        return original(name, rows, where)

    monkeypatch.setattr(wh, "replace", broken)
    with pytest.raises(RuntimeError, match="killed"):
        validate(Docket(wh))
    assert clean(wh, "bars").equals(before)


def test_the_sample_passes_with_its_splits_applied(wh: Warehouse) -> None:
    ingest(Errand(wh, SampleSource(), SampleSource().tickers(), NOW), batch_id="b")
    assert validate(Docket(wh)).rows == 11958
    assert set(verdicts(wh).values()) == {"pass"}
    closes = clean(wh, "bars").filter(
        (pl.col("ticker") == "AAPL") & pl.col("date").is_in([date(2000, 6, 20), date(2005, 2, 28)])
    )
    # 101.25 as traded, before two splits of 2:1; 44.86 after both
    assert closes.select("close", "split_factor").rows() == [(101.25 / 4, 4.0), (44.86, 1.0)]
    assert clean(wh, "actions").height == 95
    assert not plan_validate(Docket(wh, asset_classes=dict.fromkeys(("AAPL", "IBM"), "")))[0].due


def test_the_same_rows_give_the_same_tables_on_any_day(tmp_path: Path) -> None:
    tables = []
    for name, now in (("one", NOW), ("two", datetime(2027, 3, 3, tzinfo=UTC))):
        with Warehouse.open(tmp_path / name, validation="sql") as wh:
            ingest(Errand(wh, SampleSource(), ["MSFT", "AAPL"], now), batch_id=name)
            validate(Docket(wh))
            tables.append({part: clean(wh, part) for part in ("bars", "actions", "rejects", "checks")})
    assert all(tables[0][part].equals(tables[1][part]) for part in tables[0])
