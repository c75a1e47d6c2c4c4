"""Checked functions to units of code.

Problem. The linker asks for functions one by one: declared ones, instances of generic ones,
methods wrapped for interfaces, initialisers of package variables.

Rejected. Lowering a package as a whole: a program uses a corner of it.

Invariant. A unit depends on nothing but what was asked for, the checked source, and the
language version; so it can be kept.
"""

from __future__ import annotations

from gosched_edu.golang import layout
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, UnitBuilder
from gosched_edu.golang.lower_core import Program
from gosched_edu.golang.lower_stmt import StmtLowering
from gosched_edu.golang.naming import function_name
from gosched_edu.golang.objectfile import FuncRef, InitVars, Target, Thunk, Unit
from gosched_edu.golang.objects import FuncInfo, Function, Info
from gosched_edu.golang.subst import substitute
from gosched_edu.golang.thunks import lower_thunk
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import NOSPLIT, RUNTIME, WRAPPER


def lower(program: Program, target: Target) -> Unit:
    """Lower what a symbol stands for."""
    match target:
        case FuncRef():
            return _function(program, target)
        case Thunk():
            return lower_thunk(program, target)
        case InitVars():
            return _init_vars(program, target)
    raise AssertionError(target)


def is_runtime(path: str) -> bool:
    """Whether a package is part of the runtime: hidden in tracebacks, not preempted by signal."""
    return path == "runtime" or path.startswith("internal/")


def _function(program: Program, ref: FuncRef) -> Unit:
    f = ref.function
    assert isinstance(f.type, t.Func) and f.decl is not None
    f.complete()
    env = dict(zip(f.tparams, ref.targs, strict=True))
    flags = RUNTIME if is_runtime(f.package) else 0
    if "//go:nosplit" in f.decl.directives:
        flags |= NOSPLIT
    if "//go:wrapper" in f.decl.directives:
        flags |= WRAPPER
    unit = UnitBuilder(f.file, flags)
    name = function_name(f, program.main)
    if f.info is None:
        return _intrinsic(program, unit, f, name)
    assert f.findings is not None and f.decl.body is not None
    params, results = (
        sum(layout.slots(substitute(v.type, env)) for v in variables)
        for variables in (f.info.params, f.info.results)
    )
    out = Emitter(unit, name, params, results, f.decl.pos)
    for d in f.decl.directives:
        if d.startswith("//frame "):
            out.bytes = int(d.split()[1])
    StmtLowering(program, unit, out, f.findings, f.info, env, f.package).body(f.decl.body)
    return unit.finish()


def _intrinsic(program: Program, unit: UnitBuilder, f: Function, name: str) -> Unit:
    """An intrinsic as a function, for those who want its value."""
    assert isinstance(f.type, t.Func) and f.decl is not None
    if not f.intrinsic:
        raise RuntimeError(f"golib: {name} has neither a body nor //op")
    kinds = [*([f.recv] if f.recv is not None else []), *f.type.params]
    out = Emitter(unit, name, layout.total(kinds), layout.total(f.type.results), f.decl.pos)
    lowering = StmtLowering(program, unit, out, Info(), None, {}, f.package)
    at = isa.FRAME_ARGS
    args: list[tuple[int, int]] = []
    for kind in kinds:
        args.append((at, layout.slots(kind)))
        at += layout.slots(kind)
    out.pos = f.decl.pos
    count = layout.total(f.type.results)
    slot = lowering.expand(f, args, count, None)
    lowering.move(isa.FRAME_ARGS, slot, count)
    out.emit("RET")
    return unit.finish()


def _init_vars(program: Program, target: InitVars) -> Unit:
    package = target.package
    init = package.info.init_order[target.number]
    variables = init.lhs
    unit = UnitBuilder(variables[0].file, RUNTIME if is_runtime(package.path) else 0)
    name = f"{program.main if package.path == 'main' else package.path}.init"
    out = Emitter(unit, name, 0, 0, variables[0].pos)
    func = FuncInfo(t.Func((), ()))
    lowering = StmtLowering(program, unit, out, package.info, func, {}, package.path)
    lowering.exits, lowering.ending = [], None
    out.pos = variables[0].pos
    kinds = [v.type for v in variables]
    if len(variables) == 1:
        slots = [lowering.borrowed(init.rhs, kinds[0])]
    else:
        slots = lowering.values((init.rhs,), kinds)
    for var, slot in zip(variables, slots, strict=True):
        if var.name != "_":
            lowering.write(lowering.variable(var), slot)
    out.emit("RET")
    return unit.finish()
