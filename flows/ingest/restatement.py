"""Whether a source still says what it said: its answer held against what is stored, without jitter.

A night asks a source for what is new and a few sessions more. Where those sessions agree with the stored ones, the new
bars are added. Where they do not, the source has restated its history (a split, a correction, a dividend it had
forgotten), and nothing older can be trusted to fit what is new: the ticker is fetched whole.

Sources jitter in the seventh digit from call to call; numbers that agree within JITTER are the same number, and the
stored one stays. Volumes go on being counted after the close; a changed volume is corrected in place and asks for
nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

PRICES = ("open", "high", "low", "close")
FIELDS = (*PRICES, "volume")
JITTER = 1e-6


@dataclass(frozen=True)
class Comparison:
    """What an answer changes.

    Attributes:
        rows: the answer's bars, with the stored number (and its ingested_at) wherever the two agree within jitter.
        actions: the answer's actions, with the ingested_at of those already stored.
        revisions: date, field, old_value, new_value of every number that differs, from first_compared on, up to the
            last stored date.
        new_rows: how many bars are on dates after the last stored one.
        prices_restated: whether a price or an action of a stored date differs, a stored date is gone or an older one
            has appeared.
    """

    rows: pl.DataFrame
    actions: pl.DataFrame
    revisions: pl.DataFrame
    new_rows: int
    new_actions: int
    prices_restated: bool
    why: str = field(default="")

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing to store."""
        return not (self.new_rows or self.new_actions or self.revisions.height or self.prices_restated)


def compare(
    stored: pl.DataFrame,
    stored_actions: pl.DataFrame,
    given: pl.DataFrame,
    given_actions: pl.DataFrame,
    since: date | None,
) -> Comparison:
    """Holds an answer that covers every date from `since` on (None: all dates) against what is stored.

    Args:
        stored: date, open, high, low, close, volume, ingested_at; only rows from `since` on are looked at.
        stored_actions: date, kind, value, ingested_at.
        given: date, open, high, low, close, volume, ingested_at (of now).
        given_actions: date, kind, value, ingested_at (of now).
        since: the first date asked for.
    """
    if since is not None:
        stored, stored_actions, given, given_actions = (
            frame.filter(pl.col("date") >= since) for frame in (stored, stored_actions, given, given_actions)
        )
    last_stored: date | None = stored.select(pl.col("date").max()).item()
    both = _numbered(given).join(_numbered(stored), on=["date", "_nth"], how="full", suffix="_old", coalesce=True)
    both = both.with_columns(
        _given=pl.col("ingested_at").is_not_null(), _stored=pl.col("ingested_at_old").is_not_null()
    ).with_columns(_same(name).alias(f"{name}_same") for name in FIELDS)
    known = both.filter(pl.col("_stored") | (pl.col("date") <= last_stored) if last_stored is not None else False)
    revisions = _revisions(known)
    moved = revisions.filter(pl.col("field") != "volume")
    actions, changed_actions, new_actions = _compare_actions(stored_actions, given_actions, last_stored)
    new_rows = both.filter(pl.col("_given")).height - known.filter(pl.col("_given")).height
    return Comparison(
        rows=_settled(both.filter(pl.col("_given"))),
        actions=actions,
        revisions=pl.concat([revisions, changed_actions]).sort("date", "field"),
        new_rows=new_rows,
        new_actions=new_actions,
        prices_restated=bool(moved.height or changed_actions.height),
        why=_why(moved, changed_actions),
    )


def _numbered(bars: pl.DataFrame) -> pl.DataFrame:
    """A source may repeat a date: the n-th row of a date is compared with the n-th."""
    return bars.with_columns(_nth=pl.int_range(pl.len()).over("date"))


def _same(name: str) -> pl.Expr:
    new, old = pl.col(name), pl.col(f"{name}_old")
    agree = (new - old).abs() <= JITTER * pl.max_horizontal(new.abs(), old.abs())
    return pl.when(new.is_null() & old.is_null()).then(True).otherwise(agree.fill_null(False))


def _settled(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that were given, each number as it is stored where it still is the same; untouched rows keep their
    ingested_at."""
    untouched = pl.all_horizontal([pl.col("_stored"), *(pl.col(f"{name}_same") for name in FIELDS)])
    kept = [
        pl.when(pl.col("_stored") & pl.col(f"{name}_same"))
        .then(pl.col(f"{name}_old"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in FIELDS
    ]
    at = pl.when(untouched).then(pl.col("ingested_at_old")).otherwise(pl.col("ingested_at")).alias("ingested_at")
    return rows.select("date", *kept, at).sort("date", maintain_order=True)


def _revisions(known: pl.DataFrame) -> pl.DataFrame:
    """One row for every number of a stored date that is not the same any more; a repeated date counts once."""
    parts = [
        known.filter(~pl.col(f"{name}_same")).select(
            "date",
            field=pl.lit(name),
            old_value=pl.col(f"{name}_old"),
            new_value=pl.col(name),
        )
        for name in FIELDS
    ]
    return pl.concat(parts).unique(["date", "field"], keep="first")


def _compare_actions(
    stored: pl.DataFrame, given: pl.DataFrame, last_stored: date | None
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """(actions to store, revisions among those of stored dates, how many are new after them)."""
    both = given.join(stored, on=["date", "kind"], how="full", suffix="_old", coalesce=True)
    agree = ((pl.col("value") - pl.col("value_old")).abs() <= JITTER * pl.col("value").abs()).fill_null(False)
    both = both.with_columns(_same=agree)
    changed = both.filter(~pl.col("_same"))
    before = changed.filter(pl.col("date") <= last_stored) if last_stored is not None else changed.clear()
    after = changed.filter(pl.col("date") > last_stored) if last_stored is not None else changed
    rows = both.filter(pl.col("value").is_not_null()).select(
        "date",
        "kind",
        value=pl.when("_same").then("value_old").otherwise("value"),
        ingested_at=pl.when("_same").then("ingested_at_old").otherwise("ingested_at"),
    )
    revisions = before.select("date", field=pl.col("kind"), old_value="value_old", new_value="value")
    return rows.sort("date", "kind"), revisions.unique(["date", "field"]), after.height


def _why(moved: pl.DataFrame, actions: pl.DataFrame) -> str:
    found = pl.concat([moved, actions]).sort("date", pl.col("field") != "close", "field")
    if found.is_empty():
        return ""
    day, name, old, new = found.row(0)
    was, now = ("nothing" if value is None else f"{value:.10g}" for value in (old, new))
    dates = found["date"].n_unique()
    more = f" ({dates} dates differ)" if dates > 1 else ""
    return f"the source restated its history: {name} of {day} was {was}, is {now}{more}"
