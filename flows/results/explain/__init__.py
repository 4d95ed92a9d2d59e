"""Why a trade happened on a day, or did not: read from the published tables, said in words."""

from flows.results.explain.answer import explain

__all__ = ["explain"]
