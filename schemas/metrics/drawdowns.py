"""One row a drawdown of a run."""

from __future__ import annotations

from schemas.columns import RUN_ID, Column, Table, day, fraction, whole
from schemas.figures import TIME_WEIGHTED, Figure


def _days(meaning: str, formula: str, *, nullable: bool = False) -> Column:
    nothing = "not recovered by the last day" if nullable else "never null"
    figure = Figure(formula, flows=TIME_WEIGHTED, nothing=nothing)
    return whole(meaning, unit="days", ge=0, nullable=nullable, figure=figure)


class Drawdowns(
    Table,
    name="metrics.drawdowns",
    key=("run_id", "number"),
    written_by="metrics",
    grain="one row is one drawdown of one run: a stretch of closes below the highest value so far",
):
    """Every stretch below the high counts, however shallow: `rank` 1 is the deepest."""

    run_id = RUN_ID
    number = whole("Its place in time, from 1", ge=1)
    rank = whole(
        "Its place by depth, 1 the deepest, the earlier first among equals", ge=1, figure=Figure("place by -depth")
    )
    depth = fraction(
        "Fall from the high to the lowest close", gt=0, le=1, figure=Figure("max(d) of it", flows=TIME_WEIGHTED)
    )
    peak_on = day(
        "Last close at the high; the run's first day where the initial capital was the high",
        figure=Figure("last date with d = 0 before it", flows=TIME_WEIGHTED),
    )
    trough_on = day("First close at the bottom", figure=Figure("first date with d = depth", flows=TIME_WEIGHTED))
    recovered_on = day(
        "First close back at the high; null if not by the last day",
        nullable=True,
        figure=Figure("first date with d = 0 after it", flows=TIME_WEIGHTED, nothing="not by the last day"),
    )
    days_down = _days("Calendar days from peak to trough", "trough_on - peak_on")
    days_up = _days("Calendar days from trough to recovery", "recovered_on - trough_on", nullable=True)
    days = _days("Calendar days from peak to recovery, or to the last day", "recovered_on or last_date - peak_on")
