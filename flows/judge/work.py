"""The stage `judge`: runs and their bars in, what they are worth out.

A family is judged as a whole, or fails as one with its reason, and the others go on. Families that are gone lose their
rows. All of it is one transaction, and a night publishes its results whether they could be judged or not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.backtest.workers import cores, read_workers
from flows.judge.families import NEVER, RunFamily
from flows.judge.plan import PlannedFamily, plan_judge
from flows.outcomes import ItemOutcome, Progress, StageOutcome, compiling
from flows.stages import JUDGE
from schemas.canonical import canonical_json
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from sdengine.judging.judged import Judgement
    from sdengine.judging.judgement import Counted
    from sdengine.judging.rows import Candidate
    from sdengine.market.bars import BarStore
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

LISTS = ("trials", "folds", "intervals", "path_range", "starts", "costs")
TABLES = ("sweeps", *LISTS)


def work(night: Night) -> StageOutcome:
    """Judge what is due in a night."""
    workers = read_workers(night.request.settings.workers)
    return judge(
        night.warehouse,
        night.loaded.scenarios,
        force=night.request.force,
        chosen=night.chosen,
        threads=workers.count if workers.kind == "threads" else cores(),
        before=lambda: announce(night.listener.note),
        progress=night.progress(JUDGE),
    )


def judge(
    warehouse: Warehouse,
    scenarios: Sequence[Scenario],
    *,
    force: bool = False,
    chosen: Collection[str] | None = None,
    threads: int = 1,
    before: Callable[[], None] = lambda: None,
    progress: Progress | None = None,
) -> StageOutcome:
    """Judge the families that are due and write `judge.*` in one transaction.

    `scenarios`: how theirs are judged is up to them. `before` is called if anything is to be judged. A family that
    cannot be judged has no rows, and its first scenario is an item of the outcome, with the reason.
    """
    started = time.monotonic()
    planned = plan_judge(warehouse, scenarios, force=force, chosen=chosen)
    everything = planned if chosen is None else plan_judge(warehouse, scenarios)
    here = [each.family.name for each in everything]
    gone = [name for (name,) in warehouse.rows(statement("judge/gone"), {"names": here})]
    due = [each for each in planned if each.due]
    failures: dict[str, str] = {}
    rows = 0
    if any(each.family.terms.every != NEVER for each in due):
        before()
    if due or gone:
        judging = _Judging(warehouse, [each.family for each in due], {s.name: s for s in scenarios}, threads)
        with warehouse.transaction():
            for done, each in enumerate(due):
                if progress is not None:
                    progress(done, len(due), each.family.name)
                try:
                    rows += judging.write(each)
                except (ArithmeticError, LookupError, ValueError) as error:
                    failures[min(each.family.scenarios)] = f"{each.family.name} could not be judged: {error}"
            for table in TABLES:
                warehouse.delete(f"judge.{table}", {"sweep": gone})
    runs = sum(len(each.family.runs) for each in due)
    return StageOutcome.over(
        JUDGE,
        [ItemOutcome(scenario, "failed", reason) for scenario, reason in failures.items()],
        _summary(len(due) - len(failures), runs, len(failures), len(planned) - len(due), len(gone)),
        rows,
        time.monotonic() - started,
        changed=bool(rows or gone),
        next_time=None
        if failures or chosen is not None
        else StageOutcome(JUDGE, "skipped", _summary(0, 0, 0, len(planned), 0)),
    )


def announce(tell: Callable[[str], None]) -> None:
    """Tell a person, the first time, that what judges has to be compiled before it begins."""
    from sdengine.judging.door import measure
    from sdengine.kernel.compiled import is_compiled

    if not is_compiled(measure):
        tell(compiling("what judges the results"))


def _summary(judged: int, runs: int, failed: int, unchanged: int, gone: int) -> str:
    """One sentence over all families."""
    parts = [
        f"{counted(judged, 'family', 'families')} of {counted(runs, 'run')} judged" if judged else "",
        f"{failed} could not be judged" if failed else "",
        f"{counted(unchanged, 'family', 'families')} unchanged" if unchanged else "",
        f"{gone} removed that are gone" if gone else "",
    ]
    return ", ".join(part for part in parts if part) or "no measured runs"


class _Judging:
    """What the families of one call share: bars, scenarios, threads."""

    def __init__(
        self, warehouse: Warehouse, due: Iterable[RunFamily], scenarios: Mapping[str, Scenario], threads: int
    ) -> None:
        from warehouse.fingerprints import Bars

        self._warehouse, self._scenarios, self._threads = warehouse, scenarios, threads
        runs = [run for family in due if family.terms.every != NEVER for run in family.runs]
        tickers = sorted({ticker for data in {run["data"] for run in runs} for ticker in json.loads(data)})
        self._bars = warehouse.frame(statement("backtest/bars"), {"tickers": tickers})
        self._states = Bars(self._bars)
        self._store: BarStore | None = None

    def write(self, planned: PlannedFamily) -> int:
        """Judge a family and put its rows in the place of those that it has; the number of rows."""
        import polars as pl

        import schemas
        from sdengine.judging.version import judging_fingerprint

        family = planned.family
        known = planned.kept
        kept = None if known is None else self._counted(known)
        for table in TABLES:
            self._warehouse.delete(f"judge.{table}", {"sweep": [family.name]})
        judged = self._judge(family, kept)
        # a run that has come from another family, which others may still be in, is judged in this one alone
        self._warehouse.delete("judge.trials", {"run_id": [run["run_id"] for run in family.runs]})
        sweep = judged.sweep | {
            "input": family.data, "luck_input": family.luck_input, "judged_version": judging_fingerprint()
        }  # fmt: skip
        rows = 0
        for table, of_table in (("sweeps", [sweep]), *((name, getattr(judged, name)) for name in LISTS)):
            declared = schemas.table(f"judge.{table}")
            named = [row | {"sweep": family.name} for row in of_table]
            frame = pl.DataFrame(named, schema=declared.polars_schema())
            rows += self._warehouse.append(declared.name, frame)
        return rows

    def _judge(self, family: RunFamily, kept: Counted | None) -> Judgement:
        from sdengine.judging.judged import not_judged

        if family.terms.every == NEVER:
            return not_judged(family.runs, 'not judged, as `[judge] every = "never"` asks')
        from sdengine.judging.judgement import Terms, judge
        from sdengine.market.bars import BarStore

        candidates = [self._candidate(run) for run in family.runs]
        if self._store is None:
            self._store = BarStore(self._bars)
        terms = Terms(family.terms.draws, family.terms.worlds, kept, self._threads)
        return judge(family.name, candidates, self._store, terms)

    def _candidate(self, run: Mapping[str, Any]) -> Candidate:
        from sdengine.judging.rows import Candidate
        from sdengine.metrics.parameters import flatten, flatten_asset
        from sdengine.scenario import Scenario

        parameters = json.loads(run["parameters"])
        scenario = self._scenarios.get(run["scenario"])
        if scenario is None or canonical_json(scenario.parameters()) != run["parameters"]:
            scenario = Scenario.from_parameters(parameters, name=run["scenario"])
        tickers, window = [asset.ticker for asset in scenario.assets], scenario.portfolio
        if self._states.data(tickers, window.start, window.end, scenario.bars_before) != run["data"]:
            raise ValueError(
                f"the bars of {run['scenario']} have changed since it was run; `sdengine run` runs it anew"
            )
        settings = flatten(parameters)
        for asset in parameters["assets"]:
            settings |= {f"{asset['ticker']} {name}": value for name, value in flatten_asset(asset).items()}
        figures = (run[name] for name in ("cagr_net", "excess_cagr", "years", "fills"))
        return Candidate(run["run_id"], scenario, settings, *figures)

    def _counted(self, known: Mapping[str, Any]) -> Counted:
        from sdengine.judging.judgement import Counted

        trials = self._warehouse.read("judge.trials", {"sweep": [known["sweep"]]}).iter_rows(named=True)
        of = {row["scenario"]: (row["luck_t"] or 0.0, row["luck"] or 1.0) for row in trials}
        return Counted(known["worlds"], known["luck_until"], known["luck"], known["luck_sharpe"], of)
