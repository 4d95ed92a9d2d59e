"""A scenario or a twin of it as far as a plan needs it: its parameters as text, put together from pieces.

The members of a sweep and their twins are much alike: the assets of one mostly differ by their tickers, the other
tables of neighbours not at all. So each piece is written once for many, and no twin is made to be written down.
"""

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from schemas.canonical import canonical_json
from sdengine.scenario.asset import AssetSettings
from sdengine.scenario.base import Settings
from sdengine.scenario.canonical import plain
from sdengine.scenario.tables import RESULT, bars_before

TABLES = tuple(sorted(RESULT))
TICKER = "ticker"
SETTINGS = tuple(sorted(AssetSettings.model_fields.keys() - {TICKER}))
_settings = itemgetter(*SETTINGS)


class Outline(NamedTuple):
    """What is run, unmade.

    tables     by name, as a scenario has them
    of_assets  settings that each asset has in the place of its own
    """

    tables: dict[str, Any]
    of_assets: dict[str, Any]

    @property
    def parameters(self) -> str:
        """Write the parameters, as `canonical_json` writes those of the scenario."""
        texts = (
            _assets(self.tables[name], self.of_assets) if name == "assets" else _table(self.tables[name])
            for name in TABLES
        )
        return "{" + ",".join(f'"{name}":{text}' for name, text in zip(TABLES, texts, strict=True)) + "}"

    @property
    def bars_before(self) -> int:
        """How many bars before `start` it looks back on, as `Scenario.bars_before` tells."""
        return bars_before(self.tables)


def _assets(assets: Iterable[AssetSettings], of_assets: dict[str, Any]) -> str:
    texts = []
    for asset in assets:
        settings = asset.__dict__ | of_assets
        before, behind = _around_ticker(_settings(settings))
        texts.append(before + _ticker(settings[TICKER]) + behind)
    return "[" + ",".join(texts) + "]"


@lru_cache(maxsize=256)
def _table(table: Settings | None) -> str:
    return canonical_json(plain(table))


@lru_cache(maxsize=1024)
def _ticker(ticker: str) -> str:
    return canonical_json(ticker)


@lru_cache(maxsize=256)
def _around_ticker(values: tuple[Any, ...]) -> tuple[str, str]:
    """Write an asset's text before its ticker, and behind it."""
    settings = dict(zip(SETTINGS, values, strict=True))
    # no text in it can hold that: in a text, quotes are escaped
    before, mark, behind = canonical_json(plain(settings | {TICKER: ""})).partition(f'"{TICKER}":""')
    return before + mark[:-2], behind
