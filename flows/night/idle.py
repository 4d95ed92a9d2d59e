"""A night that depends on the same as the last one says what that one foretold, without planning its scenarios again.

To plan a thousand scenarios takes seconds, to see that nothing has changed takes none. A night leaves a note in the
warehouse's folder: fingerprints of all that the plans of scenarios depend on (their files and the bases that they
extend, our own code, what is asked for, the rows of the tables that the plans read), and what the stages will say if
they find the same. Where anything differs, or the note is gone, everything is planned as ever.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.outcomes import ItemOutcome, StageOutcome
from flows.private import write_private
from flows.stages import STAGES, TABLE
from flows.validate.policy_file import FILE as POLICY
from schemas.canonical import canonical_json
from warehouse.ledger import versions
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from flows.night.request import Request
    from warehouse import Warehouse

NOTE = ".idle.json"
FORETOLD = tuple(stage.name for stage in TABLE if stage.items == "scenarios")
OURS = ("flows", "schemas", "sdengine", "warehouse")
ROOT = Path(__file__).parents[2]
ELSEWHERE = re.compile(rb"extends[^\n]*\.toml|cpi\W*=")
"""A base that is named by its file may lie anywhere, and so may consumer prices: such scenarios are looked at."""


@dataclass(frozen=True)
class Remembered:
    """What the last night left: of which state of the tables, which tickers, and what stages say of that state."""

    state: str
    tickers: tuple[str, ...]
    asset_classes: dict[str, str]
    outcomes: Mapping[str, StageOutcome]


def recall(request: Request) -> tuple[str | None, Remembered | None]:
    """Hash what the request depends on, and read what the last night left where that depends on the same.

    To be asked before scenarios are read: what somebody changes later is not what this night has seen.
    """
    depends_on = _fingerprint(request)
    try:
        note = json.loads((request.settings.warehouse / NOTE).read_text(encoding="utf-8"))
        if depends_on is None or note["request"] != depends_on:
            return depends_on, None
        outcomes = {name: _outcome(noted) for name, noted in note["outcomes"].items()}
        return depends_on, Remembered(note["state"], tuple(note["tickers"]), note["asset_classes"], outcomes)
    except (OSError, ValueError, LookupError, TypeError):  # no note, or none of ours: everything is planned
        return depends_on, None


def known_outcome(night: Night, stage: str) -> StageOutcome | None:
    """Tell what a stage says, where nothing has moved in this night and the tables are those of the note."""
    note = night.remembered
    if note is None or stage not in note.outcomes or any(outcome.status != "skipped" for outcome in night.outcomes):
        return None
    return note.outcomes[stage] if night.as_remembered else None


def remember(night: Night) -> None:
    """Leave the note of a night that has ended well; without one the next night plans everything, and that is all."""
    if night.remembered is not None and all(
        night.remembered.outcomes.get(outcome.stage, outcome) is outcome for outcome in night.outcomes
    ):
        return  # it holds
    foretold = {outcome.stage: _foretold(outcome) for outcome in night.outcomes if outcome.stage in FORETOLD}
    if night.depends_on is None or set(foretold) != set(FORETOLD) or None in foretold.values() or night.invalid:
        return
    note = {
        "request": night.depends_on,
        "state": state_of(night.warehouse),
        "tickers": night.tickers,
        "asset_classes": night.asset_classes,
        "outcomes": {name: asdict(outcome) for name, outcome in foretold.items() if outcome is not None},
    }
    with suppress(OSError):
        write_private(night.request.settings.warehouse / NOTE, canonical_json(note))


def _foretold(outcome: StageOutcome) -> StageOutcome | None:
    """Tell what the stage will say: what has done nothing, the same again."""
    same = replace(outcome, rows=0, seconds=0.0, next_time=None)
    return same if outcome.status == "skipped" else outcome.next_time


def _outcome(noted: Mapping[str, Any]) -> StageOutcome:
    items = tuple(ItemOutcome(**item) for item in noted["items"])
    return StageOutcome(**{**noted, "items": items})


def _fingerprint(request: Request) -> str | None:
    """Hash what a request asks, its files and our code; None for a night about less, or more, than everything once."""
    settings = request.settings
    special = request.scenarios or request.force or request.replace_source or request.prune
    if special or request.stages != STAGES or request.tickers is not None:
        return None
    if (own := _own_files(ROOT)) is None:
        return None
    asked = [settings.source, str(settings.files), str(settings.scenario_files), versions(), sys.version, own]
    return _hashed(canonical_json(asked), _given_files(settings.scenario_files, settings.warehouse))


@cache
def _own_files(root: Path) -> str | None:
    """Hash our code, and the scenarios that ship with it: once, for it is what this process has begun with."""
    return _hashed("", _files_of(root))


def _hashed(first: str, files: Iterable[str]) -> str | None:
    """Hash a text, and files with their names; None where what they say hangs on others."""
    digest = hashlib.blake2b(_bytes(first), digest_size=16)
    for file in files:
        if not os.path.isfile(file):  # a pipe, or a link to nowhere: the plan says so
            return None
        with open(file, "rb") as opened:
            content = opened.read()
        if file.endswith(".toml") and ELSEWHERE.search(content):
            return None
        digest.update(_bytes(f"{file}\n{len(content)}\n") + content)
    return digest.hexdigest()


def _bytes(text: str) -> bytes:
    """Encode what has names of files in it, which need not be text."""
    return text.encode(errors="surrogateescape")


def _given_files(scenarios: Path | None, warehouse: Path) -> Iterator[str]:
    """Yield the scenario files with all that lies beside them, and the policy."""
    if scenarios is not None:
        yield from map(str, sorted((scenarios if scenarios.is_dir() else scenarios.parent).glob("*.toml")))
    yield from (str(path) for path in (warehouse / POLICY,) if path.is_file())


def _files_of(root: Path) -> Iterator[str]:
    """Yield our own files that say what a night does."""
    for name in OURS:
        for folder, below, files in os.walk(root / name):
            below.sort()
            yield from (f"{folder}/{file}" for file in sorted(files) if file.endswith((".py", ".sql", ".toml")))


def state_of(warehouse: Warehouse) -> str:
    """Hash the rows that plans read."""
    rows = warehouse.rows(statement("night/state"))
    return hashlib.blake2b(canonical_json(rows).encode(), digest_size=16).hexdigest()
