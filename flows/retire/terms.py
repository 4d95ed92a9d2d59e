"""From a scenario's `[retire]` to the terms that the engine takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.retire.cpi import Index
    from sdengine.retirement.terms import Terms
    from sdengine.scenario import Retire

RATE_PATHS = 1_000
"""Drawn futures, at most, that safe rates are sought on: a grid of rates is played on each."""


def retire_from(asked: str) -> Retire:
    """Read the `[retire]` back that a row of `retire.terms` keeps as JSON."""
    from sdengine.scenario import Retire

    return Retire.model_validate({key: value for key, value in json.loads(asked).items() if value is not None})


def terms_of(retire: Retire, index: Index | None = None) -> Terms:
    """Make the terms; `index` are the prices of the file that `cpi` names. Raises StudyError for what makes none."""
    from sdengine.retirement.terms import Cpi, Terms

    return Terms(
        years=(retire.horizon,),
        rates=retire.rates or (),
        amount=retire.amount,
        inflation=retire.inflation,
        cpi=None if index is None else Cpi.of(list(index), list(index.values())),
        paths=retire.paths,
        block_weeks=retire.block_weeks,
        seed=retire.seed,
        floor=retire.floor,
        expected=retire.expected_return if retire.expected_return is not None else retire.expected or "as_it_was",
        rate_paths=min(retire.paths, RATE_PATHS),
    )
