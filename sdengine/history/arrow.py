"""NumPy arrays as Arrow arrays over the same memory.

`pyarrow.array` looks whether what it is given is a pandas object, and imports pandas for that where it is installed: a
second of every process that runs one scenario. Buffers are handed over instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Nulls = NDArray[np.bool_] | None
"""True where there is no value; None: a value everywhere."""


def array(values: NDArray[Any], null: Nulls = None, *, type: pa.DataType | None = None) -> pa.Array:
    """One array of that Arrow type, which must have the layout of the values'; by default the type of their own."""
    import pyarrow as pa

    bits = values.dtype == np.bool_
    data = np.packbits(values, bitorder="little") if bits else np.ascontiguousarray(values)
    valid = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(type or pa.from_numpy_dtype(values.dtype), len(values), [valid, pa.py_buffer(data)])


def dates(ordinals: NDArray[np.int32], null: Nulls = None) -> pa.Array:
    """Days since 1970-01-01 as dates."""
    import pyarrow as pa

    return array(ordinals, null, type=pa.date32())


def words(texts: Sequence[str]) -> pa.Array:
    """Texts as an array of strings."""
    import pyarrow as pa

    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])


def names(codes: NDArray[np.int32], texts: Sequence[str], null: Nulls = None) -> pa.Array:
    """Codes as names, dictionary-encoded; what stands at a null does not matter."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(array(codes, null), words(texts))
