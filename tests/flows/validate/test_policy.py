"""validation.toml: what it changes, and what it refuses with file, key, value and what is allowed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.validate.plan import Docket, plan_validate
from flows.validate.policy_file import FILE, BadPolicy, policy_from, policy_in
from flows.validate.work import validate
from schemas import table
from tests.flows.validate.rules_market import change, quiet_bars, raw
from warehouse import Warehouse


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / FILE
    path.write_text(text)
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert policy_in(tmp_path).blocked_share == 0.10


def test_what_a_file_says_lies_over_the_defaults(tmp_path: Path) -> None:
    policy = policy_from(
        written(
            tmp_path,
            'blocked_share = 0.2\n[severities.currency]\nmarket_closed = "warning"\n'
            "[limits.bill_fund]\noutlier_scales = 40\n",
        )
    )
    assert policy.blocked_share == 0.2
    assert policy.severity("market_closed", "error", "currency") == "warning"
    assert policy.severity("zero_volume_run", "warning", "currency") == "off"  # still ours
    assert policy.limits_of("bill_fund").outlier_scales == 40
    assert policy.limits_of("bill_fund").stale_bars == 40  # still ours
    assert policy.limits_of("stock").outlier_scales == 20


def test_an_asset_class_wins_over_its_kind(tmp_path: Path) -> None:
    policy = policy_from(
        written(tmp_path, '[severities.stock]\noutlier = "off"\n[severities.memes]\noutlier = "error"\n')
    )
    assert policy.severity("outlier", "warning", "stock") == "off"
    assert policy.severity("outlier", "warning", "stock", "memes") == "error"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "blocked = 0.2",
            "key 'blocked' is unknown; allowed are blocked_share, habit_share, ended_days, severities, limits",
        ),
        ("blocked_share = 20", "blocked_share: 20; a share lies between 0 and 1"),
        ("ended_days = 0", "ended_days: 0; a whole number of days, 1 or more"),
        ('blocked_share = "much"', "blocked_share is 'much'; a number is needed"),
        ('[severities.stock]\nstale = "off"', "rule 'stale' is unknown; rules are missing_price"),
        ('[severities.stock]\nstale_run = "fatal"', "'fatal'; allowed are error, warning, off"),
        ('[severities.stock]\nmissing_price = "off"', "'off'; allowed are error"),
        ("severities = 3", "severities is a table of tables"),
        ("[limits.stock]\nstale = 3", "limits.stock.stale is unknown; limits are float_noise"),
        ('[limits.stock]\nstale_bars = "many"', "limits.stock.stale_bars is 'many'; a number is needed"),
        ("[limits.stock]\nstale_bars = -1", "limits.stock.stale_bars is -1; a limit is not negative"),
        ("[severities", "cannot be read as TOML"),
        ("x = " + "[" * 5000, "cannot be read as TOML: lists or tables lie more than 60 deep"),
        ("blocked_share = 1e308", "blocked_share is 1e+308; allowed: a number up to 1,000,000"),
        ("ended_days = " + "9" * 18, "allowed: a number up to 1,000,000"),
        ("[limits.stock]\nstale_bars = nan", "limits.stock.stale_bars is nan; allowed: a number up to 1,000,000"),
        ("[limits.stock]\nstale_bars = 2.5", "limits.stock.stale_bars is 2.5; a whole number is needed"),
    ],
)
def test_what_it_refuses(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadPolicy) as refusal:
        policy_from(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert message in str(refusal.value)


def test_a_stage_reads_the_file_in_its_folder_and_judges_anew(tmp_path: Path) -> None:
    days = quiet_bars().filter(pl.col("date") >= date(2023, 5, 10))["date"].head(12).to_list()
    with Warehouse.open(tmp_path, validation="sql") as wh:
        wh.replace(
            "raw.bars", table("raw.bars").conform(raw(change(quiet_bars(), days, volume=0.0))), {"ticker": "AAA"}
        )
        validate(Docket(wh))
        assert wh.read("clean.checks").filter(verdict="suspect")["rule"].to_list() == ["zero_volume_run"]
        written(tmp_path, '[severities.stock]\nzero_volume_run = "off"\n')
        assert plan_validate(Docket(wh))[0].due
        validate(Docket(wh))
        assert set(wh.read("clean.checks")["verdict"]) == {"pass"}
