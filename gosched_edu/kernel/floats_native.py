"""The compiled bodies of `gosched_edu.kernel.floats`: the same in machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, type_callable

from gosched_edu.kernel import floats
from gosched_edu.kernel.floats import DEFAULT_NAN, EXPONENT, FLOAT32_BITS, MIN, QUIET, TOP, TOP32


def _primitive(argument: Any, result: Any, generate: Callable[[Any, Any], Any]) -> Any:
    """A function of one value for use in compiled code: `generate` gives LLVM's instructions for it."""

    def primitive(x: Any) -> Any:
        raise NotImplementedError("compiled code only")

    type_callable(primitive)(lambda context: lambda x: result)
    lower_builtin(primitive, argument)(lambda context, builder, sig, args: generate(builder, args[0]))
    return primitive


def _external(name: str) -> Any:
    """The C library's function of one float64 (LLVM makes an instruction of it where there is one)."""

    def generate(builder: Any, x: Any) -> Any:
        kind = ir.FunctionType(ir.DoubleType(), [ir.DoubleType()])
        f = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        return builder.call(f, [x])

    return _primitive(types.float64, types.float64, generate)


#: math.Float64frombits, math.Float64bits, the nearest float32
to_float = _primitive(types.int64, types.float64, lambda b, x: b.bitcast(x, ir.DoubleType()))
to_bits = _primitive(types.float64, types.int64, lambda b, x: b.bitcast(x, ir.IntType(64)))
single = _primitive(
    types.float64, types.float64, lambda b, x: b.fpext(b.fptrunc(x, ir.FloatType()), ir.DoubleType())
)
sqrt, floor, ceil, trunc = (_external(n) for n in ("sqrt", "floor", "ceil", "trunc"))
exp, log, sin, cos, tan, atan = (_external(n) for n in ("exp", "log", "sin", "cos", "tan", "atan"))


def _fop(kind, a, b):  # type: ignore[no-untyped-def]
    x = to_float(a)
    y = to_float(b)
    if kind == 4:
        return 1 if x == y else 0
    if kind == 5:
        return 1 if x < y else 0
    if kind == 6:
        return 1 if x <= y else 0
    if kind == 0:
        z = x + y
    elif kind == 1:
        z = x - y
    elif kind == 2:
        z = x * y
    else:
        z = x / y
    if z == z:
        return to_bits(z)
    if a & ~MIN > EXPONENT:
        return a | QUIET
    if b & ~MIN > EXPONENT:
        return b | QUIET
    return DEFAULT_NAN


def _fcvt(kind, a):  # type: ignore[no-untyped-def]
    if kind == 0:
        return to_bits(types.float64(a))
    if kind == 2:
        return to_bits(types.float64(types.uint64(a)))
    if kind == 6:
        return to_bits(types.float64(types.float32(a)))
    if kind == 7:
        return to_bits(types.float64(types.float32(types.uint64(a))))
    x = to_float(a)
    if kind == 5:
        if x > -TOP32 - 1 and x < TOP32:
            return types.int64(x)
        return -(1 << 31)
    if kind == 4:
        z = single(x)
        if z == z:
            return to_bits(z)
        return (a | QUIET) & FLOAT32_BITS
    flip = 0
    if kind == 3 and x >= TOP:
        x -= TOP
        flip = MIN
    if x >= -TOP and x < TOP:
        return types.int64(x) | flip
    return MIN


def _fmath(kind, a):  # type: ignore[no-untyped-def]
    if kind == 0:
        return a ^ MIN
    if kind == 1:
        return a & ~MIN
    x = to_float(a)
    if kind == 2:
        z = sqrt(x)
    elif kind == 3:
        z = floor(x)
    elif kind == 4:
        z = ceil(x)
    elif kind == 5:
        z = trunc(x)
    elif kind == 6:
        z = exp(x)
    elif kind == 7:
        z = log(x)
    elif kind == 8:
        z = sin(x)
    elif kind == 9:
        z = cos(x)
    elif kind == 10:
        z = tan(x)
    else:
        z = atan(x)
    if z == z:
        return to_bits(z)
    if a & ~MIN > EXPONENT:
        return a | QUIET
    return DEFAULT_NAN


#: function -> what is compiled for it
BODIES: dict[Callable[..., int], Callable[..., int]] = {
    floats.fop: _fop, floats.fcvt: _fcvt, floats.fmath: _fmath,
}  # fmt: skip
