"""Lists of what has happened: the portfolio writes them, everybody reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

Item = TypeVar("Item")


class Log(list[Item]):
    """A list that only its portfolio adds to: what follows is computed from it, so nothing may go missing."""

    def take(self, items: Iterable[Item]) -> None:
        """Add items; for the portfolio alone."""
        list.extend(self, items)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this is a record of what has happened; allowed: reading, or a copy of it: list(...)")

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """Copy and pickle as a list does, though nothing can be appended."""
        return _log_of, (list(self),)


def _log_of(items: list[Any]) -> Log[Any]:
    log: Log[Any] = Log()
    log.take(items)
    return log
