"""`sdengine init`: a folder in which the command knows what it is about."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.asking import asks


@asks()
def init(
    asked: Asked,
    folder: Annotated[Path, typer.Argument(help="Where; made if there is none.", show_default=False)] = Path(),
) -> None:
    """Make a project.

    Writes sdengine.toml, which says from then on what the command does in that
    folder and below (source, scenarios, warehouse, schedule, what to run on a
    failure), a first scenario, and the schema that editors use.

    \b
    Nothing that is there is written over. Examples:
      sdengine init
      sdengine init portfolio && cd portfolio && sdengine run
    """
    from flows.project.making import make_project

    for path in make_project(folder):
        print(f"made     {path}")
    here = folder.absolute() == Path.cwd()
    print(f"try      {'' if here else f'cd {shlex.quote(str(folder))} && '}sdengine run")
