"""From the kernel's functions to one module of LLVM code: the part of the build that knows numba's insides.

Problem. numba gives each compiled function a library of its own, and optimises and emits in it, again,
everything the function calls. It also gives each function what only richer Python needs: an
environment, a status beside the result, reference counts, wrappers for callers in Python.

Rejected. Fewer, larger functions (unreadable; the type inference of a large function grows faster
than its length); numba's own pipeline with passes left out (the modules, one a function, were printed,
read and linked again: two thirds of the time); writing LLVM code from the syntax trees ourselves
(a second compiler to trust).

Chosen. Numba's parts, used one after the other: its reader of bytecode, its type inference, its
lowering. All functions are lowered into one module, with C's calling convention: words in, a word out.
Only the entry is seen from outside, so LLVM treats the whole as a C compiler treats one file of
static functions. All values are int64, so what numba once found out about ``a + b`` holds for every
other: `_remembering` keeps it.

Invariant. Every function is lowered before its callers, under one signature: ``int64(State, int64,
...)``. The code needs nothing of numba's to run, and is the same for every machine.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from llvmlite import ir as llvm
from numba.core import (
    base,
    bytecode,
    callconv,
    compiler,
    cpu,
    funcdesc,
    interpreter,
    ir,
    lowering,
    postproc,
    typed_passes,
    types,
)
from numba.core.compiler_lock import global_compiler_lock
from numba.core.targetconfig import ConfigStack
from numba.core.typing.context import BaseContext
from numba.core.typing.templates import make_concrete_template

from gosched_edu.kernel.kstate import kstate_type

WORD = llvm.IntType(64)
#: Functions that are called, never inlined: in the interpreter's loop they would take its registers.
APART = frozenset(
    (
        "log.record", "interp.movn", "interp.attend", "ahead.mayrunahead", "ops.shared_op", "ops.logged_op",
        "ops.go_op", "chanop.op_send", "chanop.op_recv", "pick.pick", "panic.raise_fault", "ops_mem.new_op",
    )
)  # fmt: skip
#: Functions that are inlined wherever they are called: with a call each, an event costs a tenth more.
INTO = frozenset(
    (
        "chan.trysend", "chan.tryrecv", "chanop.wait", "choice.decide", "order.settle", "proc.ready",
        "runq.runqput", "schedule.execute", "schedule.park", "sudog.detach", "threads.wakep",
    )
)  # fmt: skip


class _Interpreter(interpreter.Interpreter):  # type: ignore[misc]
    """From bytecode to numba's form of a program, without the rewriting of what plain code never has."""

    def post_process(self, peepholes: Any, func_ir: Any) -> Any:
        return func_ir


class _Module(llvm.Module):  # type: ignore[misc]
    """A module that stands for numba's library of modules."""

    def __init__(self) -> None:
        super().__init__("gosched_kernel")

    def create_ir_module(self, name: str) -> Any:
        return self

    def add_linking_library(self, library: Any) -> None:
        pass


class _Words(callconv.BaseCallConv):  # type: ignore[misc]
    """Words are passed and one is returned, as in C; nothing is raised."""

    def get_arguments(self, function: Any) -> Any:
        return function.args

    def return_value(self, builder: Any, value: Any) -> None:
        builder.ret(value)

    def return_user_exc(self, builder: Any, *rest: Any, **more: Any) -> None:
        builder.unreachable()  # a range with step 0: all steps are constants


class _Context(cpu.CPUContext):  # type: ignore[misc]
    """numba's target, with this calling convention, and only with what such plain code needs."""

    def load_additional_registries(self) -> None:
        from numba.cpython import builtins, numbers, rangeobj  # noqa: F401

    @property
    def call_conv(self) -> Any:
        return _Words(self)


class _Lower(lowering.Lower):  # type: ignore[misc]
    """Lowering of plain words: no environment, no reference counts, no debugger's information."""

    def setup_function(self, fndesc: Any) -> None:
        kind = llvm.FunctionType(WORD, [WORD] * len(fndesc.argtypes))
        self.function = llvm.Function(self.module, kind, fndesc.mangled_name)
        self.entry_block = self.function.append_basic_block("entry")
        self.builder = llvm.IRBuilder(self.entry_block)

    def lower(self) -> None:
        self.genlower = None
        self.lower_normal_function(self.fndesc)

    def lower_block(self, block: Any) -> None:
        self.pre_block(block)
        for statement in block.body:
            self.loc = statement.loc
            self.lower_inst(statement)

    def debug_print(self, msg: str) -> None:
        pass

    def notify_loc(self, loc: Any) -> None:
        pass

    def incref(self, typ: Any, value: Any) -> None:
        pass

    def decref(self, typ: Any, value: Any) -> None:
        pass

    def pre_block(self, block: Any) -> None:
        self._cur_ir_block = block


def _signature(code: Any) -> Any:
    names = code.co_varnames[: code.co_argcount]
    return types.int64(*(kstate_type if n == "S" else types.int64 for n in names))


@contextmanager
def _remembering() -> Iterator[None]:
    """Signatures of operations and calls are worked out once for each combination of operand types."""
    known: dict[Any, Any] = {}
    function: Any = types.functions.BaseFunction
    work_out = function.get_call_type
    numba: Any = base
    has_loc = numba._has_loc

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        key = (self, tuple(args))
        if kws or key not in known:
            known[key] = work_out(self, context, args, kws)
        return known[key]

    function.get_call_type = get_call_type
    numba._has_loc = cache(has_loc)
    collecting = gc.isenabled()
    gc.disable()  # numba's graphs live until the end anyway
    try:
        yield
    finally:
        function.get_call_type = work_out
        numba._has_loc = has_loc
        if collecting:
            gc.enable()


def _lower(function: Any, body: Any, context: Any, module: _Module) -> Any:
    """Lower one function, and let later ones call it; its LLVM function."""
    func_id = bytecode.FunctionIdentity.from_function(body)
    func_ir = _Interpreter(func_id).interpret(bytecode.ByteCode(func_id))
    for block in func_ir.blocks.values():
        for statement in block.find_insts(ir.Assign):
            value = statement.value
            if isinstance(value, (ir.Global, ir.Const)) and isinstance(value.value, int):
                statement.value = ir.Const(value.value, value.loc, use_literal_type=False)
    postproc.PostProcessor(func_ir).run()
    typing, sig = context.typing_context, _signature(body.__code__)
    found = typed_passes.type_inference_stage(typing, context, func_ir, sig.args, sig.return_type)
    fndesc = funcdesc.PythonFunctionDescriptor.from_specialized_function(
        func_ir, found.typemap, sig.return_type, found.calltypes,
        mangler=lambda name, *_, **__: name, inline=False, noalias=False, abi_tags=(),
    )  # fmt: skip
    lower = _Lower(context, module, fndesc, func_ir)
    lower.lower()
    lowered = lower.function

    def call(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.call(lowered, args)

    typing.insert_user_function(function, make_concrete_template(function.__name__, function, [sig]))
    context._defns[function].append(call, sig.args)
    return lowered


def lower_together(callees: Sequence[tuple[Any, Any]], entry: Any) -> str:
    """Lower `entry` and all that it calls.

    Parameters
    ----------
    callees : sequence of (function, body)
        In order: callees before callers. `body` is what is compiled for `function`.
    entry : function

    Returns
    -------
    str
        LLVM code, not yet optimised, for no particular target: one function to be called from
        outside, named as `entry` is.
    """
    context = _Context(BaseContext())
    context = context.subtarget(error_model=callconv.create_error_model("numpy", context))
    context.refresh()
    module = _Module()
    with global_compiler_lock, _remembering(), ConfigStack().enter(compiler.Flags()):
        with context.push_code_library(module):
            for function, body in callees:
                lowered = _lower(function, body, context, module)
                lowered.linkage = "internal"
                name = lowered.name.removeprefix("gosched_edu.kernel.")
                if name in APART:
                    lowered.attributes.add("noinline")
                elif name in INTO:
                    lowered.attributes.add("alwaysinline")
            _lower(entry, entry, context, module).name = entry.__name__
    return str(module)
