"""The slow, obvious engine: engine.md once more, in plain Python, to hold the real one against."""

from tests.oracle.run import OracleResult, run_oracle

__all__ = ["OracleResult", "run_oracle"]
