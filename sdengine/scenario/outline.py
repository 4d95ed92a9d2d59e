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
FORM = "{" + ",".join(f'"{name}":%s' for name in TABLES) + "}"
TICKER = "ticker"
SETTINGS = tuple(sorted(AssetSettings.model_fields.keys() - {TICKER}))
FIRST = sum(name < TICKER for name in SETTINGS)
"""So many of an asset's settings stand in front of its ticker."""
BEFORE = "{" + "".join(f'"{name}":%s,' for name in SETTINGS[:FIRST]) + f'"{TICKER}":'
BEHIND = "".join(f',"{name}":%s' for name in SETTINGS[FIRST:]) + "}"
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
        return FORM % tuple(
            _assets(self.tables[name], self.of_assets) if name == "assets" else _table(self.tables[name])
            for name in TABLES
        )

    @property
    def bars_before(self) -> int:
        """How many bars before `start` it looks back on, as `Scenario.bars_before` tells."""
        return bars_before(self.tables)


def _assets(assets: Iterable[AssetSettings], of_assets: dict[str, Any]) -> str:
    texts, last = [], None
    for asset in assets:
        settings = asset.__dict__ | of_assets
        values = _settings(settings)
        if values != last:
            last, (before, behind) = values, _around_ticker(values)
        texts.append(before + _text(settings[TICKER]) + behind)
    return "[" + ",".join(texts) + "]"


@lru_cache(maxsize=256)
def _table(table: Settings | None) -> str:
    return canonical_json(plain(table))


@lru_cache(maxsize=256)
def _around_ticker(values: tuple[Any, ...]) -> tuple[str, str]:
    """Write an asset's text before its ticker, and behind it."""
    texts = tuple(map(_text, values))
    return BEFORE % texts[:FIRST], BEHIND % texts[FIRST:]


@lru_cache(maxsize=4096, typed=True)
def _text(value: Any) -> str:
    """Write one setting: typed, for 1 and 1.0 are written otherwise."""
    return canonical_json(plain(value))
