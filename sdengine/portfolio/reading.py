"""Arguments of the object face as tables of a scenario: plain numbers first, then the model's own refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from sdengine.scenario.errors import Location
from sdengine.scenario.wording import problems_from

Model = TypeVar("Model", bound=BaseModel)


def read_settings(model: type[Model], given: Mapping[str, Any], table: str, owner: str = "") -> Model:
    """Validate what was given by name as the `table` of a scenario; `owner` is the ticker of an asset's table.

    Numbers of NumPy and decimal count as numbers, whole ones as floats. Raises ValueError: each setting, what was
    given, what is allowed.
    """
    fields = model.model_fields
    floats = {name for name, field in fields.items() if "float" in str(field.annotation)}
    plain = {name: plain_value(value, name in floats) for name, value in given.items() if value is not None}
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        place: Location = (table, 0) if owner else (table,)
        data: dict[str, Any] = {table: [plain | {"ticker": owner}] if owner else plain}
        problems = problems_from(error, data, lambda _: None, prefix=place)
        raise ValueError("; ".join(problem.text.replace(f"`{table}.", "`") for problem in problems)) from None


def plain_value(value: Any, to_float: bool) -> Any:
    """Return a number as Python's own, a pair of them as a tuple, everything else as it is."""
    if isinstance(value, list | tuple):
        return tuple(plain_value(one, to_float) for one in value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return value
    if not to_float and isinstance(value, Integral):
        return int(value)
    try:
        return float(value)
    except (ValueError, OverflowError):  # a signalling NaN, an integer beyond all floats: no number for the model
        return str(value)
