"""`sdengine report`: the pages of a night, made from what is published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from flows.asked import Asked
from flows.cli.asking import asks
from flows.cli.completing import argument
from flows.clock import today
from flows.errors import PipelineError, UsageError
from flows.written import STDOUT, check_target, written

if TYPE_CHECKING:
    from datetime import date

    from flows.page.pages import Page
    from warehouse import Results


@asks("open_page", "single_file", "output", "warehouse")
def report(
    asked: Asked,
    scenario: Annotated[str | None, argument("A scenario or a sweep; the whole night without it.")] = None,
) -> None:
    """Make the pages of the last night, and say where they lie.

    A front page, a page for each scenario, one for each sweep: what happened, what to order, and what it is worth.
    `sdengine run` makes them after each night; only those that have changed are made anew.

    \b
    Examples:
      sdengine report --open
      sdengine report withdrawals --open
      sdengine report withdrawals --single-file -o mailed.html
      sdengine report withdrawals -o - | gzip > mailed.html.gz
    """
    from flows.page.compose import compose
    from flows.page.folder import report_folder, write_page, write_pages
    from flows.page.pages import INDEX
    from flows.results.freshest import published

    folder, day = report_folder(asked.warehouse), today()
    to_stdout = asked.output is not None and asked.output.name == STDOUT
    if to_stdout and asked.open_page:
        raise UsageError("--open needs a file, and --output - leaves none; allowed is --output FILE")
    with published(asked.warehouse) as results:
        if to_stdout:
            print(compose(results, _page(results, scenario, day), day, single=True))
            return
        if asked.single_file or asked.output is not None:
            file = _write_one(results, scenario, day, asked)
        else:
            page = _page(results, scenario, day) if scenario is not None else None
            file = folder / (page.file if page else f"{INDEX}.html")
            with readable_errors(folder):
                write_pages(results, folder, day)
                if page is not None and not file.is_file():  # a sweep's member that is not its best has no page yet
                    write_page(results, file, page, day)
    print(f"page     {file}")
    if asked.open_page:
        import webbrowser

        webbrowser.open(file.as_uri())


def _write_one(results: Results, scenario: str | None, day: date, asked: Asked) -> Path:
    from flows.page.compose import compose

    page = _page(results, scenario, day)
    file = (asked.output or Path(page.file)).absolute()
    check_target(file)
    with written(file) as place:
        place.write_text(compose(results, page, day, single=True), encoding="utf-8")
    return file


@contextmanager
def readable_errors(place: Path) -> Iterator[None]:
    """Turn what an operating system says of a place into a sentence."""
    try:
        yield
    except OSError as error:
        raise PipelineError(f"{place} cannot be written: {error.strerror or error}") from error


def _page(results: Results, scenario: str | None, day: date) -> Page:
    """Find the page of a scenario or sweep; `UsageError` for a name that there is not."""
    from flows.page.pages import page_of, pages
    from flows.results.choosing import choose_runs

    if scenario is None:
        return pages(results, day)[-1]
    return page_of(results, [run.run_id for run in choose_runs(results, scenario)], day)
