"""Dividends and splits of an answer held against those that are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from flows.ingest.silence import MOVE, Fate, Key, Neighbours, moves, same

SCHEMA: dict[str, Any] = {"date": pl.Date, "kind": pl.String, "value": pl.Float64, "ingested_at": pl.Datetime("us")}
NOISE_DIGITS = 6
"""Digits to which two amounts of one date agree that are one, told twice."""

Row = tuple[date, str, float, datetime]
Revision = tuple[date, str, float | None, float | None]
"""Date, field, old value and new value."""


@dataclass
class ComparedActions:
    """What an answer says of actions: those to store, the numbers that differ, and what became of the left out.

    rows         the answer's, as stored where they are the same, and the stored ones that it leaves out
    revisions    of dates up to the last stored bar, and of what was moved or rescaled
    fates        of those that it leaves out
    new          how many are new after the last stored bar
    restated     the first revision that means that the history has to be asked for whole
    perhaps      the action stored before the dates asked for that a new one may be, moved
    """

    rows: list[Row] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    fates: dict[Key, Fate] = field(default_factory=dict)
    new: int = 0
    restated: list[Revision] = field(default_factory=list)
    perhaps: tuple[Row, Row] | None = None

    def frame(self) -> pl.DataFrame:
        """Make a sorted frame of the rows."""
        return pl.DataFrame(sorted(self.rows), schema=SCHEMA, orient="row")


def told_once(actions: pl.DataFrame) -> pl.DataFrame:
    """Actions of which each is told once: of amounts of one date that agree but for noise, the one spelled shortest."""
    if actions.height < 2:
        return actions
    length = pl.col("value").cast(pl.String).str.len_chars()
    ordered = actions.sort("date", "kind", length, maintain_order=True)
    noise = pl.struct("date", "kind", pl.col("value").round_sig_figs(NOISE_DIGITS))
    return ordered.filter(noise.is_first_distinct()).sort("date", "kind", "value")


def compare_actions(
    stored: pl.DataFrame,
    given: pl.DataFrame,
    since: date | None,
    last_stored: date | None,
    neighbours: Callable[[], Neighbours],
    known: Mapping[Key, Fate],
    now: datetime,
) -> ComparedActions:
    """Hold the actions of an answer against those stored; also a little before `since`, to find what has moved.

    Args:
        stored: date, kind, value, ingested_at.
        given: the same, ingested_at being `now`.
        since: the first date that the answer covers, None for all.
        last_stored: the date of the last bar stored.
        neighbours: how the answer's bars compare with those stored.
        known: what was left out before, with its fate.
        now: when the answer came.
    """
    compared = ComparedActions()
    old = list(told_once(stored).select(*SCHEMA).iter_rows())
    earlier = [row for row in old if since is not None and row[0] < since]
    covered = [row for row in old if since is None or row[0] >= since]
    gone: list[Row] = []
    come: list[Row] = []
    for before, after in _pairs(covered, told_once(given).select(*SCHEMA).iter_rows()):
        if before is None or after is None:
            gone += [before] if before else []
            come += [after] if after else []
        elif same(before[2], after[2]):
            compared.rows.append(before)
        else:
            compared.rows.append(after)
            _revise(compared, after, before[2], after[2])
    moved = _moved(compared, gone, come, neighbours)
    for place, row in enumerate(come):
        compared.rows.append(row)
        if place in moved:
            continue
        if last_stored is not None and row[0] <= last_stored:
            _revise(compared, row, None, row[2])
        else:
            compared.new += 1
        twins = (one for one in earlier if one[1] == row[1] and row[0] - one[0] <= MOVE and same(one[2], row[2]))
        compared.perhaps = compared.perhaps or next(((one, row) for one in twins), None)
    for row in gone:
        _keep(compared, row, neighbours, known, now)
    return compared


def _pairs(stored: Iterable[Row], given: Iterable[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Each stored action with the given one of its date and kind: of the same amount, else the next; None for none."""
    by_key: dict[Key, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((stored, given)):
        for row in rows:
            by_key[row[0], row[1]][side].append(row)
    for old, new in by_key.values():
        for row in list(old):
            twin = next((one for one in new if same(one[2], row[2])), None)
            if twin is not None:
                old.remove(row)
                new.remove(twin)
                yield row, twin
        for place in range(max(len(old), len(new))):
            yield (old[place] if place < len(old) else None), (new[place] if place < len(new) else None)


def _revise(compared: ComparedActions, row: Row, old: float | None, new: float | None) -> None:
    revision = (row[0], row[1], old, new)
    compared.revisions.append(revision)
    compared.restated.append(revision)


def _moved(
    compared: ComparedActions, gone: list[Row], come: Sequence[Row], neighbours: Callable[[], Neighbours]
) -> set[int]:
    """Take the actions that have moved out of `gone`; the places in `come` where they are now."""
    amounts = [(row[0], row[1], (row[2], row[2] * (neighbours().factor(row[0]) or 1.0))) for row in gone]
    places = moves(amounts, [row[:3] for row in come])
    for old, new in sorted(places.items(), reverse=True):
        row = gone.pop(old)
        compared.revisions += [(row[0], row[1], row[2], None), (come[new][0], row[1], None, come[new][2])]
    return set(places.values())


def _keep(
    compared: ComparedActions, row: Row, neighbours: Callable[[], Neighbours], known: Mapping[Key, Fate], now: datetime
) -> None:
    """Store what the answer leaves out, dividends on the scale of the prices beside them."""
    day, kind, value, _ = row
    before = known.get((day, kind), Fate("kept", 1.0, now))
    fate = before.after(1.0 if kind == "split" else neighbours().factor(day))
    compared.fates[day, kind] = fate
    rescaled = value * fate.factor / before.factor
    if same(rescaled, value):
        compared.rows.append(row)
    else:
        compared.rows.append((day, kind, rescaled, now))
        compared.revisions.append((day, kind, value, rescaled))
