"""The slow, obvious engine: `sdengine/RULES.md` once more, in plain Python, to hold the real one against."""

from tests.oracle.run import OracleResult, run_oracle

__all__ = ["OracleResult", "run_oracle"]
