"""Spellings of dates: one reading, told by all cells of the file, or a refusal that says what is read."""

from datetime import date
from pathlib import Path

import pytest

from flows.sources.base import SourceError
from tests.flows.sources.files_writing import DAYS, EXPECTED, closes, fetched


def written(*days: str) -> str:
    """Give a table of these dates, closing at 2, 3, 4, ..."""
    rows = [f"{day};1;{close + 5};0.5;{close}" for close, day in enumerate(days, 2)]
    return "\n".join(["date;open;high;low;close", *rows]) + "\n"


@pytest.mark.parametrize(
    "days",
    [
        ("2024-01-02", "2024-01-03", "2024-01-04"),
        ("2024-1-2", "2024-1-3", "2024-1-4"),
        ("2024.01.02", "2024.01.03", "2024.01.04"),
        ("2024/1/2", "2024/1/3", "2024/1/4"),
        ("2024 01 02", "2024 01 03", "2024 01 04"),
        ("20240102", "20240103", "20240104"),
        ("20240102 170000", "20240103 170000", "20240104 170000"),
        ("20240102170000", "20240103170000", "20240104170000"),
        ("02.01.2024", "03.01.2024", "04.01.2024"),
        ("2.1.2024 00:00", "3.1.2024 00:00", "4.1.2024 00:00"),
        ("02.01.2024 00:00:00.000 GMT+0200", "03.01.2024 00:00:00.000 GMT+0200", "04.01.2024 00:00:00.000 GMT+0200"),
        ("02-Jan-2024", "03-Jan-2024", "04-Jan-2024"),
        ("02-JAN-24", "03-JAN-24", "04-JAN-24"),
        ("2 January 2024", "3 January 2024", "4 January 2024"),
        ("January 2, 2024", "January 3, 2024", "January 4, 2024"),
        ("Jan. 02, 2024", "Jan. 03, 2024", "Jan. 04, 2024"),
        ("Jan 2nd 2024", "Jan 3rd 2024", "Jan 4th 2024"),
        ("Tue, 02 Jan 2024", "Wed, 03 Jan 2024", "Thu, 04 Jan 2024"),
        ("Tuesday, January 2, 2024", "Wednesday, January 3, 2024", "Thursday, January 4, 2024"),
        ("2024-Jan-02", "2024-Jan-03", "2024-Jan-04"),
        ("2024-01-02 00:00:00+09:00", "2024-01-03 00:00:00+09:00", "2024-01-04 00:00:00+09:00"),
        ("2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z", "2024-01-04T00:00:00Z"),
        ("2024-01-02T23:59:59.999Z", "2024-01-03T23:59:59.999Z", "2024-01-04T23:59:59.999Z"),
        ("2024-01-02 00:00:00-05:00", "2024-01-03 00:00:00-05:00", "2024-01-04 00:00:00-05:00"),
        ("2024-01-02 4:00 PM EST", "2024-01-03 4:00 PM EST", "2024-01-04 1:00 PM EST"),
        ("1704205800", "1704292200", "1704378600"),  # 14:30 in UTC, when New York opens
        ("1704153600.0", "1704240000.0", "1704326400.0"),
        ("1704153600000", "1704240000000", "1704326400000"),
        ("1704153600000000", "1704240000000000", "1704326400000000"),
        ("45293", "45294", "45295"),
        ("45293.0", "45294.0", "45295.6875"),
        ("01/02/24 16:00", "01/03/24 16:00", "01/04/24 16:00", "01/31/24 16:00"),
        ("02.01.24", "03.01.24", "04.01.24", "31.01.24", "01.02.24"),
    ],
    ids=lambda days: days[0],
)
def test_every_spelling_with_one_reading_is_read(tmp_path: Path, days: tuple[str, ...]) -> None:
    found = closes(fetched(tmp_path, text=written(*days)))
    assert {day: close for day, close in found.items() if day in DAYS} == EXPECTED


def test_a_month_before_a_comma_between_commas_is_one_cell(tmp_path: Path) -> None:
    text = "date,open,high,low,close\nJanuary 02, 2024,1,3,1,2\nJanuary 03, 2024,1,4,1,3\n"
    assert closes(fetched(tmp_path, text=text)) == {DAYS[0]: 2.0, DAYS[1]: 3.0}


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (("01/02/2024", "01/16/2024"), (date(2024, 1, 2), date(2024, 1, 16))),
        (("02/01/2024", "16/01/2024"), (date(2024, 1, 2), date(2024, 1, 16))),
        (("2-1-2024", "16-1-2024"), (date(2024, 1, 2), date(2024, 1, 16))),
        (("01.16.2024", "01.17.2024"), (date(2024, 1, 16), date(2024, 1, 17))),
        (("01/31/24", "02/01/24", "02/29/24"), (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29))),
        (("31/01/24", "01/02/24", "29/02/24"), (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29))),
        (("240131", "240201", "240229"), (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29))),
        (("12/31/68", "12/30/69"), (date(2068, 12, 31), date(1969, 12, 30))),
        (("12/31/99", "01/03/00", "01/04/00"), (date(1999, 12, 31), date(2000, 1, 3), date(2000, 1, 4))),
    ],
)
def test_the_file_itself_shows_the_order(tmp_path: Path, days: tuple[str, ...], wanted: tuple[date, ...]) -> None:
    assert tuple(closes(fetched(tmp_path, text=written(*days)))) == wanted


@pytest.mark.parametrize(
    ("days", "said", "wanted"),
    [
        (("01/02/2024", "01/03/2024"), "month first", date(2024, 1, 2)),
        (("01/02/2024", "01/03/2024"), "day first", date(2024, 2, 1)),
        (("24/01/02", "24/01/03"), "year first", date(2024, 1, 2)),
        (("010224", "010324"), "month first", date(2024, 1, 2)),
    ],
)
def test_an_order_that_no_date_shows_is_refused_until_it_is_said(
    tmp_path: Path, days: tuple[str, ...], said: str, wanted: date
) -> None:
    with pytest.raises(
        SourceError, match=rf"line 2: column date: '{days[0]}' is ambiguous: .* say date_order = .*{said}"
    ):
        fetched(tmp_path, text=written(*days))
    (tmp_path / "files.toml").write_text(f'date_order = "{said}"\n')
    assert min(closes(fetched(tmp_path, text=written(*days)))) == wanted


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (("2024-01-02", "2024-02-30"), "line 3: column date: '2024-02-30' is not a date that exists"),
        (("20240102", "20241301"), "line 3: column date: '20241301' is not a date that exists"),
        (("2024-01-02", ""), "line 3: column date: the date is missing"),
        (
            ("2024-01-02", "2024-01-03", "03.01.2024"),
            "line 4: column date: '03.01.2024' is not a date like the ones before it ('2024-01-02')",
        ),
        (
            ("03.01.2024", "2024-01-02", "2024-01-03"),
            "line 2: column date: '03.01.2024' is not a date like the ones after it ('2024-01-02')",
        ),
        (
            ("13/01/2024", "01/14/2024"),
            "line 2: column date: '13/01/2024' is ambiguous: both orders of day and month occur",
        ),
        (("19724", "19725"), "column date: '19724' may be a day number of Excel, or count days since 1970; read are"),
        (("2024-W01-2",), "line 2: column date: '2024-W01-2' is not a date; read are 2024-01-31"),
        (("Q1 2024",), "line 2: column date: 'Q1 2024' is not a date; read are 2024-01-31"),
        (("2024-01",), "line 2: column date: '2024-01' is not a date; read are 2024-01-31"),
        (("2 Foo 2024",), "line 2: column date: '2 Foo 2024' is not a date; read are 2024-01-31"),
    ],
)
def test_what_has_no_one_reading_is_refused_with_the_list(tmp_path: Path, days: tuple[str, ...], reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=written(*days))
    assert reason in refusal.value.reason


def test_bars_of_parts_of_a_day_are_refused(tmp_path: Path) -> None:
    hours = [f"2024-01-0{day} {hour}:30" for day in (2, 3) for hour in (10, 11, 12)]
    with pytest.raises(SourceError, match="'2024-01-02 11:30' is one of several times of a day: read are daily bars"):
        fetched(tmp_path, text=written(*hours))


LONDON = ("2024-03-28 00:00:00+00:00", "2024-03-31 23:00:00+00:00")  # a Thursday, and the midnight of Monday in summer


def test_midnights_of_another_zone_are_told_and_set_right_where_the_zone_is_said(tmp_path: Path) -> None:
    got = fetched(tmp_path, text=written(*LONDON))
    assert list(closes(got)) == [date(2024, 3, 28), date(2024, 3, 31)]
    assert got.notes[0].startswith(
        "AAA.csv: column date: 2024-03-31 is written as 23:00: midnights of another time zone, so that dates may be a "
        "day early; timezone in files.toml"
    )
    (tmp_path / "files.toml").write_text('timezone = "Europe/London"\n')
    got = fetched(tmp_path, text=written(*LONDON))
    assert list(closes(got)) == [date(2024, 3, 28), date(2024, 4, 1)]
    assert got.notes == ()


def test_midnights_of_utc_written_in_new_york_are_told(tmp_path: Path) -> None:
    got = fetched(tmp_path, text=written("2024-01-01 19:00:00-05:00", "2024-01-02 19:00:00-05:00"))
    assert "2024-01-01 is written as 19:00: midnights of another time zone" in got.notes[0]
    (tmp_path / "files.toml").write_text('timezone = "UTC"\n')
    assert list(closes(fetched(tmp_path))) == [date(2024, 1, 2), date(2024, 1, 3)]


@pytest.mark.parametrize(
    "when", ["2024-01-02 00:00:00-05:00", "2024-01-02 01:00:00+01:00", "2024-01-02 16:00:00-05:00"]
)
def test_of_a_time_that_is_no_midnight_further_east_nothing_is_told(tmp_path: Path, when: str) -> None:
    got = fetched(tmp_path, text=written(when))
    assert (list(closes(got)), got.notes) == ([date(2024, 1, 2)], ())


def test_midnights_of_tokyo_in_utc_give_themselves_away_by_sundays(tmp_path: Path) -> None:
    sundays_to_thursdays = [f"2024-01-{day:02d}T15:00:00Z" for day in (7, 8, 9, 10, 11, 14, 15, 16, 17, 18)]
    got = fetched(tmp_path, text=written(*sundays_to_thursdays))
    assert "2024-01-07 is a Sunday, and no date is a Friday" in got.notes[0]
