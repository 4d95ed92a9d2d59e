"""Kernels inside kernels: what is called from another kernel becomes machine code only there.

By itself numba optimises each function that it compiles, with all that it calls, and writes machine code of it; so does
its caller, and so on up to the one kernel that Python calls. A part is typed, and brought into LLVM's language, which
its caller takes over as it is: 300 kernels are optimised and written as the 16 that Python calls (measured: a third of
all compiling). What the parts of two kernels share is typed for both, and optimised for each.

`Compiler`'s steps are numba's to be extended; what a library does last is its inner affair, and may change with it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba._dynfunc import make_function
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

from sdengine.kernel.recall import answers_recalled


class Outermost(Compiler):
    """Compile what Python calls.

    Without a break for garbage, of which there is little, and much to be looked through in vain (measured: a tenth).
    """

    def compile_extra(self, func: Any) -> Any:
        """Compile a function, and tell its parts where their constants lie, as a load from disk does."""
        with _no_collection(), answers_recalled():
            result = super().compile_extra(func)
        for environment in result._find_referenced_environments():
            result.library.codegen.set_env(environment.env_name, environment)
        return result

    def define_pipelines(self) -> list[Any]:
        """Take numba's steps, the last of them with a library of ours."""
        return _with_last(super().define_pipelines(), OutermostLowering)


class Part(Compiler):
    """Compile what kernels call."""

    def define_pipelines(self) -> list[Any]:
        """Take numba's steps, all but the last of them."""
        return _with_last(super().define_pipelines(), PartLowering)


def _with_last(pipelines: list[Any], last: type[NativeLowering]) -> list[Any]:
    for pipeline in pipelines:
        pipeline.passes = [(last if step is NativeLowering else step, why) for step, why in pipeline.passes]
    return pipelines


@register_pass(mutates_CFG=True, analysis_only=False)
class OutermostLowering(NativeLowering):
    """Write LLVM's language, and machine code of it."""

    _name = "outermost_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower a typed function likewise, into a library that knows what is seldom run."""
        state.library = OutermostLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


class OutermostLibrary(JITCodeLibrary):
    """LLVM's language of a kernel, and of what takes Python's objects apart for it."""

    def add_ir_module(self, ir_module: Any) -> None:
        """Add a module; what takes objects apart is half of all code and runs once a call: written as it stands."""
        if ir_module.name == "wrapper":
            for function in ir_module.functions:
                if not function.is_declaration:
                    function.attributes.add("noinline")
                    function.attributes.add("optnone")
        super().add_ir_module(ir_module)


@register_pass(mutates_CFG=True, analysis_only=False)
class PartLowering(NativeLowering):
    """Write LLVM's language, and leave it at that."""

    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower a typed function; what Python would call is a name without a body."""
        state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        lowered = state["cr"]
        name = make_function(
            lowered.fndesc.lookup_module(), state.func_id.func_name, "a part", 0, lowered.env, (state.library,)
        )
        state.targetctx.insert_user_function(name, lowered.fndesc, [state.library])
        state["cr"] = lowered._replace(cfunc=name)
        return True


class PartLibrary(JITCodeLibrary):
    """LLVM's language of a part, with that of its own parts linked in, as it was written."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True


@contextmanager
def _no_collection() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
