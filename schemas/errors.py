"""What can be wrong with a table or with the rows meant for it."""


class UnknownTable(ValueError):
    """A table was asked for that no module of `schemas` declares."""


class BadDeclaration(ValueError):
    """A table or a column is declared in a way that cannot work."""


class SchemaMismatch(ValueError):
    """The columns of some data are not those of the table: missing, unknown, or of another type."""


class InvalidTable(ValueError):
    """Rows break a rule of their table: the message names table, column, rule, count and the first rows."""

    @property
    def without_rows(self) -> str:
        """The message without the rows, as a reason for whose they are."""
        return str(self).split(", first in")[0]
