"""A small set of books, worked by hand: one run of two assets over four days, and everything that belongs to it.

initial cash 1000
2 Jan  INITIAL_BUY A 5 at 100, costs 1          bank 1000 - 500 - 1 = 499
3 Jan  SELL        A 1 at 109, costs 1          bank 499 + 109 - 1  = 607
4 Jan  INITIAL_BUY B 10 at 20, costs 1          bank 607 - 200 - 1  = 406     (A has no bar)
5 Jan  INTEREST 2 · DIVIDEND B 0.1 on 10 shares bank 408 · 409
       SKIP_BUY A (wanted 1 at 99)              bank 409
       WITHDRAWAL 9                             bank 400

value  499 + 5*100 = 999 · 607 + 4*108 = 1039 · 406 + 4*108 + 10*20 = 1038 · 400 + 4*101 + 10*21 = 1014
NAV    A 100, 110, 110, 110; B 20, 22           5*100 = 500 · 4*110 = 440 · 440 + 10*20 = 640 · 440 + 10*22 = 660
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

import schemas
from tests.schemas.examples import a_good_row
from warehouse import Warehouse

RUN = "00000000000000aa"
TWIN = "00000000000000bb"
NOW = datetime(2024, 1, 6, 2, 0)
D1, D2, D3, D4 = (date(2024, 1, day) for day in (2, 3, 4, 5))
DATA = json.dumps({"A": [str(D1), str(D4), 3, "x"], "B": [str(D3), str(D4), 2, "y"]})
PARAMETERS = json.dumps({"portfolio": {"initial_cash": 1000.0}})


MONTHS = dict.fromkeys(("months_due", "months_in_full", "months_short", "months_none"))
MEASURED: dict[str, Any] = {
    "run_id": RUN,
    "scenario": "by hand",
    "role": "scenario",
    "days": 4,
    "initial_cash": 1000.0,
    "final_value": 1014.0,
    "total_return": 0.023,  # 999/1000 * 1039/999 * 1038/1039 * 1023/1038
    "max_drawdown": 0.0154,  # 1 - 1023/1039
    "synthetic_dividends": 109.0,
    "dividends": 1.0,
    "interest": 2.0,
    "withdrawals": 9.0,
    "withdrawals_due": None,
    "costs": 3.0,
    "taxes": 0.0,
    "fills": 3,
    "bank_return_contribution": 0.002,
    "bank_drawdown_contribution": -0.002,
    **MONTHS,
}
"""What the metrics make of the run, as far as other tables have to agree with it; the policy is not looked at."""
ASSETS: list[dict[str, Any]] = [
    # 4*101 + 109 - 500 - 2 = 11; 10*21 + 1 - 200 - 1 = 10
    {"ticker": "A", "gain": 11.0, "return_contribution": 0.011, "drawdown_contribution": 0.0274},
    {"ticker": "B", "gain": 10.0, "return_contribution": 0.01, "drawdown_contribution": -0.01},
]
for asset, income in zip(ASSETS, (109.0, 0.0), strict=True):
    asset |= {"run_id": RUN, "synthetic_dividends": income, "synthetic_dividend_share": income / 109.0}


def frame(table: str, rows: list[tuple[Any, ...]], columns: str) -> pl.DataFrame:
    """Rows of a table, the columns that are not named being null."""
    declared = schemas.table(table)
    names = columns.split()
    given = pl.DataFrame(rows, schema={name: declared.polars_schema()[name] for name in names}, orient="row")
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in declared.polars_schema().items() if name not in names]
    return given.with_columns(missing).select(declared.names())


def bars() -> pl.DataFrame:
    return frame(
        "clean.bars",
        [
            ("A", D1, 98.0, 105.0, 95.0, 100.0, 1.0, "hand"),
            ("A", D2, 100.0, 110.0, 99.0, 108.0, 1.0, "hand"),
            ("A", D4, 105.0, 107.0, 99.0, 101.0, 1.0, "hand"),
            ("B", D3, 20.0, 21.0, 19.0, 20.0, 1.0, "hand"),
            ("B", D4, 20.0, 22.0, 19.0, 21.0, 1.0, "hand"),
        ],
        "ticker date open high low close split_factor source",
    )


def fills(run_id: str = RUN) -> pl.DataFrame:
    rows = [
        (0, D1, "A", "INITIAL_BUY", 5.0, 100.0, 500.0, 1.0, 499.0, 0.0, 100.0, 5.0),
        (1, D2, "A", "SELL", 1.0, 109.0, 109.0, 1.0, 607.0, 0.09, 109.0, 4.0),
        (2, D3, "B", "INITIAL_BUY", 10.0, 20.0, 200.0, 1.0, 406.0, 0.0, 20.0, 10.0),
        (3, D4, None, "INTEREST", 0.0, 0.0, 2.0, 0.0, 408.0, 0.0, None, None),
        (4, D4, "B", "DIVIDEND", 0.0, 0.1, 1.0, 0.0, 409.0, 0.0, 20.0, 10.0),
        (5, D4, "A", "SKIP_BUY", 1.0, 99.0, 0.0, 0.0, 409.0, -0.1, 109.0, 4.0),
        (6, D4, None, "WITHDRAWAL", 0.0, 0.0, -9.0, 0.0, 400.0, 0.0, None, None),
    ]
    columns = "seq date ticker action qty price total costs bank_after nav_premium anchor holdings_after"
    return frame("backtest.fills", [(run_id, *row) for row in rows], f"run_id {columns}")


def portfolio_days(run_id: str = RUN) -> pl.DataFrame:
    rows = [(D1, 999.0, 499.0, 500.0, 0.0), (D2, 1039.0, 607.0, 440.0, 0.0)]
    rows += [(D3, 1038.0, 406.0, 640.0, 0.0), (D4, 1014.0, 400.0, 660.0, 9.0)]
    named = [(run_id, *row) for row in rows]
    return frame("backtest.portfolio_days", named, "run_id date total_value bank nav_value withdrawn")


def lots(run_id: str = RUN) -> pl.DataFrame:
    rows = [
        ("A", 0, D1, "INITIAL_BUY", 1.0, 100.0, 100.2, 1, D2, "SELL", 109.0, 7.8, False),
        ("A", 0, D1, "INITIAL_BUY", 4.0, 100.0, 100.2, None, None, None, None, None, None),
        ("B", 2, D3, "INITIAL_BUY", 10.0, 20.0, 20.1, None, None, None, None, None, None),
    ]
    columns = " ".join(schemas.table("backtest.lots").names())
    return frame("backtest.lots", [(run_id, *row) for row in rows], columns)


def runs(*, run_id: str = RUN, **changes: Any) -> pl.DataFrame:
    row = {
        "run_id": run_id,
        "scenario": "by hand",
        "role": "scenario",
        "parameters": PARAMETERS,
        "engine": "e1",
        "data": DATA,
        "first_date": D1,
        "last_date": D4,
        "status": "done",
        "asked": True,
        "keep": "all",
        **changes,
    }
    return frame("backtest.runs", [tuple(row.values())], " ".join(row))


def example(table: str, **values: Any) -> pl.DataFrame:
    """Make a good row of `table` with some values given."""
    row = a_good_row(schemas.table(table))
    return row.with_columns(pl.Series(key, [value], dtype=row.schema[key]) for key, value in values.items())


def write(warehouse: Warehouse) -> None:
    """Write the whole set of books, as a night would leave it."""
    raw = bars().select("ticker", "date", "open", "high", "low", "close", "volume", "source")
    stamped = raw.with_columns(adjustment=pl.lit("none"), ingested_at=pl.lit(NOW, pl.Datetime("us")))
    with warehouse.transaction():
        warehouse.replace("raw.bars", stamped)
        warehouse.replace("raw.fetches", example("raw.fetches"))
        warehouse.replace("clean.bars", bars())
        warehouse.replace("clean.checks", example("clean.checks"))
        warehouse.replace("backtest.runs", runs())
        warehouse.replace("backtest.fills", fills())
        warehouse.replace("backtest.portfolio_days", portfolio_days())
        warehouse.replace("backtest.lots", lots())
        warehouse.replace("metrics.runs", example("metrics.runs", **MEASURED))
        warehouse.replace("metrics.assets", pl.concat([example("metrics.assets", **asset) for asset in ASSETS]))
        years = {key: MEASURED[key] for key in schemas.table("metrics.years").names() if key in MEASURED}
        of_policy = dict.fromkeys(("due", "paid_share"))
        warehouse.replace("metrics.years", example("metrics.years", year=2024, paid=9.0, **(years | of_policy)))


def open_here(directory: Path, **settings: Any) -> Warehouse:
    """Open a warehouse for tests: one thread, rules by SQL, and no waiting for others."""
    return Warehouse.open(directory, **{"threads": 1, "validation": "sql", "wait_seconds": 0.0, **settings})


def publish_a_night(warehouse: Warehouse, **settings: Any) -> str:
    batch = warehouse.ledger.start("run", "hand", "a night")
    warehouse.publish(batch, **settings)
    return batch
