"""What a folder of files can do to a night: it is missing, one file is damaged, a row is dated in the year 9999."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.stages import INGEST, STAGES
from tests.flows.nights import DAYS, make_home, night, stage
from warehouse import Warehouse


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def stored(home: Path, table: str) -> int:
    with Warehouse.open(home / "data") as warehouse:
        return warehouse.count(table)


def test_a_missing_folder_leaves_the_night_what_is_stored(home: Path) -> None:
    night(home)
    shutil.rmtree(home / "bars")
    outcome = night(home)
    assert outcome.failed
    assert stage(outcome, INGEST).status == "failed"
    assert f"source files: {home / 'bars'} does not exist; what is stored" in outcome.sentence
    assert {one.stage: one.status for one in outcome.stages if one.stage != INGEST} == dict.fromkeys(
        STAGES[1:], "skipped"
    )
    assert stored(home, "raw.bars") == 2 * DAYS


def test_a_missing_folder_is_wrong_usage_where_nothing_is_stored(home: Path) -> None:
    shutil.rmtree(home / "bars")
    with pytest.raises(UsageError, match="bars: there is no such file or folder, and nothing is stored"):
        night(home)


def test_a_row_of_the_year_9999_and_a_damaged_file_stop_nothing(home: Path) -> None:
    night(home)
    with (home / "bars" / "UP.csv").open("a") as file:
        file.write("9999-12-31,1,1,1,1,1\n")
    (home / "bars" / "SAW.csv").write_bytes(b"\x1f\x8b\x08 cut")
    outcome = night(home)
    assert outcome.published
    assert "SAW.csv: is damaged or cut short" in outcome.sentence
    with Warehouse.open(home / "data") as warehouse:
        turned_away = warehouse.rows("select ticker, date from clean.rejects")
        kept = warehouse.rows("select count(*), max(date) from clean.bars where ticker = 'UP'")
    assert turned_away == [("UP", date(9999, 12, 31))]
    assert kept == [(DAYS, date(2024, 2, 9))]  # 40 days from 2024-01-01 on
