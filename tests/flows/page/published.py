"""A small published night with an income, one that only others pay, a sweep over starts, and one over two settings."""

from __future__ import annotations

from pathlib import Path

from tests.flows.nights import BASE, night, write_bars, write_scenarios

INCOME = '[withdrawal]\nmonthly_amount = 200\ncoverage_ratio_min = 0\nfunding = "pro_rata"\n'
CAREFUL = '[withdrawal]\nmonthly_amount = 4000\ncoverage_ratio_min = 1\n[benchmark]\nticker = "SAW"\n'
"""Its twins and its benchmark pay 4,000 a month of 10,000 until nothing is left; it pays next to nothing itself."""
SAID = "What <it> & its rent are for"
DAYS = 130
"""From New Year 2024 into May: four withdrawals come due."""


def publish(home: Path) -> Path:
    """Run a night below `home` and publish it."""
    base = BASE.format(sd_n=8)
    write_bars(home / "bars", days=DAYS)
    write_scenarios(
        home / "scenarios",
        full=base,
        income=f'description = "{SAID}"\n' + base + INCOME,
        careful=base + CAREFUL,
        begun=base + INCOME + '[sweep]\n"portfolio.start" = ["2024-01-01", "2024-03-01"]\n',
        grid=base + '[sweep]\n"asset_defaults.sd_n" = [4, 16]\n"asset_defaults.profit_sharing_pct" = [25, 50]\n',
    )
    night(home)
    return home
