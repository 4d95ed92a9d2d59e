"""`sdengine news`: what happened since a night or a day, in words; `diff` begins with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.cli.home import ask, records
from tests.flows.nights import DAYS, FIRST
from warehouse import Results

BEFORE, LAST = FIRST + timedelta(days=DAYS - 6), FIRST + timedelta(days=DAYS - 1)


def test_what_happened_is_what_the_history_says(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = FIRST + timedelta(days=20)
    told = records(nights, monkeypatch, "news", "full", "--since", str(day))
    with Results.open(nights / "data") as results:
        rows = results.records(
            "select f.* from backtest.fills f join backtest.runs using (run_id)"
            " where scenario = 'full' and date > $1 order by seq",
            [day],
        )
    trades = [row for row in rows if row["action"] in ("BUY", "SELL")]
    fills = [row for row in told if row["kind"] == "fill"]
    assert [(row["date"], row["ticker"], row["qty"]) for row in fills] == [
        (str(row["date"]), row["ticker"], row["qty"]) for row in trades
    ]
    assert len(fills) > 2
    first = trades[0]
    verb = {"BUY": "bought", "SELL": "sold"}[first["action"]]
    assert fills[0]["text"].startswith(f"{verb} ")
    moved = {row["ticker"]: row["date"] for row in told if row["kind"] == "order"}
    last = {row["ticker"]: row for row in trades}
    with Results.open(nights / "data") as results:
        stood = dict(
            results.rows(
                "select ticker, arg_max(anchor, seq) from backtest.fills join backtest.runs using (run_id)"
                " where scenario = 'full' and date <= $1 and ticker is not null group by ticker",
                [day],
            )
        )
    assert moved == {ticker: str(row["date"]) for ticker, row in last.items() if row["anchor"] != stood[ticker]}
    assert moved


def test_without_a_day_it_is_since_the_night_before(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = records(nights, monkeypatch, "news")
    assert told
    assert all(str(BEFORE) < row["date"] <= str(LAST) for row in told)
    end = ask(nights, monkeypatch, "news").stdout.splitlines()[-1]
    assert end.endswith(f"whose bars ended on {BEFORE}")
    with Results.open(nights / "data") as results:
        first = results.scalar("select min(batch_id) from metrics.history")
    assert records(nights, monkeypatch, "news", "--since", first) == told
    assert {row["scenario"] for row in told if row["scenario"].startswith("grid")} <= {"grid[sd_n=4]", "grid[sd_n=16]"}
    assert len({row["scenario"] for row in told if row["scenario"].startswith("grid")}) <= 1


def test_an_order_skipped_on_many_days_is_told_once(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = records(nights, monkeypatch, "news", "poor", "--since", str(FIRST))
    skips = [row["text"] for row in told if row["kind"] == "skip"]
    with Results.open(nights / "data") as results:
        days = results.scalar("select skipped_buys from metrics.runs where scenario = 'poor'")
    assert 0 < len(skips) < days
    assert any(" days" in text for text in skips)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("2024-02-31", "--since 2024-02-31: there is no such day; allowed is a date such as 2013-02-28"),
        ("yesterday", "--since yesterday: it is no date and no night begins so; allowed is"),
        ("20", "--since 20: 2 nights begin so; allowed is"),
    ],
)
def test_what_is_no_day_and_no_night_is_refused(
    nights: Path, monkeypatch: pytest.MonkeyPatch, given: str, sentence: str
) -> None:
    done = ask(nights, monkeypatch, "news", "--since", given)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_diff_begins_with_news(nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = records(nights, monkeypatch, "diff")
    assert list(told) == ["news", "runs", "metrics"]
    assert told["news"] == records(nights, monkeypatch, "news")
    lines = ask(nights, monkeypatch, "diff").stdout.splitlines()
    assert lines[0] == told["news"][0]["scenario"]
    assert lines[1] == f"  {told['news'][0]['date']}  {told['news'][0]['text']}"
