"""What holds for every connection."""

from __future__ import annotations

from pathlib import Path

from warehouse.connection import open_memory, open_published, open_read_only, open_work


def test_no_connection_writes_a_bar_of_progress_among_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    for opened in (lambda: open_work(file), lambda: open_published(file), lambda: open_read_only(file), open_memory):
        with opened() as con:
            assert con.sql("select current_setting('enable_progress_bar')").fetchall() == [(False,)]
            assert con.sql("select current_setting('TimeZone')").fetchall() == [("UTC",)]
