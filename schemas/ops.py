"""`ops`: the story of the nights: what ran, what was skipped and why, what failed, and how the schema grew."""

from __future__ import annotations

from schemas.columns import BATCH_ID, Table, integer, seconds, text, timestamp, whole


class Batches(
    Table,
    name="ops.batches",
    key=("batch_id",),
    written_by="all",
    grain="one row is one batch: one call of the pipeline that may write",
):
    """A batch found 'running' while nobody holds the lock has died: the next opening marks it 'crashed'."""

    batch_id = BATCH_ID
    verb = text("The command that started it")
    source = text("Source of the bars")
    started_at = timestamp("When it began")
    finished_at = timestamp("When it ended; null: still running, or it died", nullable=True)
    status = text("How it ended", isin=("running", "done", "failed", "crashed"))
    reason = text("Why it ran, or why it ended as it did")
    host = text("Machine that it ran on")
    pid = whole("Process that it ran in", unit="process id", ge=0)
    versions = text("Versions of the parts that decide results, as JSON")


class Requests(
    Table,
    name="ops.requests",
    key=("batch_id",),
    written_by="all",
    grain="one row is what one batch was asked, so that it can be asked again",
):
    """Nothing that may hold a secret stands here. Batches of versions before have no row."""

    batch_id = BATCH_ID
    files = text("Folder or file that bars were read from; null: the source reads none", nullable=True)
    scenario_files = text("File or folder of its scenarios; shipped: those that ship")
    workers = text("Who computed runs; null: an address with a login in it", nullable=True)
    stages = text("Stages that it was to go through, separated by blanks")
    scenarios = text("Scenarios that it was asked for by name, as JSON; null: all", nullable=True)


class StageRuns(
    Table,
    name="ops.stage_runs",
    key=("batch_id", "started_at", "stage", "item"),
    unique=False,
    written_by="all",
    grain="one row is one stage of a batch, or one item (ticker, scenario) of a stage",
):
    """Written in the same transaction as the rows that it speaks of: if the receipt is there, they are."""

    batch_id = BATCH_ID
    stage = text("The stage")
    item = text("Ticker or scenario; null: the stage as a whole", nullable=True)
    status = text("How it ended", isin=("done", "skipped", "failed"))
    reason = text("Why it was done or skipped", nullable=True)
    rows = whole("Rows written", unit="rows", ge=0)
    seconds = seconds("Time taken")
    error = text("The reason of a failure, in words", nullable=True)
    started_at = timestamp("When it began")
    finished_at = timestamp("When it ended")
    versions = text("Versions of the parts that decide results, as JSON")


class Migrations(
    Table,
    name="ops.migrations",
    key=("version",),
    written_by="warehouse",
    grain="one row is one step of the schema's history that this warehouse has gone through",
):
    """The highest version is the warehouse's own."""

    version = integer("Number of the step", unit="number", ge=1)
    step = text("What it did, in words")
    applied_at = timestamp("When")
    digest = text(
        "Fingerprint of the views and comments that were last written; null: not the latest step", nullable=True
    )


TABLES = (Batches, Requests, StageRuns, Migrations)
