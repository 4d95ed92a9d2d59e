"""The parameters of a scenario that uses every table, on two assets that share some settings and differ in others."""

from sdengine.scenario import Scenario

EVERYTHING = Scenario.from_dict(
    {
        "portfolio": {"initial_cash": 5000.0, "start": "2004-08-19", "slippage_bps": 2.0, "rebalancing_mode": "hybrid"},
        "assets": [
            {"ticker": "A", "weight": 0.25, "target": 0.3, "band": [0.1, 0.4], "asset_class": "shares"},
            {"ticker": "B", "value": 500.0, "target": 0.3, "band": [0.1, 0.5], "asset_class": "shares"},
        ],
        "withdrawal": {"rule": "guyton_klinger", "initial_rate": 0.05, "inflation": 0.02, "years": 25},
        "taxes": {"short_rate": 0.35, "long_rate": 0.15},
        "rebalancing": {"drift": 0.1, "calendar": "quarter", "signals": False},
        "arbitrage": {"threshold": 0.2, "fraction": 0.5, "cooldown_days": 7},
        "dynamic_sd_n": {"gap_threshold": 0.03},
    }
).parameters()
