"""The shared folder of third-party market data, where it is present; its tests skip with a reason where it is not."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SDENGINE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"third-party market data not present at {SHARED}")
