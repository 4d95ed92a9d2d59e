"""The registry of metrics: what every column of `metrics` and `judge` is, made from their declarations."""

from __future__ import annotations

from schemas.columns import Table, text


class Definitions(
    Table,
    name="metrics.definitions",
    key=("id",),
    written_by="warehouse",
    grain="one row is one column of metrics or judge: what it is, and of a figure how it is computed",
):
    """Formulas name other columns and these letters: V value, W cash taken out, I the wealth index, r its daily
    returns, b those of what is compared with, d drawdowns, f cash_rate as a daily rate, p periods_per_year.
    """

    id = text("Table and column", matches="[a-z_.0-9]+")
    table_name = text("The table")
    name = text("The column")  # type: ignore[assignment]  # a column, which leaves the class
    kind = text(
        "A figure that is computed, a setting of the scenario, or what names a row", isin=("figure", "setting", "name")
    )
    meaning = text("What it is, in words")
    unit = text("Its unit; null: it has none", nullable=True)
    formula = text("How it is computed; null: no figure", nullable=True)
    sign = text("What its sign says; null: no figure", nullable=True)
    annualised = text("How it is brought to a year, or no; null: no figure", nullable=True)
    flows = text("What withdrawals do to it; null: no figure", nullable=True)
    zero = text("What a zero does; null: no figure", nullable=True)
    nothing = text("Where it is null; null: no figure", nullable=True)
    source = text("Who defined it; null: no figure", nullable=True)
