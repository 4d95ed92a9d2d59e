"""A small market in which everything happens, and scenarios to play in it: what many tests share."""

from __future__ import annotations

from typing import Any

from tests.strategies.markets import Bars, Character

Case = tuple[dict[str, Any], Bars]
"""A scenario as it is written, and the bars that it plays in."""

LIVELY = [
    Character(price=100, volatility=0.05, gaps=0.1, dividends=0.02),
    Character(price=20, volatility=0.12, missing=0.1, cents=True),
    Character(price=3000, volatility=0.03, weekends=True, lists_after=0.2),
]


def lively_scenario(mode: str, path: str, variant: str, **portfolio: Any) -> dict[str, Any]:
    """Three assets that trade nearly every day and run out of cash now and then."""
    common: dict[str, Any] = {"variant": variant, "sd_n": 12, "profit_sharing_pct": 100}
    if mode == "rebalancing":
        common["target"] = 0.3
    if mode == "hybrid":
        common["band"] = [0.15, 0.45]
    tickers = (("A", 0.3, 1.0), ("B", 0.35, 1.0), ("C", 0.25, 1e-8))
    return {
        "portfolio": {"rebalancing_mode": mode, "path": path, **portfolio},
        "assets": [{"ticker": t, "weight": w, "lot_size": lot, **common} for t, w, lot in tickers],
    }


def first_of(differences: list[str]) -> str:
    """Return the first of many differences."""
    return f"{len(differences)} differences\n" + "\n".join(differences[:12])
