"""Reaching the k-th record behind another: the one place where compiled code goes by address.

A numba array argument is a bundle of seven or more values with a reference count; a day step that hands twenty of them
through forty small functions spends nearly all of its time counting (measured: 2 million asset-bars a second, against
58 million this way, in one run). A record is one bare pointer. So a `Desk` holds the first record of each array, and
`nth` steps from there. Nothing keeps the arrays alive but the caller, and nothing checks the bounds but the room that
the book states: each function that appends looks at it first.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic


@intrinsic
def _nth(_context: Any, record: Any, k: Any) -> Any:
    if not (isinstance(record, types.Record) and isinstance(k, types.Integer)):
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        first, index = arguments
        byte = ir.IntType(8)
        wide = index if index.type.width == 64 else builder.sext(index, ir.IntType(64))
        offset = builder.mul(wide, ir.Constant(ir.IntType(64), record.size))
        moved = builder.gep(builder.bitcast(first, byte.as_pointer()), [offset], source_etype=byte)
        return builder.bitcast(moved, first.type)

    return record(record, k), generate


nth: Any = _nth
"""nth(record, k): the record that stands `k` places behind `record` in the array it belongs to."""


def _copy_bytes(builder: Any, record: Any, source: Any, target: Any) -> None:
    """Copy a record as its bytes: by numba's own assignment each byte is a value of its own, 300 loads and stores."""
    cgutils.raw_memcpy(builder, target, source, ir.IntType(64)(record.size), 1)


@intrinsic
def _copy_record(_context: Any, source: Any, target: Any) -> Any:
    if not (isinstance(source, types.Record) and source == target):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        _copy_bytes(builder, source, *arguments)
        return context.get_dummy_value()

    return types.void(source, target), generate


copy_record: Any = _copy_record
"""copy_record(source, target): make `target` what `source` is; they are two records, or one and the same."""


@intrinsic
def _copied(_context: Any, record: Any) -> Any:
    if not isinstance(record, types.Record):
        return None

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        own = cgutils.alloca_once(builder, arguments[0].type.pointee)
        _copy_bytes(builder, record, arguments[0], own)
        return own

    return record(record), generate


copied: Any = _copied
"""copied(record): a copy that lives as long as the function in which this stands; in a loop the same one each time."""


@intrinsic
def _clear_record(_context: Any, record: Any) -> Any:
    if not isinstance(record, types.Record):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        cgutils.memset(builder, arguments[0], ir.IntType(64)(record.size), 0)
        return context.get_dummy_value()

    return types.void(record), generate


clear_record: Any = _clear_record
"""clear_record(record): make every field of it 0."""


@intrinsic
def _prefetch(_context: Any, array: Any, k: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        wanted = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], wanted)
        builder.call(fetch, [place, flag(1), flag(3), flag(1)])  # for writing, into the nearest cache, data
        return context.get_dummy_value()

    return types.void(array, k), generate


prefetch: Any = _prefetch
"""prefetch(array, k): have the place of the k-th element at hand soon, to write to it. A hint: any k will do."""


@intrinsic
def _short_at(_context: Any, address: Any, k: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        short = ir.IntType(16)
        begin = builder.inttoptr(arguments[0], short.as_pointer())
        return builder.zext(
            builder.load(builder.gep(begin, [arguments[1]], source_etype=short), typ=short), ir.IntType(64)
        )

    return types.int64(types.int64, types.int64), generate


short_at: Any = _short_at
"""short_at(address, k): the k-th of the 16-bit numbers that begin at that address. Whoever has the address keeps the
array alive, and `k` inside."""
