"""The pages beside the results: each written whole, and only where something of it has changed.

`night.js` says which pages belong to the results; it is written first, so that a page that could not be made says of
itself that it is older.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import PipelineError
from flows.page.answers import Answers, runs_by_id
from flows.page.compose import compose
from flows.page.pages import Page, pages
from flows.page.wording import instant, minute
from flows.private import private_folder, write_private
from sdengine.words import first_few
from warehouse.errors import QueryRefused
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results

MADE_FROM = re.compile(r'<meta name="made-from" content="(\w+)">')
LIBRARY = "plotly.min.js"
NIGHT = "night.js"
BEGINS = "window.sdengineNight = "


def report_folder(warehouse: Path) -> Path:
    """Tell where a warehouse's pages lie."""
    return warehouse / "report"


def write_pages(results: Results, folder: Path, today: date) -> list[Page]:
    """Write the pages that have changed, remove those that nothing is published for; return those written.

    Raises:
        OSError: the folder cannot be written; pages that are there stay, and say that they are older.
        PipelineError: some page cannot be made; all others are.
    """
    private_folder(folder)
    listed = pages(results, today)
    batch, names = listed[-1].batch, {page.name: page.key for page in listed}
    begun = batch["started_at"]
    night = {"batch": batch["batch_id"], "begun": instant(begun), "said": minute(begun), "pages": names}
    write_private(folder / NIGHT, f"{BEGINS}{json.dumps(night)};\n")
    written = [page for page in listed if made_from(folder / page.file) != page.key]
    if written and not (folder / LIBRARY).is_file():
        from flows.page.render import library

        write_private(folder / LIBRARY, library())
    broken: dict[str, list[str]] = {}
    for page, answers in _answered(results, written, today):
        try:
            write_page(results, folder / page.file, page, today, answers)
        except OSError:
            raise
        except Exception as error:  # one page that cannot be made is one page: the others are those of tonight
            if isinstance(error, QueryRefused) and results.is_of_an_older_version():
                raise  # what was published knows nothing of what this version asks
            broken.setdefault(str(error) or type(error).__name__, []).append(page.file)
    for file in folder.glob("*.html"):
        if file.stem not in names and made_from(file) is not None:
            file.unlink()
    if broken:
        pages_of = "; ".join(f"{first_few(files, 3)} ({why})" for why, files in broken.items())
        raise PipelineError(f"not all pages could be made: {pages_of}; each stays as it was, and says that it is older")
    return written


def write_page(results: Results, file: Path, page: Page, today: date, answers: Answers | None = None) -> None:
    """Write one page whole."""
    write_private(file, compose(results, page, today, answers=answers))


TOGETHER = 40
"""Pages whose questions are asked at once; more would be more than memory holds."""


def _answered(results: Results, pages: Sequence[Page], today: date) -> Iterator[tuple[Page, Answers | None]]:
    """Let pages share their answers; a scenario whose detail is not there has it computed for itself alone."""
    from flows.detail.door import kept_in, with_detail

    runs = runs_by_id(results) if pages else {}
    there = kept_in(results) if pages else []
    for k in range(0, len(pages), TOGETHER):
        some = pages[k : k + TOGETHER]
        alone = {page.name for page in some if page.kind == "scenario" and runs[page.run_id].keep not in there}
        sharing = [page for page in some if page.name not in alone]
        detailed = [page.run_id for page in sharing if page.kind == "scenario"]
        with with_detail(results, detailed) as whole:
            shared = Answers(whole, list({page.run_id for page in sharing if page.rows}), today, runs)
            yield from ((page, None if page.name in alone else shared) for page in some)


def are_of(results: Results, folder: Path) -> bool:
    """Tell, without looking at any figure, whether the pages that lie there are those of these results."""
    try:
        night = json.loads((folder / NIGHT).read_text(encoding="utf-8").removeprefix(BEGINS).rstrip(";\n"))
    except (OSError, ValueError):
        return False
    batch = results.records(statement("results/batch"))[0]["batch_id"]
    return night["batch"] == batch and all(
        made_from(folder / f"{name}.html") == key for name, key in night["pages"].items()
    )


def made_from(file: Path) -> str | None:
    """Read what a page was made from; None where there is no page of ours."""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            match = MADE_FROM.search(opened.read(4096))
    except OSError:
        return None
    return match[1] if match else None
