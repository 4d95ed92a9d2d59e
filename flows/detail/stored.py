"""Detail that is stored: where it stands, and how it is let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.detail.figures import FALLS
from schemas.backtest import DETAIL

if TYPE_CHECKING:
    from warehouse import Warehouse


def forget_detail(warehouse: Warehouse, run_ids: Sequence[str], falls: Sequence[str]) -> None:
    """Remove the detail of runs, and the falls of some.

    It is audited once more, for it may never have been published. AuditFailed, and all of it stays.
    """
    from warehouse.errors import AuditFailed

    if not run_ids:
        return
    if findings := warehouse.audit_detail():
        raise AuditFailed("no detail is let go: " + "\n  ".join(map(str, findings)), findings)
    for name in DETAIL:
        warehouse.delete(f"backtest.{name}", {"run_id": run_ids})
    warehouse.delete(FALLS, {"run_id": falls})
