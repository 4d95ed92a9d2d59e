"""What the last batches met is told once: of the batch, of its stages, and of their items together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flows.cli.status import batch_lines
from flows.outcomes import ItemOutcome, StageOutcome

BEGAN = datetime(2024, 1, 5, 2, 0)


def batch(status: str, reason: str) -> dict[str, Any]:
    return {
        "batch_id": "b1",
        "verb": "run",
        "source": "files",
        "status": status,
        "reason": reason,
        "started_at": BEGAN,
        "finished_at": BEGAN + timedelta(seconds=2),
    }


def line(stage: str, item: str | None, status: str, reason: str | None, error: str | None = None) -> dict[str, Any]:
    told = {"stage": stage, "item": item, "status": status, "reason": reason, "error": error}
    return {**told, "rows": 0, "seconds": 0.5, "started_at": BEGAN}


def test_items_that_failed_alike_are_told_once_with_how_often() -> None:
    stages = [line("ingest", None, "failed", "5 failed")]
    stages += [line("ingest", f"T{k}", "failed", None, "no answer") for k in range(4)]
    stages += [
        line("ingest", "T9", "failed", None, "not asked: no answer"),
        line("ingest", "X", "failed", None, "other"),
    ]
    assert batch_lines(batch("failed", "ingest: 5 failed (T0, T1, T2 and 2 more: no answer)"), stages) == [
        "b1  run  files  failed in 2.0 s",
        "  ingest    failed           0 rows    0.5 s  5 failed",
        "            ✗ T0, T1, T2 and 2 more: no answer",
        "            ✗ X: other",
    ]


def test_many_different_failures_are_bounded() -> None:
    stages = [line("backtest", None, "failed", "99 scenarios failed")]
    stages += [line("backtest", f"s{k}", "failed", None, f"file s{k}.toml is broken") for k in range(99)]
    lines = batch_lines(batch("failed", "backtest: 99 scenarios failed"), stages)
    assert len(lines) == 2 + 50 + 1
    assert lines[-1].strip() == "… and 49 more, in ops.stage_runs"


def test_what_no_stage_tells_is_told_of_the_batch() -> None:
    done = [line("metrics", None, "done", "2 runs measured")]
    for status, reason in (("failed", "not published: 1 checks failed"), ("crashed", "process 7 ended without a word")):
        assert batch_lines(batch(status, reason), done)[0].endswith(f"  ({reason})")
    broken = [line("metrics", None, "failed", None, "StorageFailed: no room; what was published is untouched")]
    assert batch_lines(batch("failed", "no room; what was published is untouched"), broken)[0].endswith(" s")


def test_a_stage_that_began_twice_has_its_own_failures() -> None:
    stages = [line("ingest", None, "failed", "1 failed"), line("ingest", "A", "failed", None, "no answer")]
    again = [{**one, "started_at": BEGAN + timedelta(seconds=9)} for one in stages]
    again[1]["item"] = "B"
    told = batch_lines(batch("failed", ""), [*stages, *again])
    assert [one.split("✗ ")[1] for one in told if "✗" in one] == ["A: no answer", "B: no answer"]


def test_who_is_told_of_a_night_hears_the_reasons_that_the_stage_leaves_to_its_items() -> None:
    items = [ItemOutcome(f"T{k}", "failed", "no answer") for k in range(5)]
    assert StageOutcome("ingest", "failed", "5 failed", items=tuple(items)).sentence == (
        "ingest: 5 failed (T0, T1, T2 and 2 more: no answer)"
    )
    assert StageOutcome("judge", "done", "2 judged").sentence == "judge: 2 judged"


def test_why_a_ticker_is_blocked_is_told_where_it_was_validated_and_not_again() -> None:
    stages = [line("validate", None, "failed", "2 unusable")]
    stages += [line("validate", t, "failed", None, f"{t} is wild") for t in ("A", "B")]
    stages += [line("backtest", None, "failed", "2 scenarios failed")]
    stages += [line("backtest", "both", "failed", None, "A is blocked: A is wild; B is blocked: B is wild")]
    stages += [line("backtest", "other", "failed", None, "A is blocked: A is wild; C is blocked: in its window")]
    assert [one.strip() for one in batch_lines(batch("failed", ""), stages)[5:]] == [
        "✗ both: A, B blocked, as told above",
        "✗ other: A is blocked: A is wild; C is blocked: in its window",
    ]
