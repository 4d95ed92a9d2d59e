"""Reading one scenario from plain tables: every problem is found, and each is put into words once."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from sdengine.scenario.asset import AssetDefaults
from sdengine.scenario.errors import Location, Problem, ScenarioError
from sdengine.scenario.merge import apply_defaults
from sdengine.scenario.tables import ScenarioTables
from sdengine.scenario.wording import FileOf, problems_from

SEVERAL = ("extends", "sweep")
OF_A_SWEEP = ("sweep_of", "keep")
"""What only a sweep says of its members."""

Model = TypeVar("Model", bound=ScenarioTables)


def read(
    model: type[Model], data: Mapping[str, Any], *, file: str | None = None, file_of: FileOf | None = None
) -> Model:
    """Validate one scenario as a `model`, problems told of `file`, or of the file that `file_of` finds for a location.

    Raises:
        ScenarioError: with all problems.
    """

    def in_file(location: Location) -> str | None:
        return file_of(location) if file_of else file

    problems = [
        Problem(key, f"`{key}` makes this a description of scenarios: read it with `expand`", in_file((key,)))
        for key in SEVERAL
        if key in data
    ]
    problems += [
        Problem(key, f"`{key}` is no key of a scenario; what a sweep keeps stands in its `[sweep]`", in_file((key,)))
        for key in OF_A_SWEEP
        if key in data
    ]
    tables = {key: value for key, value in data.items() if key not in SEVERAL + OF_A_SWEEP}
    # defaults are judged where they stand, and only there: what is wrong in them does not reach the assets
    more, tables = _judge_defaults(tables, in_file)
    problems += more
    merged = apply_defaults(tables)
    try:
        scenario = model.model_validate(merged)
    except ValidationError as error:
        raise ScenarioError([*problems, *problems_from(error, merged, in_file)]) from None
    if problems:
        raise ScenarioError(problems)
    return scenario


def _judge_defaults(tables: dict[str, Any], in_file: FileOf) -> tuple[list[Problem], dict[str, Any]]:
    if "asset_defaults" not in tables:
        return [], tables
    defaults = tables["asset_defaults"]
    try:
        AssetDefaults.model_validate(defaults)
    except ValidationError as error:
        problems = problems_from(error, tables, in_file, prefix=("asset_defaults",))
        wrong = {finding["loc"][0] for finding in error.errors() if finding["loc"]}
        rest = {key: value for key, value in defaults.items() if key not in wrong} if wrong else {}
        return problems, tables | {"asset_defaults": rest}
    return [], tables
