"""Bad scenarios: each is refused with the file, the key, what was given, what is allowed and the nearest known key."""

from typing import Any

import pytest

from sdengine.scenario import Scenario, ScenarioError

APPLE = {"ticker": "AAPL"}


def refused(**tables: Any) -> list[tuple[str, str]]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict({"assets": [APPLE], **tables}, file="mine.toml")
    assert all(problem.file == "mine.toml" for problem in caught.value.problems)
    return [(problem.key, problem.text) for problem in caught.value.problems]


def asset(**keys: Any) -> dict[str, Any]:
    return {"assets": [{"ticker": "AAPL", **keys}]}


@pytest.mark.parametrize(
    ("tables", "key", "text"),
    [
        (
            {"portfolio": {"inital_cash": 1}},
            "portfolio.inital_cash",
            "unknown key `portfolio.inital_cash`; did you mean `initial_cash`?",
        ),
        ({"initial_cash": 1}, "initial_cash", "unknown key `initial_cash`; did you mean `portfolio.initial_cash`?"),
        (
            {"taxes": {"short_rate": 0, "long_rate": 0, "zzz": 1}},
            "taxes.zzz",
            "unknown key `taxes.zzz`; known here: short_rate, long_rate",
        ),
        (
            {"portfolio": {"path": "lowfirst"}},
            "portfolio.path",
            '`portfolio.path` is "lowfirst"; allowed: nearest, high_first, low_first, calm, busy, random; '
            'did you mean "low_first"?',
        ),
        (
            {"portfolio": {"path": "single"}},
            "portfolio.path",
            '`portfolio.path` is "single", which is no path; write requote = "nightly", and a path beside it',
        ),
        (
            {"portfolio": {"initial_cash": -5}},
            "portfolio.initial_cash",
            "`portfolio.initial_cash` is -5; allowed: a number above 0",
        ),
        (asset(sd_n=0), "assets.AAPL.sd_n", "`assets.AAPL.sd_n` is 0; allowed: a number from 0.01 to 1000"),
        (asset(sd_n="8"), "assets.AAPL.sd_n", '`assets.AAPL.sd_n` is "8"; allowed: a number from 0.01 to 1000'),
        (asset(sd_n=True), "assets.AAPL.sd_n", "`assets.AAPL.sd_n` is true; allowed: a number from 0.01 to 1000"),
        (
            asset(sd_n=float("inf")),
            "assets.AAPL.sd_n",
            "`assets.AAPL.sd_n` is inf; allowed: a number from 0.01 to 1000",
        ),
        (
            asset(profit_sharing_pct=201),
            "assets.AAPL.profit_sharing_pct",
            "`assets.AAPL.profit_sharing_pct` is 201; allowed: a number above 0 and at most 200",
        ),
        (
            asset(profit_sharing_pct=0),
            "assets.AAPL.profit_sharing_pct",
            "`assets.AAPL.profit_sharing_pct` is 0; allowed: a number above 0 and at most 200",
        ),
        (
            asset(band=[0.5, 0.2]),
            "assets.AAPL.band",
            "`assets.AAPL.band` is [0.5, 0.2]; allowed: [min, max] with min <= max",
        ),
        (
            asset(band=[-0.1, 1.2]),
            "assets.AAPL.band",
            "`assets.AAPL.band` is [-0.1, 1.2]; allowed: [min, max], each a number from 0 to 1",
        ),
        (
            asset(band=[0.1]),
            "assets.AAPL.band",
            "`assets.AAPL.band` is [0.1]; allowed: [min, max], each a number from 0 to 1",
        ),
        (
            asset(weight=0.5, value=3),
            "assets.AAPL.value",
            "`assets.AAPL.value` stands beside `weight`; allowed: one of weight, value, quantity",
        ),
        (
            asset(variant="full", buyback_enabled=True),
            "assets.AAPL.buyback_enabled",
            "`assets.AAPL.buyback_enabled` and `variant` are both given; allowed: one of them",
        ),
        (
            asset(buyback_enabled="no"),
            "assets.AAPL.buyback_enabled",
            '`assets.AAPL.buyback_enabled` is "no"; allowed: true or false',
        ),
        ({"assets": []}, "assets", "`assets` is empty; allowed: one asset or more"),
        ({"assets": 3}, "assets", "`assets` is 3; allowed: a list of tables ([[assets]])"),
        (
            {"assets": [{"sd_n": 8}]},
            "assets[0].ticker",
            "`assets[0].ticker` is missing; allowed: a text without blanks",
        ),
        ({"assets": [APPLE, APPLE]}, "assets.AAPL.ticker", "the asset AAPL is given twice; allowed: once"),
        (
            {"assets": [{"ticker": "A", "weight": 0.7}, {"ticker": "B", "weight": 0.4}]},
            "assets",
            "the weights of `assets` sum to 1.1; allowed: at most 1",
        ),
        (
            {"assets": [{"ticker": "A", "weight": 0.1, "target": 0.7}, {"ticker": "B", "target": 0.4}]},
            "assets",
            "the targets of `assets` sum to 1.1; allowed: at most 1",
        ),
        (
            {"assets": [{"ticker": "A", "band": [0.7, 1]}, {"ticker": "B", "band": [0.4, 1]}]},
            "assets",
            "the smallest weights of all bands sum to 1.1; allowed: at most 1",
        ),
        (
            {"assets": [{"ticker": "A", "weight": 1}, {"ticker": "B"}]},
            "assets.B.weight",
            "`assets.B.weight` is missing, and the other assets take all cash; give it or reduce theirs",
        ),
        (
            {"portfolio": {"rebalancing_mode": "rebalancing"}},
            "assets.AAPL.target",
            "`assets.AAPL.target` is missing; the rebalancing_mode rebalancing needs it on every asset",
        ),
        (
            {"portfolio": {"rebalancing_mode": "hybrid"}},
            "assets.AAPL.band",
            "`assets.AAPL.band` is missing; the rebalancing_mode hybrid needs it on every asset",
        ),
        (
            {"portfolio": {"start": "2004-08-19", "end": "2003-01-01"}},
            "portfolio.end",
            "`portfolio.end` is 2003-01-01; allowed: a date not before the start, 2004-08-19",
        ),
        (
            {"portfolio": {"start": "2004-13-01"}},
            "portfolio.start",
            '`portfolio.start` is "2004-13-01"; allowed: a date such as 2004-08-19',
        ),
        (
            {"withdrawal": {}},
            "withdrawal.monthly_amount",
            "`withdrawal.monthly_amount` is missing; the rule constant needs `monthly_amount` or `initial_rate` "
            "(`rate` alone means the rule percent)",
        ),
        (
            {"withdrawal": {"monthly_amount": 1, "rate": 0.1}},
            "withdrawal.rate",
            "`withdrawal.rate` stands beside `monthly_amount`; allowed: one of them",
        ),
        (
            {"withdrawal": {"rate": 0.1, "floor": -0.1}},
            "withdrawal.floor",
            "`withdrawal.floor` is -0.1; allowed: a number from 0 to 1",
        ),
        (
            {"withdrawal": {"rate": 0.1, "ceiling": -0.1}},
            "withdrawal.ceiling",
            "`withdrawal.ceiling` is -0.1; allowed: a number 0 or more",
        ),
        (
            {"withdrawal": {"rule": "vpw", "years": 30.0}},
            "withdrawal.years",
            "`withdrawal.years` is 30.0; allowed: a whole number from 1 to 150",
        ),
        (
            {"withdrawal": {"rule": "vanguard", "rate": 0.04, "years": 30}},
            "withdrawal.years",
            "`withdrawal.years` does not go with the rule vanguard; allowed with it: rate, floor, ceiling",
        ),
        ({"taxes": 0.3}, "taxes", "`taxes` is 0.3; allowed: a table"),
        (
            {"asset_defaults": {"weight": 0.5, "quantity": 1}},
            "asset_defaults.quantity",
            "`asset_defaults.quantity` stands beside `weight`; allowed: one of weight, value, quantity",
        ),
        (
            {"sweep": {}},
            "sweep",
            "`sweep` makes this a description of scenarios: read it with `expand`",
        ),
    ],
)
def test_one_problem_is_told_in_one_sentence(tables: dict[str, Any], key: str, text: str) -> None:
    assert refused(**tables) == [(key, text)]


def test_all_problems_are_told_at_once() -> None:
    keys = [
        key
        for key, _ in refused(
            portfolio={"path": 3, "slippage_bps": -1},
            asset_defaults={"sd_n": 0},
            assets=[{"ticker": "A"}, {"ticker": "B", "lot_size": "1"}],
            nonsense=1,
        )
    ]
    assert sorted(keys) == [
        "asset_defaults.sd_n",
        "assets.B.lot_size",
        "nonsense",
        "portfolio.path",
        "portfolio.slippage_bps",
    ]


def test_a_wrong_default_is_told_once_not_for_every_asset() -> None:
    problems = refused(asset_defaults={"sd_n": 0}, assets=[{"ticker": ticker} for ticker in "ABC"])
    assert problems == [("asset_defaults.sd_n", "`asset_defaults.sd_n` is 0; allowed: a number from 0.01 to 1000")]


def test_the_message_names_the_file_once_per_problem() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict({"assets": [{"ticker": "A", "sd_n": 0, "lot_size": -1}]}, file="mine.toml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert all(line.startswith("mine.toml: `assets.A.") for line in lines)


def test_numbers_too_large_for_a_float_are_refused() -> None:
    assert [key for key, _ in refused(portfolio={"initial_cash": 10**400})] == ["portfolio.initial_cash"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "a\u202eb"}, "`name` holds the character U+202E, which does not show; leave it out"),
        ({"name": "n" * 1001}, "`name` has 1,001 letters; allowed: at most 1,000"),
        ({"source": "a\x1b[2J"}, "`source` holds the character U+001B, which does not show; leave it out"),
        ({"benchmark": {"weights": {"S\u200bPY": 1.0}}}, "which does not show; leave it out"),
        ({"benchmark": {"ticker": "S\u200bPY"}}, "`benchmark.ticker` holds the character U+200B"),
        ({"assets": [{"ticker": "U\x1b[31mP"}]}, "holds the character U+001B, which does not show; leave it out"),
        ({"assets": [{"ticker": "T" * 81}]}, "has 81 letters; allowed: at most 80"),
        ({"assets": [{"ticker": "A", "asset_class": "c\u2066"}]}, "holds the character U+2066"),
    ],
)
def test_names_are_bounded_and_of_characters_that_show(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        Scenario.from_dict({"name": "x", "assets": [{"ticker": "A"}], **changes})
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("value", [10**5000, [[]] * 3, "x" * 10_000], ids=["digits", "lists", "letters"])
def test_whatever_stands_in_a_number_is_told_shortly(value: Any) -> None:
    with pytest.raises(ScenarioError) as refusal:
        Scenario.from_dict({"name": "x", "assets": [{"ticker": "A"}], "portfolio": {"initial_cash": value}})
    assert len(str(refusal.value)) < 200
