"""Which runs are judged together, and the fingerprints of what is judged.

The members of a sweep are a family. So are scenarios outside of sweeps that share tickers and window: twenty files
tried by hand are twenty tries.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.canonical import canonical_json
from warehouse.statements import statement

if TYPE_CHECKING:
    from sdengine.scenario import Judge, Scenario
    from warehouse import Warehouse

NEVER, WEEK = "never", "week"
NAMED = ("run_id", "scenario", "excess_cagr")
"""What is said of a run that is not judged."""


@dataclass(frozen=True)
class RunFamily:
    """A family: its name, its runs (rows of the query `judge/runs`, in order of name) and how they are judged.

    Of runs that nobody judges no more is held than what `NAMED` says.

    data   fingerprint of all that a judgement depends on; luck_input: of it without the bars, as luck hangs on
    """

    name: str
    runs: Sequence[Mapping[str, Any]] = field(repr=False)
    terms: Judge
    data: str
    luck_input: str

    @property
    def scenarios(self) -> frozenset[str]:
        """Names of its scenarios."""
        return frozenset(run["scenario"] for run in self.runs)

    @property
    def asset_bars(self) -> int:
        """Count the bars of all assets of all runs."""
        return sum(state[2] for run in self.runs for state in json.loads(run["data"]).values())


def families(warehouse: Warehouse, scenarios: Iterable[Scenario], version: str) -> list[RunFamily]:
    """Find the families of all measured runs, in order of name; `scenarios` say how theirs are to be judged."""
    terms = {scenario.name: scenario.judge for scenario in scenarios}
    unjudged = [name for name, own in terms.items() if own.every == NEVER]  # their rules and bars are not looked at
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in warehouse.frame(statement("judge/runs"), {"unjudged": unjudged}).iter_rows(named=True):
        members[run["sweep"] or _shared_by(json.loads(run["parameters"]))].append(run)
    return [_family(name, members[name], terms, version) for name in sorted(members)]


def _shared_by(parameters: Mapping[str, Any]) -> str:
    """Name the family of a scenario without a sweep: its tickers, and the window that it asks for."""
    tickers = " ".join(sorted(asset["ticker"] for asset in parameters["assets"]))
    first, last = (parameters["portfolio"][key] for key in ("start", "end"))
    return f"{tickers} from {first or 'the first bar'} to {last or 'the last bar'}"


def _family(name: str, runs: list[dict[str, Any]], terms: Mapping[str, Judge], version: str) -> RunFamily:
    from sdengine.scenario import Judge
    from warehouse.fingerprints import digest, digest_of

    own = [terms.get(run["scenario"], Judge()) for run in runs]
    wanted = [each for each in zip(runs, own, strict=True) if each[1].every != NEVER]
    judged, asked = zip(*wanted, strict=True) if wanted else (runs, own)
    joined = _joined(list(asked))
    luck_input = digest_of(of_luck(name, judged, joined.worlds, version))
    ids = [[run["run_id"], run["buy_and_hold_twin"]] for run in judged]
    data = canonical_json([name, ids, joined.model_dump(), version])
    held = [{key: run[key] for key in NAMED} for run in judged] if joined.every == NEVER else list(judged)
    return RunFamily(name, held, joined, digest(data), luck_input)


def of_luck(name: str, judged: Iterable[Mapping[str, Any]], worlds: int | None, version: str) -> Iterator[str]:
    """Write what luck hangs on as canonical JSON, run by run: the rules of a large sweep are long."""
    yield f"[{canonical_json(name)},["
    for k, run in enumerate(judged):
        yield "," * (k > 0) + canonical_json([run["scenario"], run["parameters"]])
    yield f"],{canonical_json(worlds)},{canonical_json(version)}]"


def _joined(asked: Sequence[Judge]) -> Judge:
    """Judge scenarios that ask for different care with the most of it."""
    from sdengine.scenario import Judge

    worlds = [each.worlds for each in asked if each.worlds is not None]
    every = {each.every for each in asked}
    return Judge(
        worlds=max(worlds, default=None),
        draws=max(each.draws for each in asked),
        every="night" if "night" in every else "week" if WEEK in every else "never",
    )
