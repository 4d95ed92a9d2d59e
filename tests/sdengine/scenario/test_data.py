"""A scenario held against the data: tickers and windows."""

from datetime import date

import pytest

from sdengine.scenario import Scenario, check_against

COVERAGE = {"AAPL": (date(2000, 3, 1), date(2013, 3, 1)), "GOOG": (date(2004, 8, 19), date(2013, 3, 1))}


def problems(*tickers: str, **portfolio: str) -> list[str]:
    assets = [{"ticker": ticker} for ticker in tickers]
    return [str(p) for p in check_against(Scenario.from_dict({"assets": assets, "portfolio": portfolio}), COVERAGE)]


def test_a_scenario_that_fits_has_no_problems() -> None:
    assert problems("AAPL", "GOOG") == []
    assert problems("AAPL", "GOOG", start="2013-03-01") == []
    assert problems("AAPL", "GOOG", end="2004-08-19") == []


def test_unknown_tickers_are_told_with_the_nearest() -> None:
    assert problems("AAPL", "GOGO") == [
        "`assets.GOGO`: there are no bars of the ticker GOGO; did you mean `GOOG`?",
    ]
    assert problems("XYZ") == ["`assets.XYZ`: there are no bars of the ticker XYZ; there are bars of: AAPL, GOOG"]


def test_no_other_ticker_is_meant_by_one_that_could_not_be_fetched() -> None:
    told = check_against(Scenario.from_dict({"assets": [{"ticker": "GOGO"}]}), COVERAGE, failed={"GOGO"})
    assert [str(problem) for problem in told] == [
        "`assets.GOGO`: there are no bars of the ticker GOGO, which could not be fetched"
    ]


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        ({"end": "2004-08-18"}, "the first bar to 2004-08-18"),
        ({"start": "2001-01-01", "end": "2002-01-01"}, "2001-01-01 to 2002-01-01"),
    ],
)
def test_windows_without_bars_are_told(window: dict[str, str], sentence: str) -> None:
    assert problems("AAPL", "GOOG", **window) == [
        f"`assets.GOOG` has no bar in the window {sentence}; its bars run from 2004-08-19 to 2013-03-01"
    ]
    assert len(problems("AAPL", "GOOG", start="2013-03-02")) == 2
