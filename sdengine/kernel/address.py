"""Kernels that others call by address: machine code that is made once, whoever calls it.

A part (`sdengine.kernel.parts`) is optimised and written anew in each kernel that calls it, which for the engine is
most of what there is to compile. Its address is a number that Python hands to a kernel; machine code that is kept on
disk has none in it, so each process finds its own. What is small stays a part: a call by address is never inlined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from numba.core import cgutils


def address_of(kernel: Callable[..., Any], signature: Any) -> int:
    """Return where the machine code of a kernel begins in this process; it is loaded, or made, where it is not there.

    It stays there as long as the kernel does.
    """
    compiled = cast("Any", kernel).get_compile_result(signature)
    return int(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))


def calling(signature: Any) -> Callable[..., Any]:
    """Return how a call of such a kernel is written: its address, then its arguments; what it raises is raised on."""

    def generate(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        result, types = given.return_type, given.args[1:]
        written = context.call_conv.get_function_type(result, types)
        begin = builder.inttoptr(arguments[0], written.as_pointer())
        status, value = context.call_conv.call_function(builder, begin, result, types, arguments[1:])
        with cgutils.if_unlikely(builder, status.is_error):
            context.call_conv.return_status_propagate(builder, status)
        return value

    return generate
