"""`sdengine retire`: what is stored, what is asked now, one drawn future, and nonsense."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sdengine.retirement.study import study
from sdengine.retirement.terms import Terms
from sdengine.scenario import Scenario
from tests.flows.cli.home import ask, records
from tests.flows.nights import BASE
from tests.flows.retire.conftest import ALL, INCOME, OWN
from warehouse import Results


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with Results.open(home / "data") as results:
        return results.rows(sql)


def test_what_is_stored_is_shown_and_says_how_old_it_is(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = ask(lived, monkeypatch, "retire", "income").stdout
    assert told.startswith("income: 20 % of the initial cash a year, for 1 year\n")
    assert "Answered on the bars until 2026-01-29." in told
    assert "it is no forecast" in told
    assert max(map(len, told.splitlines())) <= 80
    found = records(lived, monkeypatch, "retire", "income")
    stored = rows(lived, f"select who, basis, success from plans {ALL} order by all")
    assert sorted((row["who"], row["basis"], row["success"]) for row in found["plans"]) == stored
    assert len(found["by year"]) == 3 * 2 * 2 * 7, "who, past and drawn, years 0 and 1, quantiles"
    starts = [row["first_date"] for row in found["worst starts"] if row["who"] == "scenario"]
    by_rank = rows(lived, f"select first_date from windows {OWN} order by rank")
    assert starts == [str(day) for (day,) in by_rank]


def test_a_drawn_future_alone_is_the_one_among_all(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = rows(lived, f"select paid_real, asked_real from paths {OWN} order by path")
    assert len(stored) == 30
    for path in (0, 29):
        months = records(lived, monkeypatch, "retire", "income", "--path", str(path))
        assert len(months) == 12
        sums = [sum(month[name] for month in months) for name in ("paid_real", "asked_real")]
        assert sums == pytest.approx(list(stored[path]), abs=1e-6)
    told = ask(lived, monkeypatch, "retire", "income", "--path", "29", "--limit", "2").stdout
    assert told.startswith("income, drawn future 29 of seed 1: 12 months until 2027-02-01")
    assert "2 of 12 rows; all:" in told


def test_what_is_asked_now_is_what_a_study_says(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--rate", "0.3", "--rate", "0.9", "--horizon", "1", "--paths", "9", "--seed", "5", "--expected", "-0.2")
    found = records(lived, monkeypatch, "retire", "income", *words)
    with Results.open(lived / "data") as results:
        bars = results.frame("select * from clean.bars")
    scenario = Scenario.from_dict({"name": "income", **tomllib.loads(BASE.format(sd_n=8) + INCOME)})
    terms = Terms(years=(1,), rates=(0.3, 0.9), paths=9, seed=5, expected=-0.2, rate_paths=9, floor=1500)
    expected = study(scenario, bars, terms).plans
    for name in ("plan", "rate", "who", "basis", "success", "swr_5", "final_real_50"):
        assert [row[name] for row in found["plans"]] == expected[name].to_list(), name
    told = ask(lived, monkeypatch, "retire", "income", *words).stdout
    assert "Each asset is made to grow by -20 % a year on average." in told
    assert "has it stored with each night" in told


def test_consumer_prices_come_from_a_file(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cpi.csv"
    prices = [f"{2024 + k // 12}-{k % 12 + 1:02},{100 * 1.02**k:.3f}" for k in range(25)]
    file.write_text("\n".join(["month,index", *prices]))
    words = ("--cpi", str(file), "--horizon", "2", "--paths", "3", "--path", "0")
    months = records(lived, monkeypatch, "retire", "income", *words)
    assert months[0]["asked"] == months[0]["asked_real"] > 0.0
    assert months[-1]["value_real"] < months[-1]["value"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--rate", "4%"), "--rate 4%: allowed is a number such as 0.04"),
        (("--rate", "5"), "`retire.rates[0]` is 5.0; allowed: a number above 0 and at most 1"),
        (("--horizon", "1.5"), "--horizon 1.5: allowed is a whole number such as 30"),
        (("--horizon", "0"), "the horizon is 0 years; allowed: whole years from 1 to 100"),
        (("--paths", "0", "--horizon", "2"), "2 years are more than half of the 2.1 years that all assets have"),
        (("--expected", "all"), "--expected all: allowed is as_it_was, none or a number such as 0.04"),
        (("--amount", "9", "--rate", "0.1"), "`retire.amount` stands beside `rates`; allowed: one of them"),
        (("--path", "-1"), "--path -1: allowed is a whole number, 0 or more"),
        (("--cpi", "nowhere.csv"), "nowhere.csv: cannot be read: No such file or directory; allowed is a CSV file"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_asked_is_told(
    lived: Path, words: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ask(lived, monkeypatch, "retire", "income", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_who_takes_nothing_out_is_asked_how_much(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ask(lived, monkeypatch, "retire", "full")
    assert done.exit_code == 2
    assert "full has no `[withdrawal]`, so nothing says what is taken out; allowed: rates" in done.stderr
