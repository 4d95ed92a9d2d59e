"""What is wrong with bars, as a caller meets it."""


class BarsError(ValueError):
    """The bars can't be used: says which ticker and date, what was given, what is allowed."""
