"""All kernel functions in one native library: the part of the build that knows numba's insides.

Problem. numba gives each compiled function a library of its own, and optimises and
emits in it, again, everything the function calls: for 83 small functions that was half
of the compile time, and calls between them kept numba's status checks.

Rejected. Fewer, larger functions (unreadable; the type inference of a large function
grows faster than its length); a lower optimisation level (7 to 13 times slower, and it breaks
caching); writing LLVM code from the syntax trees ourselves (a second compiler to trust).

Chosen. The entry function is compiled by numba with a pipeline of its own
(``pipeline_class``). One pass lowers all other functions into the entry's library, where
they become private to it; then the entry is lowered too, and the whole is optimised and
emitted once, as a C compiler does with one file of static functions. The cache has
one file. Pipelines contain only the passes that such plain code needs. All values are int64, so
what numba once found out about ``a + b`` holds for every other: `_remembering` keeps it.

Invariant. Every function is lowered before its callers, under
one signature: ``int64(State, int64, ...)``.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from numba import njit, types
from numba.core import compiler, ir, lowering, typed_passes, untyped_passes
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.typing.templates import make_concrete_template

from gosched_edu.kernel.kstate import kstate_type

#: Modules whose functions run millions of times a second: they are inlined where it pays.
HOT = (
    "interp", "arith", "floats", "floats_native", "mem", "log", "rand", "faults", "stack", "malloc",
    "hchan", "sudog", "chanop", "chan", "runq", "schedule", "pick", "find", "proc", "time", "order",
    "ops", "ops_mem", "ops_num", "ops_str", "turns",
)  # fmt: skip


def _signature(code: Any) -> Any:
    names = code.co_varnames[: code.co_argcount]
    return types.int64(*(kstate_type if n == "S" else types.int64 for n in names))


def _pipeline(name: str, before_typing: Sequence[Any], lower: Any) -> Any:
    """Numba's nopython pipeline without what only richer Python needs."""
    pm = PassManager(name)
    pm._ENFORCING = False  # numba's checks of its own passes
    for step in (
        untyped_passes.TranslateByteCode,
        untyped_passes.FixupArgs,
        untyped_passes.IRProcessing,
        untyped_passes.ReconstructSSA,
        *before_typing,
        typed_passes.NopythonTypeInference,
        typed_passes.PreLowerStripPhis,
        typed_passes.IRLegalization,
        lower,
        typed_passes.NoPythonBackend,
    ):
        pm.add_pass(step, step.__name__)
    pm.finalize()
    return pm


class _Lower(lowering.Lower):  # type: ignore[misc]
    """Lowering without reference counts: all there is are machine words."""

    def delvar(self, name: str) -> None:
        pass

    def incref(self, typ: Any, value: Any) -> None:
        pass

    def decref(self, typ: Any, value: Any) -> None:
        pass


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerCallee(typed_passes.NativeLowering):  # type: ignore[misc]
    _name = "gosched_lower_callee"

    @property
    def lowering_class(self) -> Any:
        return _Lower


class _Callee(compiler.CompilerBase):  # type: ignore[misc]
    def define_pipelines(self) -> list[Any]:
        return [_pipeline("gosched_callee", (), _LowerCallee)]


def _list_vars(statement: Any) -> list[Any]:
    """`numba.core.ir.Inst.list_vars`, which takes a tenth of the time of a build."""
    parts = statement._kws if type(statement) is ir.Expr else statement.__dict__
    out: list[Any] = []
    for value in parts.values():
        if type(value) is ir.Var:
            out.append(value)
        elif type(value) is ir.Expr:
            out += _list_vars(value)
        elif isinstance(value, (ir.Inst, dict, list, tuple)):
            out += statement._rec_list_vars(value)
    return out


@contextmanager
def _remembering() -> Iterator[None]:
    """Signatures of operations and calls are worked out once for each combination of operand types."""
    known: dict[Any, Any] = {}
    function = types.functions.BaseFunction
    work_out, list_vars = function.get_call_type, (ir.Stmt.list_vars, ir.Expr.list_vars)

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        key = (self, tuple(types.unliteral(a) for a in args))
        if kws or key not in known:
            known[key] = work_out(self, context, key[1], kws)
        return known[key]

    function.get_call_type = get_call_type
    ir.Stmt.list_vars = ir.Expr.list_vars = _list_vars
    collecting = gc.isenabled()
    gc.disable()  # numba's graphs live until the end anyway
    try:
        yield
    finally:
        function.get_call_type = work_out
        ir.Stmt.list_vars, ir.Expr.list_vars = list_vars
        if collecting:
            gc.enable()


def _is_hot(name: str) -> bool:
    """Is the function with this mangled name in one of the modules that decide the speed?"""
    return any(f"6kernel{len(module)}{module}" in name for module in HOT)


def _optimize_functions(library: Any, module: Any) -> None:
    """Simplify a function before it may be inlined; the rare ones are small and called, not inlined."""
    module.data_layout = library._codegen._data_layout
    for f in module.functions:
        if f.is_declaration:
            continue
        if _is_hot(f.name):
            passes, builder = library._codegen._function_pass_manager()
            passes.run(f, builder)
        elif f.linkage.name == "external" and "cpython" not in f.name:
            f.add_function_attribute("noinline")
            f.add_function_attribute("optsize")


def _optimize(library: Any) -> None:
    """Optimise a whole library, once, and without a search for loops on vectors: there are none."""
    passes, builder = library._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False)
    passes.run(library._final_module, builder)


def compile_together(callees: Sequence[tuple[Any, Any]], entry: Any) -> Callable[[Any], int]:
    """Compile `entry` and all that it calls.

    Parameters
    ----------
    callees : sequence of (function, body)
        In order: callees before callers. `body` is what is compiled for `function`.
    entry : function

    Returns
    -------
    callable
        The dispatcher of `entry`; cached in numba's current cache folder.
    """
    private: list[str] = []

    @register_pass(mutates_CFG=False, analysis_only=True)
    class LowerCallees(FunctionPass):  # type: ignore[misc]
        """Lower the callees into the library that will be the entry's."""

        _name = "gosched_lower_callees"

        def __init__(self) -> None:
            FunctionPass.__init__(self)

        def run_pass(self, state: Any) -> bool:
            context = state.targetctx
            library = context.codegen().create_library("gosched_kernel")
            library.enable_object_caching()
            flags = state.flags.copy()
            flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
            library._optimize_functions = partial(_optimize_functions, library)
            library._optimize_final_module = partial(_optimize, library)
            with _remembering():
                for function, body in callees:
                    s = _signature(body.__code__)
                    template = make_concrete_template(function.__name__, function, [s])
                    state.typingctx.insert_user_function(function, template)
                    result = compiler.compile_extra(
                        state.typingctx, context, body, s.args, s.return_type, flags, {},
                        library=library, pipeline_class=_Callee,
                    )  # fmt: skip
                    context.insert_user_function(function, result.fndesc)
                    private.append(result.fndesc.llvm_func_name)
            state.library = library
            return False

    class Lower(lowering.Lower):  # type: ignore[misc]
        def lower(self) -> None:
            super().lower()
            for name in private:
                self.library._final_module.get_function(name).linkage = "internal"

    @register_pass(mutates_CFG=True, analysis_only=False)
    class LowerEntry(typed_passes.NativeLowering):  # type: ignore[misc]
        _name = "gosched_lower_entry"

        @property
        def lowering_class(self) -> Any:
            return Lower

    class Entry(compiler.CompilerBase):  # type: ignore[misc]
        def define_pipelines(self) -> list[Any]:
            return [_pipeline("gosched_entry", (LowerCallees,), LowerEntry)]

    decorate: Any = njit  # its stub does not know all of its options
    return decorate(  # type: ignore[no-any-return]
        _signature(entry.__code__), cache=True, error_model="numpy", nogil=True,
        no_cfunc_wrapper=True, pipeline_class=Entry,
    )(entry)  # fmt: skip
