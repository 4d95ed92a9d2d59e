"""The list of verbs. A verb is registered here once it works, and not before."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.data import data
from flows.cli.diff import diff
from flows.cli.doctor import doctor
from flows.cli.explain import explain
from flows.cli.init import init
from flows.cli.metrics import metrics
from flows.cli.news import news
from flows.cli.orders import orders
from flows.cli.outcome import sentences
from flows.cli.plain import PlainCommand, PlainGroup
from flows.cli.plan import plan
from flows.cli.ranking import ranking
from flows.cli.repair import repair
from flows.cli.report import report
from flows.cli.retire import retire
from flows.cli.retry import retry
from flows.cli.run import run
from flows.cli.scenarios import scenarios
from flows.cli.schedule import schedule
from flows.cli.show import show
from flows.cli.sql import sql
from flows.cli.status import status
from flows.errors import DONE

HELP = """Nightly backtests of Synthetic Dividend portfolios.

\b
A first look, without network, on the sample that ships:
  sdengine init              a project of your own: sdengine.toml, a scenario
  sdengine run               ingest, validate, backtest, measure, publish
  sdengine plan              what the next run would do, and why
  sdengine sql "from metrics.ranking select place, scenario, cagr limit 5"
  sdengine COMMAND --help    options and examples of one command

Exit codes: 0 all done, 1 something failed (the rest went on), 2 wrong usage,
130 interrupted.
"""

app = typer.Typer(
    cls=PlainGroup,
    rich_markup_mode=None,  # plain help starts in 0.2 s, decorated help in 0.4
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"sdengine {version('sdengine')}")
        raise typer.Exit(DONE)


Version = Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")]


@app.callback(help=HELP)
def main(version: Version = False) -> None:
    """Take what stands before a verb."""


VERBS = (
    *(init, run, plan, retry, schedule, status),
    *(report, ranking, show, retire, news, orders, explain, diff),
    *(scenarios, metrics, data, sql, doctor, repair),
)
for verb in VERBS:
    app.command(cls=PlainCommand)(sentences(verb))
