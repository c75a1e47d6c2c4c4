"""A checked program to an `Image`.

Problem. The machine starts function 0; a Go program starts with its package variables.

Rejected. Initial values of variables as data in the image: `var x = f()` needs code anyway.

Invariant. Function 0 gives package variables their cells and values, in the checker's
order, runs the init functions, and calls main.main.
"""

from __future__ import annotations

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Builder, Emitter
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.lower_expr import Place, Program
from gosched_edu.golang.lower_stmt import StmtLowering
from gosched_edu.golang.objects import FuncInfo, Info, Var
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Image, Knob


def lower(
    file: ast.File, info: Info, version: tuple[int, int], filename: str, source: str
) -> Image:
    """Lower a program that has been checked without errors."""
    builder = Builder()
    start = Emitter(builder, "runtime.main", 0, 0, Pos(0, 0))
    program = Program(
        info,
        builder,
        version,
        {v: Place(i, v.boxed, package=True) for i, v in enumerate(info.globals)},
        {},
    )
    # All declared functions have their numbers before any body is lowered.
    for f in [*info.declared, *info.inits]:
        assert isinstance(f.type, t.Func) and f.decl is not None
        name = f"main.{f.name}"
        if f.name == "init":
            name += f".{info.inits.index(f)}"
        sizes = len(f.type.params), len(f.type.results)
        program.functions[f] = Emitter(builder, name, *sizes, f.decl.pos)
    knobs = _knobs(file, info)
    _start(program, start, {k.name: k for k in knobs})
    for f in [*info.declared, *info.inits]:
        assert f.decl is not None
        StmtLowering(program, program.functions[f], f.info).body(f.decl.body)
    return builder.image(len(info.globals) + len(knobs), knobs, filename, source)


def _start(program: Program, out: Emitter, knobs: dict[str, Knob]) -> None:
    lowering = StmtLowering(program, out, FuncInfo(t.Func((), ())))
    lowering.exits, lowering.defers = [], -1
    out.name = "main.init"
    for var, place in program.globals.items():
        if var.type == universe.WAITGROUP or place.cell:
            out.pos = var.pos
            slot = out.alloc()
            out.emit("NEW", slot, 2 if var.type == universe.WAITGROUP else 1)
            out.emit("GST", place.number, slot)
            out.top = slot
    for initializer in program.info.init_order:
        out.pos = initializer.lhs[0].pos
        mark = out.top
        slots = lowering.values((initializer.rhs,), len(initializer.lhs))
        for v, slot in zip(initializer.lhs, slots, strict=True):
            if v.name != "_" and v.type != universe.WAITGROUP:
                if v.name in knobs:
                    # a package variable's name is unique, so it names the knob
                    out.emit("GLD", slot, knobs[v.name].index)
                lowering.store(v, slot)
        out.top = mark
    out.name = "runtime.main"
    out.pos = Pos(0, 0)
    base = out.alloc(isa.FRAME_ARGS)
    main: list[int] = []
    for f, emitter in program.functions.items():
        if f.name == "init":
            out.emit("CALL", emitter.number, base)
        if f.name == "main":
            main.append(emitter.number)
    out.emit("CALL", main[0], base)
    out.emit("RET")


def _knobs(file: ast.File, info: Info) -> tuple[Knob, ...]:
    """The knobs; the value asked for lies in a word behind the package variables."""
    out: list[Knob] = []
    for d in file.decls:
        if isinstance(d, ast.VarSpec):
            for k in d.knobs:
                i = next(i for i, n in enumerate(d.names) if n.name == k.name)
                var = info.defs[d.names[i]]
                assert isinstance(var, Var)
                value = info.operands[d.values[i]].value
                assert isinstance(value, int)
                out.append(Knob(k.name, len(info.globals) + len(out), value, k.low, k.high))
    return tuple(out)
