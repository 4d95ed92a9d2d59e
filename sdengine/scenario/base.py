"""What every table of a scenario has in common: frozen, no unknown keys, no silent conversions, finite numbers."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.names import unfit
from sdengine.scenario.errors import Refused


class Settings(BaseModel):
    """One table of a scenario. A number may be written 8 or 8.0, not "8" and not true; infinity and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def changed(self, values: dict[str, Any]) -> Self:
        """Copy the table with some values in the place of its own, unvalidated, as `model_copy` does in more time.

        A large sweep's twins are copied asset by asset.
        """
        copied = self.__class__.__new__(self.__class__)
        put = object.__setattr__  # the table itself is frozen
        put(copied, "__dict__", self.__dict__ | values)
        put(copied, "__pydantic_fields_set__", self.__pydantic_fields_set__ | values.keys())
        put(copied, "__pydantic_extra__", None)
        put(copied, "__pydantic_private__", None)
        return copied


def _as_day(value: Any) -> Any:
    if isinstance(value, datetime):
        raise ValueError("a date has no time of day")
    if isinstance(value, str):
        day = date.fromisoformat(value)
        if day.isoformat() != value:
            raise ValueError("a date is written YYYY-MM-DD")
        return day
    return value


def _as_absent(value: Any) -> Any:
    return None if value is False else value


def name_of(longest: int) -> AfterValidator:
    """Make the validator of a text that is a name (see `schemas.names`), of so many letters at most."""

    def check(name: str | None) -> str | None:
        if name is not None and (why := unfit(name, longest)):
            raise Refused(((), f"`{{key}}` {why}"))
        return name

    return AfterValidator(check)


Day = Annotated[date, BeforeValidator(_as_day, json_schema_input_type=date)]
"""A date: TOML's own (2004-08-19) or its ISO text ("2004-08-19")."""

SwitchOff = BeforeValidator(_as_absent)
"""On an optional table: `false` means that there is none, so that a heir or a sweep can take away what its base has."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A fraction from 0 to 1."""
