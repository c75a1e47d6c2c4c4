"""The compiled bodies of `gosched_edu.kernel.floats`: the same in machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from gosched_edu.kernel import floats
from gosched_edu.kernel.floats import DEFAULT_NAN, EXPONENT, FLOAT32_BITS, MIN, QUIET, TOP, TOP32


@intrinsic  # type: ignore[untyped-decorator]
def to_float(context: Any, a: Any) -> Any:
    """math.Float64frombits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def to_bits(context: Any, x: Any) -> Any:
    """math.Float64bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), generate


def _external(name: str) -> Any:
    """The C library's function of one float64 (LLVM makes an instruction of it where there is one)."""

    @intrinsic  # type: ignore[untyped-decorator]
    def call(context: Any, x: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kind = ir.FunctionType(ir.DoubleType(), [ir.DoubleType()])
            module = builder.module
            f = module.globals.get(name) or ir.Function(module, kind, name)
            return builder.call(f, args)

        return types.float64(types.float64), generate

    return call


@intrinsic  # type: ignore[untyped-decorator]
def single(context: Any, x: Any) -> Any:
    """The nearest float32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fpext(builder.fptrunc(args[0], ir.FloatType()), ir.DoubleType())

    return types.float64(types.float64), generate


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
