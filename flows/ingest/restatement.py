"""Whether a source still says what it said: its answer held against what is stored, without jitter.

A night asks a source for what is new and a few sessions more. Where those sessions agree with the stored ones, the new
bars are added. Where a stored number is another one now, the source has restated its history (a split, a correction),
and nothing older can be trusted to fit what is new: the ticker is fetched whole. So it is where an action comes late.
What an answer leaves out, or gives without its numbers, restates nothing: it stays (`flows.ingest.silence`).

Sources jitter in the seventh digit from call to call; numbers that agree within `JITTER` are the same number, and the
stored one stays. Volumes go on being counted after the close; a changed volume is corrected in place and asks for
nothing more. A date that is given more than once is compared row by row, smallest first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import polars as pl

from flows.ingest.actions import compare_actions
from flows.ingest.silence import JITTER, Fate, Key, Neighbours
from schemas.columns import PRICES

FIELDS = (*PRICES, "volume")
REVISION = {"date": pl.Date, "field": pl.String, "old_value": pl.Float64, "new_value": pl.Float64}


@dataclass(frozen=True)
class Comparison:
    """What an answer changes.

    Attributes:
        rows: the bars to store on the dates that it covers: the answer's, with the stored number (and its ingested_at)
            wherever the two agree within jitter, and those that it leaves out.
        actions: the same of actions.
        fates: what became of all that it leaves out.
        revisions: date, field, old_value, new_value of every stored number that is another one now, and of what has
            appeared on dates up to the last stored one.
        new_rows: how many bars are on dates after the last stored one.
        new_actions: how many actions are.
        prices_restated: whether a stored price or action is another one now, or an action has come late.
        changed: whether there is anything to store.
        why: the first restatement, in a sentence.
    """

    rows: pl.DataFrame
    actions: pl.DataFrame
    fates: Mapping[Key, Fate]
    revisions: pl.DataFrame
    new_rows: int
    new_actions: int
    prices_restated: bool
    changed: bool
    why: str = field(default="")

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing to store."""
        return not self.changed


def compare(
    stored: pl.DataFrame,
    stored_actions: pl.DataFrame,
    given: pl.DataFrame,
    given_actions: pl.DataFrame,
    since: date | None,
    until: date | None = None,
    *,
    left_out: Mapping[Key, Fate] | None = None,
    now: datetime | None = None,
) -> Comparison:
    """Hold an answer that covers every date from `since` to `until` (None: without end) against what is stored.

    Args:
        stored: date, open, high, low, close, volume, ingested_at; only rows of the dates covered are looked at.
        stored_actions: date, kind, value, ingested_at; those of some days before tell what has moved.
        given: date, open, high, low, close, volume, ingested_at (of now).
        given_actions: date, kind, value, ingested_at (of now).
        since: the first date asked for.
        until: the last date asked for.
        left_out: what earlier answers left out, with its fate.
        now: when the answer came; by default the latest that the frames know.
    """
    first, last = since or date.min, until or date.max
    within = pl.col("date").is_between(first, last)
    stored, given, given_actions = stored.filter(within), given.filter(within), given_actions.filter(within)
    stored_actions = stored_actions.filter(pl.col("date") <= last)
    known = {key: fate for key, fate in (left_out or {}).items() if first <= key[0] <= last}
    at = now or max(
        [moment for frame in (given, stored) if (moment := _latest(frame)) is not None], default=datetime.min
    )
    last_stored: date | None = stored.select(pl.col("date").max()).item()

    both = _both(stored, given)
    neighbours = cache(lambda: _neighbours(both, known))  # most answers leave nothing out, and then nobody asks
    silent = _silent(both, neighbours, known, at)
    rows = _settled(both, silent, at)
    actions = compare_actions(stored_actions, given_actions, since, last_stored, neighbours, known, at)

    appeared = ~pl.col("_stored") & (pl.col("date") <= last_stored if last_stored is not None else False)
    revisions = _revisions(rows.filter(pl.col("_stored") | (appeared & (pl.col("_nth") == 0))))
    unsure = [day for day, kind in known if kind == "bar" and known[day, kind].standing == "set_aside"]
    moved = revisions.filter(
        (pl.col("field") != "volume")
        & pl.col("old_value").is_not_null()
        & ~pl.col("date").is_in([*unsure, *silent["date"]])
    )
    new_rows = rows.filter(pl.col("date") > last_stored if last_stored is not None else True).height
    late = pl.DataFrame(actions.restated, schema=REVISION, orient="row")
    revised = pl.DataFrame(actions.revisions, schema=REVISION, orient="row")
    fates = {(day, "bar"): fate for day, fate in zip(silent["date"], silent["fate"], strict=True)} | actions.fates
    all_revisions = pl.concat([revisions, revised])
    if all_revisions.height:
        all_revisions = all_revisions.unique(["date", "field"], keep="first").sort("date", "field")
    return Comparison(
        rows=rows.select("date", *FIELDS, "ingested_at"),
        actions=actions.frame(),
        fates=fates,
        revisions=all_revisions,
        new_rows=new_rows,
        new_actions=actions.new,
        prices_restated=bool(moved.height or late.height or actions.perhaps),
        changed=bool(new_rows or actions.new or all_revisions.height or fates != known or rows.height != stored.height),
        why=_why(moved, late) or _perhaps(actions.perhaps),
    )


def _latest(frame: pl.DataFrame) -> datetime | None:
    moment: datetime | None = frame.select(pl.col("ingested_at").max()).item()
    return moment


def _both(stored: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Lay stored and given bars side by side; a row without prices says nothing about a date of which some are stored.

    A date that is given is told by the answer's rows: repetitions that it does not have any more are gone.
    """
    priced = pl.any_horizontal(pl.col(name).is_not_null() for name in PRICES)
    priced_on = stored.filter(priced)["date"].unique()
    given = given.filter(priced | ~pl.col("date").is_in(priced_on.implode()))
    both = _numbered(given).join(_numbered(stored), on=["date", "_nth"], how="full", suffix="_old", coalesce=True)
    both = both.with_columns(
        _given=pl.col("ingested_at").is_not_null(), _stored=pl.col("ingested_at_old").is_not_null()
    ).with_columns(_same(name).alias(f"{name}_same") for name in FIELDS)
    has_prices = pl.any_horizontal(pl.col(f"{name}_old").is_not_null() for name in PRICES)
    return both.filter(pl.col("_given") | (has_prices & ~pl.col("date").is_in(given["date"].implode())))


def _numbered(bars: pl.DataFrame) -> pl.DataFrame:
    """Bars with `_nth`, which of its date's rows a row is: equal rows of two answers get the same number."""
    if bars["date"].is_duplicated().any():
        bars = bars.sort("date", *(pl.col(name).round_sig_figs(6) for name in FIELDS))
        return bars.with_columns(_nth=pl.int_range(pl.len()).over("date"))
    return bars.with_columns(_nth=pl.lit(0, dtype=pl.Int64))


def _same(name: str) -> pl.Expr:
    new, old = pl.col(name), pl.col(f"{name}_old")
    agree = (new - old).abs() <= JITTER * pl.max_horizontal(new.abs(), old.abs())
    return pl.when(new.is_null() & old.is_null()).then(True).otherwise(agree.fill_null(False))


def _neighbours(both: pl.DataFrame, known: Mapping[Key, Fate]) -> Neighbours:
    """How each bar that was stored and is given has changed; those set aside have no scale to compare with."""
    unsure = [day for (day, kind), fate in known.items() if kind == "bar" and fate.standing == "set_aside"]
    compared = both.filter(pl.col("_given") & pl.col("_stored") & ~pl.col("date").is_in(unsure)).sort("date")

    def ratios(*names: str) -> list[list[float]]:
        parts = [
            pl.when(pl.col(f"{name}_same") & pl.col(name).is_not_null())
            .then(1.0)
            .when((pl.col(name) > 0) & (pl.col(f"{name}_old") > 0))
            .then(pl.col(name) / pl.col(f"{name}_old"))
            for name in names
        ]
        by_row: list[list[float]] = compared.select(pl.concat_list(parts).list.drop_nulls()).to_series().to_list()
        return by_row

    return Neighbours(compared["date"].to_list(), ratios(*PRICES), ratios("volume"))


def _silent(
    both: pl.DataFrame, neighbours: Callable[[], Neighbours], known: Mapping[Key, Fate], now: datetime
) -> pl.DataFrame:
    """List the dates on which a stored number is not given: date, fate, and its factors tonight."""
    lacking = pl.any_horizontal(pl.col(name).is_null() & pl.col(f"{name}_old").is_not_null() for name in FIELDS)
    rows = []
    for day in both.filter(lacking)["date"].unique().sort():
        before = known.get((day, "bar"), Fate("kept", 1.0, now))
        fate = before.after(neighbours().factor(day))
        tonight = fate.factor / before.factor
        rows.append((day, fate, tonight, 1.0 if tonight == 1.0 else neighbours().volume_factor(day)))
    schema = {"date": pl.Date, "fate": pl.Object, "_times": pl.Float64, "_volume_times": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _settled(both: pl.DataFrame, silent: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Make the rows to store: each number as it is stored where it is the same, and where it is not given, rescaled.

    Untouched rows keep their ingested_at. The numbers stored until now stay beside them, for `_revisions`.
    """
    rows = both.join(silent.drop("fate"), on="date", how="left")
    kept = [
        pl.when(pl.col("_stored") & pl.col(f"{name}_same"))
        .then(pl.col(f"{name}_old"))
        .when(pl.col(name).is_null())
        .then(pl.col(f"{name}_old") * pl.col("_volume_times" if name == "volume" else "_times"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in FIELDS
    ]
    rows = rows.with_columns(kept).with_columns(_same(name).alias(f"{name}_same") for name in FIELDS)
    untouched = pl.all_horizontal([pl.col("_stored"), *(pl.col(f"{name}_same") for name in FIELDS)])
    at = pl.when(untouched).then(pl.col("ingested_at_old")).otherwise(pl.lit(now, dtype=pl.Datetime("us")))
    return rows.with_columns(ingested_at=at).sort("date", "_nth")


def _revisions(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for every number of a stored date that is not the same any more; a repeated date counts once."""
    parts = [
        rows.filter(~pl.col(f"{name}_same")).select(
            "date", field=pl.lit(name), old_value=pl.col(f"{name}_old"), new_value=pl.col(name)
        )
        for name in FIELDS
        if not rows[f"{name}_same"].all()
    ]
    if not parts:
        return pl.DataFrame(schema=REVISION)
    return pl.concat(parts).unique(["date", "field"], keep="first")


def _why(moved: pl.DataFrame, actions: pl.DataFrame) -> str:
    changes = pl.concat([moved, actions]).sort("date", pl.col("field") != "close", "field")
    if changes.is_empty():
        return ""
    day, name, old, new = changes.row(0)
    was, now = ("nothing" if value is None else f"{value:.10g}" for value in (old, new))
    dates = changes["date"].n_unique()
    more = f" ({dates} dates differ)" if dates > 1 else ""
    return f"the source restated its history: {name} of {day} was {was}, is {now}{more}"


def _perhaps(pair: tuple[tuple[date, str, float, datetime], ...] | None) -> str:
    if pair is None:
        return ""
    (before, kind, value, _), (after, *_) = pair
    return f"the {kind} of {value:.10g} on {after} may be that of {before}, moved"
