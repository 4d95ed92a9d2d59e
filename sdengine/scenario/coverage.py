"""A scenario held against the data: are there bars of its tickers, in its window?"""

from collections.abc import Collection, Mapping
from datetime import date

from sdengine.scenario.errors import Problem
from sdengine.scenario.tables import ScenarioTables
from sdengine.words import did_you_mean, first_few


def check_against(
    scenario: ScenarioTables,
    coverage: Mapping[str, tuple[date, date]],
    *,
    table: str = "assets",
    failed: Collection[str] = (),
) -> list[Problem]:
    """Compare a scenario with the data: `coverage` maps each ticker that has bars to its first and last date.

    `table`: where its tickers are written; `failed`: tickers that were asked for in vain, so that no other one need be
    meant. Returns one problem per asset whose ticker is unknown or has no bar in the
    scenario's window; none when all is well.
    """
    problems = []
    start, end = scenario.portfolio.start or date.min, scenario.portfolio.end or date.max
    for asset in scenario.assets:
        key = f"{table}.{asset.ticker}"
        if asset.ticker not in coverage:
            hint = (
                ", which could not be fetched"
                if asset.ticker in failed
                else did_you_mean(asset.ticker, coverage)
                or f"; there are bars of: {first_few(sorted(coverage), 10) or 'nothing'}"
            )
            problems.append(Problem(key, f"`{key}`: there are no bars of the ticker {asset.ticker}{hint}"))
            continue
        first, last = coverage[asset.ticker]
        if last < start or first > end:
            window = f"{scenario.portfolio.start or 'the first bar'} to {scenario.portfolio.end or 'the last bar'}"
            text = f"`{key}` has no bar in the window {window}; its bars run from {first} to {last}"
            problems.append(Problem(key, text))
    return problems
