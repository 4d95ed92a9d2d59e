"""Which tickers have to be judged again, told from fingerprints of their raw rows, of the rules and of the settings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flows.outcomes import PlanItem
from flows.stages import VALIDATE
from warehouse.installed import version
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from flows.validate.policy import ValidatePolicy
    from warehouse import Warehouse

STATE = "raw_state"

OUTSIDE = ("plan.py", "work.py")
"""They read and write; none of their code can change what a rule says of a row."""


@dataclass(frozen=True)
class ValidateItem(PlanItem):
    """One ticker that would be judged, or not.

    Attributes:
        state: the fingerprint of what would be judged; empty where nothing is stored.
        raw_rows: bars stored of it.
        answered_at: when its source last answered for it (UTC, without zone), None if it never did.
        outlived: whether most others of its source go on for long after its last bar.
        currency: what its prices are in; None where the source does not say.
        adjusted: whether dividends have been taken out of them; None where the source does not say.
    """

    state: str = ""
    raw_rows: int = 0
    answered_at: datetime | None = None
    outlived: bool = False
    currency: str | None = None
    adjusted: bool | None = None


@dataclass(frozen=True)
class Docket:
    """What is to be judged, and by what.

    Attributes:
        warehouse: the open warehouse.
        tickers: which tickers; None for all that are stored.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        force: judge again what has not changed.
        own_policy: severities and limits, in the place of those of validation.toml in the warehouse's folder.
    """

    warehouse: Warehouse
    tickers: Sequence[str] | None = None
    asset_classes: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    own_policy: ValidatePolicy | None = None

    @staticmethod
    def of(night: Night) -> Docket:
        """Take what a night is to judge."""
        return Docket(night.warehouse, night.restricted_to, night.asset_classes, night.request.force)

    @cached_property
    def policy(self) -> ValidatePolicy:
        """Severities and limits, read once."""
        from flows.validate.policy_file import policy_in

        return self.own_policy or policy_in(self.warehouse.directory)

    def asset_class(self, ticker: str) -> str:
        """Tell a scenario's word for a ticker; "" where it has none."""
        return self.asset_classes.get(ticker, "")


def plan(night: Night) -> list[ValidateItem]:
    """Tell what a night would judge again, and why."""
    return plan_validate(Docket.of(night))


def plan_validate(docket: Docket) -> list[ValidateItem]:
    """Tell what `validate` would do, and why."""
    ended, of_state = {"ended_days": docket.policy.ended_days}, {"rule": STATE}
    raw = {row[0]: row[1:] for row in docket.warehouse.rows(statement("validate/raw_state"), ended)}
    judged = dict(docket.warehouse.rows(statement("validate/judged"), of_state))
    items = []
    for ticker in dict.fromkeys(docket.tickers if docket.tickers is not None else [*raw]):
        if ticker not in raw:
            items.append(ValidateItem(VALIDATE, ticker, False, "nothing is stored of it"))
            continue
        rows, stored, *known = raw[ticker]
        state = fingerprint(stored, ticker, docket.asset_class(ticker), docket.policy)
        if ticker not in judged:
            due, reason = True, "never validated"
        elif judged[ticker] != state:
            due, reason = True, "its raw rows, the rules or their settings have changed"
        else:
            due, reason = docket.force, "forced" if docket.force else "its raw rows have not changed"
        items.append(ValidateItem(VALIDATE, ticker, due, reason, False, state, rows, *known))
    return items


def fingerprint(raw_state: str, ticker: str, asset_class: str, policy: ValidatePolicy) -> str:
    """16 hex digits over everything that a verdict depends on: rows, the code of the rules, settings, calendars."""
    from flows.calendars import market_of

    market = market_of(ticker, asset_class)
    groups = (market.kind, asset_class)
    severities = [sorted(policy.severities.get(group, {}).items()) for group in groups]
    numbers = astuple(policy.limits_of(*groups)), policy.blocked_share, policy.habit_share
    parts = (raw_state, _code(), market.kind, market.calendar, version("exchange_calendars"), severities, numbers)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Take a fingerprint of the rules' own source, so that a changed rule judges everything anew."""
    here = Path(__file__).parent
    files = [*sorted(here.rglob("*.py")), *sorted((here.parent / "calendars").glob("*.py"))]
    files = [file for file in files if file.name not in OUTSIDE]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _key(docket: Docket, ticker: str) -> tuple[str, ...]:
    """Tell what tickers must share to be judged in one frame."""
    from flows.calendars import market_of

    asset_class, policy = docket.asset_class(ticker), docket.policy
    market = market_of(ticker, asset_class)
    own_word = asset_class if asset_class in policy.severities or asset_class in policy.limits_by else ""
    return market.calendar, market.kind, own_word


def chunks(docket: Docket, due: Sequence[ValidateItem], rows_at_once: int) -> list[list[ValidateItem]]:
    """Tickers that can be judged together, not too many rows at a time."""
    parts: list[list[ValidateItem]] = []
    last_key: tuple[str, ...] | None = None
    rows = 0
    for item in sorted(due, key=lambda item: (_key(docket, item.item), item.item)):
        key = _key(docket, item.item)
        if key != last_key or rows + item.raw_rows > rows_at_once:
            parts.append([])
            last_key, rows = key, 0
        parts[-1].append(item)
        rows += item.raw_rows
    return parts
