"""A sweep of which all, some or none of the detail is kept, and what is read of it."""

from __future__ import annotations

from pathlib import Path

from schemas.backtest import DETAIL
from tests.flows.nights import BASE, night, write_bars, write_scenarios
from warehouse import Results

MEMBER = "grid[sd_n=4]"
GRID = (
    BASE.format(sd_n=8)
    + '[withdrawal]\nmonthly_amount = 400\nfunding = "pro_rata"\n[arbitrage]\nthreshold = 0.01\n'
    + '[sweep]\n"asset_defaults.sd_n" = [4, 5, 9, 16]\n'
)
READ = (
    *(f"backtest.{name}" for name in (*DETAIL, "orders", "trades", "asset_days")),
    *(f"main.{name}" for name in ("fills", "days", "skipped", "income", "orders")),
)


def grid(keep: str) -> str:
    """Write the sweep, of which so much is kept."""
    return GRID.replace("[sweep]\n", f'[sweep]\nkeep = "{keep}"\n')


def make_home(home: Path, keep: str = "all") -> Path:
    """Make a home with a night of the sweep, and of a scenario by itself that is kept whole."""
    write_bars(home / "bars", days=70)
    write_scenarios(home / "scenarios", grid=grid(keep), one=BASE.format(sd_n=5))
    assert not night(home).failed
    return home


def sorted_rows(results: Results, name: str) -> list[str]:
    """Read a table or view as sorted text."""
    return sorted(map(repr, results.rows(f"from {name}")))
