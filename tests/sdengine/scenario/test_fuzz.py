"""Whatever stands in a file: it is a scenario, or a ScenarioError with sentences; never another exception."""

import contextlib
from datetime import date, datetime, time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sdengine.scenario import Document, Scenario, ScenarioError, expand
from sdengine.scenario.schema import known_keys

TABLES = known_keys(())
ASSET = known_keys(("assets", 0))
DOTTED = [f"{table}.{key}" for table in TABLES for key in known_keys((table,))] + ["assets.A.sd_n", "assets.A", "a.b.c"]

scalars = st.one_of(
    st.booleans(),
    st.integers(-3, 200),
    st.just(10**400),
    st.floats(),
    st.sampled_from(["", "A", "full", "single", "random", "hybrid", "2004-08-19", "[", "vpw", "percent"]),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.just(datetime(2000, 1, 1)),
    st.just(time(1, 2)),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "step", "x", "ticker"]), inner, max_size=3)
    ),
)


def table_of(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*keys, "x"]), values, max_size=3)


asset = st.builds(
    lambda own, rest: rest | own, st.fixed_dictionaries({"ticker": st.sampled_from("AB")}), table_of(*ASSET)
)
assets = st.lists(asset | table_of(*ASSET), max_size=3)
sweeps = st.dictionaries(
    st.sampled_from([*DOTTED, *TABLES, "coupled", "max_members"]),
    st.lists(scalars, min_size=1, max_size=3) | values | st.lists(table_of(*DOTTED), max_size=2),
    max_size=2,
)
documents = st.fixed_dictionaries(
    {"assets": assets | values},
    optional={name: table_of(*known_keys((name,))) | values for name in TABLES if known_keys((name,))}
    | {"sweep": sweeps | values, "name": values, "source": values, "x": values},
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_anything_is_a_scenario_or_a_list_of_sentences(document: dict[str, Any]) -> None:
    try:
        members = expand(document, name="fuzz", file="fuzz.toml")
    except ScenarioError as error:
        refused = error
    else:
        for member in members:
            assert Scenario.from_parameters(member.parameters()).parameters() == member.parameters()
            for variant in ("buy_and_hold", "ath_only"):
                assert member.twin(variant).twin(variant) == member.twin(variant)
        return
    assert refused.problems
    for problem in refused.problems:
        assert problem.text
        assert problem.file == "fuzz.toml"
        assert "\n" not in problem.text


@settings(max_examples=100, deadline=None)
@given(documents, documents)
def test_inheriting_from_anything_is_told_or_done(document: dict[str, Any], base: dict[str, Any]) -> None:
    with contextlib.suppress(ScenarioError):
        expand(document | {"extends": "base"}, name="heir", find=lambda name, heir: Document("base", base, "base.toml"))
