"""Sweeps: which members a grid has, how they are called, and what is refused."""

from typing import Any

import pytest

from sdengine.scenario import Scenario, ScenarioError, expand

ASSETS = [{"ticker": "AAPL"}, {"ticker": "BRK.B", "sd_n": 5}]


def grid(sweep: Any, **tables: Any) -> list[Scenario]:
    return expand({"assets": ASSETS, **tables, "sweep": sweep}, name="base", file="base.toml")


def names(sweep: Any, **tables: Any) -> list[str]:
    return [member.name for member in grid(sweep, **tables)]


def problems(sweep: Any, **tables: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        grid(sweep, **tables)
    assert {problem.file for problem in caught.value.problems} == {"base.toml"}
    return [problem.text for problem in caught.value.problems]


def test_every_combination_is_a_member_with_its_values() -> None:
    members = grid({"asset_defaults.sd_n": [4, 8], "portfolio.cash_rate": [0, 0.02]})
    assert [(m.name, m.assets[0].sd_n, m.portfolio.cash_rate) for m in members] == [
        ("base[cash_rate=0,sd_n=4]", 4, 0),
        ("base[cash_rate=0,sd_n=8]", 8, 0),
        ("base[cash_rate=0.02,sd_n=4]", 4, 0.02),
        ("base[cash_rate=0.02,sd_n=8]", 8, 0.02),
    ]
    assert {m.sweep_of for m in members} == {"base"}
    assert {m.assets[1].sd_n for m in members} == {5}  # an asset's own setting wins


def test_members_share_the_tables_in_which_they_are_equal() -> None:
    one, two, three = grid({"asset_defaults.sd_n": [4, 8, 8.5]}, portfolio={"cash_rate": 0.02}, judge={"worlds": 19})
    assert one.portfolio is two.portfolio is three.portfolio
    assert one.portfolio.cash_rate == 0.02
    assert one.judge is three.judge
    assert one.assets[1] is three.assets[1], "it has an sd_n of its own"
    assert (one.assets[0].sd_n, two.assets[0].sd_n, three.assets[0].sd_n) == (4, 8, 8.5)


def test_what_was_given_is_known_of_a_table_and_of_none_that_was_copied_from_it() -> None:
    one, two = grid({"asset_defaults.sd_n": [4, 8]})
    assert one.assets[0].model_fields_set is two.assets[0].model_fields_set
    moved = one.assets[0].model_copy(update={"band": None})
    assert moved.model_fields_set == {"ticker", "sd_n", "weight", "band"}
    assert one.assets[0].model_fields_set == two.assets[0].model_fields_set == {"ticker", "sd_n", "weight"}


def test_names_and_order_do_not_depend_on_the_order_of_keys() -> None:
    sweep = {"asset_defaults.profit_sharing_pct": [25, 50.0], "asset_defaults.sd_n": [4, 8]}
    assert names(sweep)[:2] == ["base[sd_n=4,profit_sharing_pct=25]", "base[sd_n=4,profit_sharing_pct=50]"]
    assert names(sweep) == names(dict(reversed(sweep.items())))


def test_keys_may_be_written_with_or_without_quotes() -> None:
    nested = {"asset_defaults": {"sd_n": [4, 8]}, "assets": {"BRK.B": {"lot_size": {"from": 0, "to": 1, "step": 1}}}}
    dotted = {"asset_defaults.sd_n": [4, 8], "assets.BRK.B.lot_size": [0, 1]}
    assert grid(nested) == grid(dotted)


@pytest.mark.parametrize(
    ("spread", "values"),
    [
        ({"from": 0.1, "to": 0.7, "step": 0.1}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        ({"from": 2, "to": 9, "step": 3}, [2, 5, 8]),
        ({"from": 3, "to": 1, "step": -0.5}, [3, 2.5, 2, 1.5, 1]),
        ({"from": 7, "to": 7, "step": 1}, [7]),
    ],
)
def test_a_range_has_both_ends_and_does_not_drift(spread: dict[str, float], values: list[float]) -> None:
    assert [m.assets[0].sd_n for m in grid({"asset_defaults.sd_n": spread})] == values


def test_a_range_of_whole_numbers_fits_a_whole_number() -> None:
    members = grid({"withdrawal.years": {"from": 20, "to": 40, "step": 10}}, withdrawal={"rule": "vpw", "years": 5})
    assert [m.withdrawal.years for m in members] == [20, 30, 40]


def test_coupled_keys_move_together_and_form_one_axis() -> None:
    members = grid(
        {
            "portfolio.path": ["calm", "nearest"],
            "coupled": [
                {"portfolio.start": ["2000-01-01", "2005-01-01"], "portfolio.end": ["2004-12-31", "2009-12-31"]}
            ],
        }
    )
    told = [(m.portfolio.path, m.portfolio.start.year, m.portfolio.end.year) for m in members]
    assert told == [
        ("calm", 2000, 2004),
        ("calm", 2005, 2009),
        ("nearest", 2000, 2004),
        ("nearest", 2005, 2009),
    ]
    assert members[0].name == "base[path=calm,start=2000-01-01,end=2004-12-31]"


def test_one_asset_is_addressed_by_its_ticker() -> None:
    members = grid({"assets.BRK.B.sd_n": [6, 7], "assets.AAPL.quantity": [10]}, asset_defaults={"weight": 0.1})
    assert [m.assets[1].sd_n for m in members] == [6, 7]
    assert (members[0].assets[0].quantity, members[0].assets[0].weight) == (10, None)
    assert members[0].name == "base[AAPL.quantity=10,BRK.B.sd_n=6]"


def test_the_same_key_of_two_tables_is_told_apart_in_the_name() -> None:
    assert names({"asset_defaults.sd_n": [3], "assets.AAPL.sd_n": [4]}) == ["base[sd_n=3,AAPL.sd_n=4]"]
    swept = {"arbitrage.threshold": [0.2], "dynamic_sd_n.gap_threshold": [0.01], "withdrawal.rate": [0.1]}
    assert names(swept) == ["base[rate=0.1,threshold=0.2,gap_threshold=0.01]"]


def test_whole_tables_can_be_swept_and_switched_off() -> None:
    members = grid(
        {
            "withdrawal": [False, {"rate": 0.04}, {"label": "4% rule", "rule": "constant", "initial_rate": 0.04}],
            "assets": [ASSETS[:1], ASSETS],
        },
        withdrawal={"monthly_amount": 100},
    )
    assert [m.name for m in members] == [
        "base[assets=AAPL,withdrawal=false]",
        "base[assets=AAPL,withdrawal=rate:0.04]",
        "base[assets=AAPL,withdrawal=4% rule]",
        "base[assets=AAPL+BRK.B,withdrawal=false]",
        "base[assets=AAPL+BRK.B,withdrawal=rate:0.04]",
        "base[assets=AAPL+BRK.B,withdrawal=4% rule]",
    ]
    rules = [m.withdrawal.rule if m.withdrawal else None for m in members[:3]]
    assert rules == [None, "percent", "constant"]


def test_a_swept_setting_puts_its_alternatives_aside() -> None:
    members = grid({"withdrawal.rate": [0.03, 0.04]}, withdrawal={"monthly_amount": 100, "funding": "pro_rata"})
    assert [(m.withdrawal.rule, m.withdrawal.rate, m.withdrawal.funding) for m in members] == [
        ("percent", 0.03, "pro_rata"),
        ("percent", 0.04, "pro_rata"),
    ]


@pytest.mark.parametrize(
    ("sweep", "text"),
    [
        ({}, "`sweep` is empty; allowed: one key with its values or more"),
        (3, "`sweep` is 3; allowed: a table"),
        ({"portfolio.path": "single"}, '`sweep."portfolio.path"` is a single value; allowed: a list, or a range '),
        ({"portfolio.path": []}, '`sweep."portfolio.path"` is an empty list; allowed: one value or more'),
        ({"portfolio.pat": ["calm"]}, "in the sweep: unknown key `portfolio.pat`; did you mean `path`?"),
        ({"portfolo.path": ["calm"]}, "in the sweep: unknown key `portfolo.path`; did you mean `portfolio`?"),
        ({"name": ["a", "b"]}, "in the sweep: unknown key `name`; a sweep can vary: portfolio, asset_defaults, "),
        (
            {"assets.APL.sd_n": [1]},
            "in the sweep: `assets.APL.sd_n`: the scenario has no asset 'APL'; did you mean `AAPL`?",
        ),
        ({"assets.AAPL.sdn": [1]}, "in the sweep: unknown key `assets.AAPL.sdn`; did you mean `sd_n`?"),
        (
            {"portfolio.cash_rate": {"from": 1, "to": 0, "step": 0.1}},
            '`sweep."portfolio.cash_rate"` never gets from 1 to 0 in steps of 0.1',
        ),
        (
            {"portfolio.cash_rate": {"from": 0, "to": 1, "step": 0}},
            '`sweep."portfolio.cash_rate"` never gets from 0 to 1 in steps of 0',
        ),
        (
            {"portfolio.cash_rate": {"from": 0, "step": 0}},
            '`sweep."portfolio.cash_rate"` is a table with from, step; a range has from, to and step',
        ),
        (
            {"portfolio.cash_rate": {"from": 0, "to": "1", "step": 1}},
            "`sweep.\"portfolio.cash_rate\"` has to = '1'; allowed: a number",
        ),
        (
            {"portfolio.cash_rate": {"from": 0, "to": float("inf"), "step": 1}},
            '`sweep."portfolio.cash_rate"` has an end or a step that is not finite',
        ),
        (
            {"coupled": [{"portfolio.start": ["2000-01-01"], "portfolio.end": ["2004-12-31", "2005-12-31"]}]},
            "the lists of one `sweep.coupled` table move together, but portfolio.start has 1, portfolio.end has 2",
        ),
        (
            {"asset_defaults.sd_n": [4], "coupled": [{"asset_defaults.sd_n": [5]}]},
            '`sweep."asset_defaults.sd_n"` is swept twice; allowed: once',
        ),
        (
            {"asset_defaults.sd_n": [8, 8.0]},
            "the members base[sd_n=8] and base[sd_n=8] of `sweep` are the same scenario",
        ),
        (
            {"assets.BRK.B.sd_n": [7], "asset_defaults.sd_n": [0, 8]},
            "`asset_defaults.sd_n` is 0; allowed: a number from 0.01 to 1000 (in base[sd_n=0,BRK.B.sd_n=7])",
        ),
        (
            {"max_members": 11, "asset_defaults.sd_n": [1, 2, 3, 4], "portfolio.cash_rate": [0, 0.1, 0.2]},
            "`sweep` spans 4 x 3 = 12 scenarios; allowed: at most 11; max_members allows more",
        ),
        (
            {"asset_defaults.sd_n": {"from": 1, "to": 20000, "step": 1}},
            '`sweep."asset_defaults.sd_n"` has 20000 values; allowed: at most 10000',
        ),
        ({"max_members": 0, "asset_defaults.sd_n": [4]}, "`sweep.max_members` is 0; allowed: a whole number 1 or more"),
    ],
)
def test_a_wrong_sweep_is_refused(sweep: Any, text: str) -> None:
    told = problems(sweep)
    assert len(told) == 1
    assert told[0].startswith(text)


def test_a_sweep_that_no_asset_listens_to_is_refused() -> None:
    told = problems({"asset_defaults.sd_n": [6, 8]}, assets=[{"ticker": "AAPL", "sd_n": 5}])
    assert told == ["the members base[sd_n=6] and base[sd_n=8] of `sweep` are the same scenario"]


def test_what_is_wrong_in_the_base_is_told_once_for_all_members() -> None:
    told = problems({"asset_defaults.sd_n": {"from": 1, "to": 500, "step": 1}}, portfolio={"path": "zigzag"})
    assert told == [
        '`portfolio.path` is "zigzag"; allowed: nearest, high_first, low_first, calm, busy, random '
        "(in base[sd_n=1] and others)"
    ]


def test_members_are_ordinary_scenarios() -> None:
    swept = grid({"asset_defaults.sd_n": [6, 8]})[0]
    written = Scenario.from_dict({"name": "x", "assets": ASSETS, "asset_defaults": {"sd_n": 6}})
    assert swept.parameters() == written.parameters()


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (
            {"asset_defaults.sd_n": {"from": 1, "to": 1e308, "step": 1e-300}},
            "has more than a million values; allowed",
        ),
        ({"asset_defaults.sd_n": {"from": -1e308, "to": 1e308, "step": 5e-324}}, "has more than a million values"),
        (
            {"max_members": 10**11, "asset_defaults.sd_n": [4]},
            "is 100000000000; allowed: a whole number 1 or more and at",
        ),
        ({"a." * 3000 + "b": [1]}, "in the sweep: unknown key `a.a."),
    ],
)
def test_no_range_is_too_wide_to_be_refused(sweep: Any, sentence: str) -> None:
    text = problems(sweep)[0]
    assert sentence in text
    assert len(text) < 300
