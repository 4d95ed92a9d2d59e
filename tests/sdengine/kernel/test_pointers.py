"""Records as their bytes: copied, kept aside, made empty."""

from __future__ import annotations

import numba
import numpy as np

from sdengine.kernel.pointers import clear_record, copied, copy_record
from sdengine.kernel.records import Records

ODD = np.dtype([("count", "i4"), ("worth", "f8")])
"""Twelve bytes: the number lies where nothing is aligned."""


def shuffle(rows: Records) -> float:
    """Make the second row what the first was, the first empty; return what the first, kept aside and grown, came to."""
    aside = copied(rows[0])
    aside["worth"] += 1.0
    copy_record(rows[0], rows[1])
    clear_record(rows[0])
    return aside["worth"]


def test_a_record_is_copied_kept_aside_and_made_empty() -> None:
    rows = np.array([(7, 2.5), (8, 3.5), (9, 4.5)], ODD)
    assert numba.njit(shuffle)(rows) == 3.5
    assert rows.tolist() == [(0, 0.0), (7, 2.5), (9, 4.5)]
