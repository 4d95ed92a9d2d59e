"""What a person is told who has to wait for the compiler. For how long, nobody can promise: it hangs on the machine."""

from __future__ import annotations


def compiling(what: str) -> str:
    """Say that something is compiled now, and will not be again."""
    return f"compiling {what}, once for this version: seconds on a machine that is idle, longer on a busy one"
