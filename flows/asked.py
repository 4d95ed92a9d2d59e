"""Everything that can be asked of the command, each thing told once; see `flows.options`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from flows.options import option
from flows.settings import Settings
from flows.stages import STAGES, select_stages

if TYPE_CHECKING:
    from flows.night.request import Request

FORMATS = ("table", "csv", "json", "parquet")


@dataclass(frozen=True)
class Asked(Settings):
    """What a verb was asked: the settings, and what holds this once. A verb that does not offer one has its default."""

    from_stage: str | None = option(None, f"Start at this stage: {', '.join(STAGES)}", "STAGE", "--from")
    only: str | None = option(None, "Run this stage alone", "STAGE")
    scenario: tuple[str, ...] = option(
        (), "Only this scenario; may be given again. A sweep's name means all its members", "NAME"
    )
    force: bool = option(False, "Do it even where nothing has changed")
    replace_source: bool = option(
        False, "Put what the source gives in the place of all that is stored, also of what another source gave"
    )
    prune: bool = option(False, "Remove the results that no scenario asks for any more")
    direct: bool = option(False, "The same stages without Prefect: same tables, a quicker start")
    wait: float = option(60.0, "How long to wait while another run holds the warehouse", "SECONDS")
    quiet: bool = option(False, "Say nothing but what went wrong", None, "--quiet", "-q")

    # Nine in the evening in New York: five hours after its stocks have closed, and after the day of UTC, which ends the
    # bar of crypto. Every day, for crypto trades on weekends; a night without news has nothing to do.
    cron: str = option("0 21 * * *", "When: minute, hour, day, month, weekday", "CRON", key="schedule.cron")
    timezone: str = option("America/New_York", "Whose clock the cron line means", "ZONE", key="schedule.timezone")

    format: str = option("table", f"One of {', '.join(FORMATS)}", "FORMAT", "--format", "-f", allowed=FORMATS)
    output: Path | None = option(None, "Write there instead of to the terminal", "FILE", "--output", "-o")
    open_page: bool = option(False, "Open the page in the browser", None, "--open")
    single_file: bool = option(False, "Make one file with all that it needs inside, here or where --output says")
    limit: int = option(50, "Rows shown of a table; 0 shows all", "ROWS")
    batches: int = option(3, "How many batches, newest first", "N", "--batches", "-n")
    file: Path | None = option(None, "Ask this published file, such as that of an older night", "FILE")
    detail: tuple[str, ...] = option(
        (),
        "Bring in the detail of this scenario, sweep or run where only figures are kept; may be given again",
        "NAME",
    )
    ticker: str | None = option(None, "Show this ticker's rows", "TICKER")
    members: bool = option(False, "Each member of a sweep on a line of its own")
    every: bool = option(False, "Each member of a sweep, and not its best alone", None, "--all")
    by: str | None = option(None, "Rank by this column of metrics.ranking", "COLUMN", words="cagr_net")
    since: str | None = option(
        None, "Begin after this date, or after this batch", "DATE|BATCH", words="the night before the last one"
    )
    holdings: Path | None = option(None, "What you own: a CSV or TOML file of tickers and quantities", "FILE")
    horizon: tuple[str, ...] = option(
        (), "Years that the income is to last; given again, both are asked on the same starts", "YEARS"
    )
    rate: tuple[str, ...] = option(
        (), "Income of the first year as a share of the initial cash, such as 0.04; may be given again", "SHARE"
    )
    amount: float | None = option(None, "Income as cash a month, in place of rates", "CASH")
    inflation: float | None = option(None, "Growth of prices a year, such as 0.02", "RATE")
    cpi: Path | None = option(None, "Consumer prices in place of it: a CSV file with month and index", "FILE")
    paths: int | None = option(None, "Futures drawn from the past; 0 for none", "N")
    block_weeks: float | None = option(None, "Mean weeks of the blocks that futures are drawn in", "WEEKS")
    seed: int | None = option(None, "Which futures are drawn", "N")
    floor: float | None = option(None, "Cash a year, real, below which a year counts as short", "CASH")
    expected: str | None = option(
        None, "Mean growth of each asset in drawn futures: as_it_was, none, or a number a year", "HOW"
    )
    path: int | None = option(None, "Show this drawn future alone, month by month", "N")
    keys: bool = option(False, "Explain the keys of a scenario file, or the KEY given")
    rules: bool = option(False, "Explain the rules by which bars are judged")

    given: frozenset[str] = frozenset()
    """Names of the options that stood on the command line."""

    @property
    def settings(self) -> Settings:
        """What holds for all nights of the pipeline."""
        return Settings(**{one.name: getattr(self, one.name) for one in fields(Settings)})

    def request(self, verb: str) -> Request:
        """Make the request of a night; `UsageError` for stages that there are not."""
        from flows.night.request import Request

        return Request(
            settings=self.settings,
            verb=verb,
            stages=select_stages(self.from_stage, self.only),
            scenarios=self.scenario,
            force=self.force,
            replace_source=self.replace_source,
            prune=self.prune,
            wait=self.wait,
        )
