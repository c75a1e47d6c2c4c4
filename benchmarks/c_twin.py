"""The kernel in C: a translation of its own Python sources, function by function.

Problem. "How far from C?" needs the same kernel in C, and a second kernel kept by hand
would soon be another one.

Rejected. A hand-written C kernel (drifts); Cython (measures Cython's code); numba's own
intermediate code through another compiler (the same optimiser twice).

Chosen. The kernel's functions use integers, ``S.field[i]``, ``if``, ``while``, ``for ...
in range`` and calls among themselves, nothing else. `source` walks their syntax trees,
reads the constants from their modules, and writes one C file that the machine's own
compiler gets with ``-O3``. State is the same: C's struct is the table of addresses that
numba's code uses.

Invariant. On the same inputs the twin and the kernel leave identical states, the log
included; every ratio that is published is taken after that was checked. What the
translator does not know is an error, never a guess.
"""

from __future__ import annotations

import ast
import ctypes
import inspect
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from gosched_edu.kernel import arith, floats
from gosched_edu.kernel.build import ENTRY, functions
from gosched_edu.kernel.state import FIELDS, State

FLAGS = ("-O3", "-march=native", "-fwrapv", "-shared", "-fPIC", "-std=c99", "-w")

_TYPES = {"int8": "int8_t", "uint8": "uint8_t", "int32": "int32_t", "int64": "int64_t"}
_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitAnd: "&", ast.BitOr: "|",
    ast.BitXor: "^", ast.RShift: ">>",
}  # fmt: skip
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_RESERVED = {"case", "default", "double", "float", "int", "long", "short", "switch", "register", "signed"}
_FLOOR = """\
static inline i64 floordiv(i64 a, i64 b) {
  i64 q = a / b;
  return q - (a % b != 0 && (a ^ b) < 0);
}
static inline i64 floormod(i64 a, i64 b) {
  i64 r = a % b;
  return r + (r != 0 && (r ^ b) < 0 ? b : 0);
}
"""


#: What only C can say: the functions of `gosched_edu.kernel.floats`, by name and parameters.
_BITS = """\
static inline double to_float(i64 a) { double x; memcpy(&x, &a, 8); return x; }
static inline i64 to_bits(double x) { i64 a; memcpy(&a, &x, 8); return a; }
static inline int is_nan(i64 a) { return (a & INT64_MAX) > (0x7FFLL << 52); }
static inline i64 result(double z, i64 a, i64 b) {
  if (z == z) return to_bits(z);
  return is_nan(a) ? a | 1LL << 51 : is_nan(b) ? b | 1LL << 51 : -(1LL << 51);
}
"""
_SPECIAL: dict[Any, tuple[str, str]] = {
    floats.fop: ("i64 kind, i64 a, i64 b", """\
  double x = to_float(a), y = to_float(b);
  switch (kind) {
    case 0: return result(x + y, a, b);
    case 1: return result(x - y, a, b);
    case 2: return result(x * y, a, b);
    case 3: return result(x / y, a, b);
    case 4: return x == y;
    case 5: return x < y;
    default: return x <= y;
  }
"""),
    floats.fcvt: ("i64 kind, i64 a", """\
  if (kind == 0) return to_bits((double)a);
  if (kind == 2) return to_bits((double)(uint64_t)a);
  if (kind == 6) return to_bits((double)(float)a);
  if (kind == 7) return to_bits((double)(float)(uint64_t)a);
  double x = to_float(a);
  if (kind == 5) return x > -0x1p31 - 1 && x < 0x1p31 ? (i64)x : -(1LL << 31);
  if (kind == 4) return x == x ? to_bits((double)(float)x) : (a | 1LL << 51) & -(1LL << 29);
  i64 flip = 0;
  if (kind == 3 && x >= 0x1p63) { x -= 0x1p63; flip = INT64_MIN; }
  return (x >= -0x1p63 && x < 0x1p63 ? (i64)x : INT64_MIN) | flip;
"""),
    floats.fmath: ("i64 kind, i64 a", """\
  double x = to_float(a);
  switch (kind) {
    case 0: return a ^ INT64_MIN;
    case 1: return a & INT64_MAX;
    case 2: return result(sqrt(x), a, a);
    case 3: return result(floor(x), a, a);
    case 4: return result(ceil(x), a, a);
    case 5: return result(trunc(x), a, a);
    case 6: return result(exp(x), a, a);
    case 7: return result(log(x), a, a);
    case 8: return result(sin(x), a, a);
    case 9: return result(cos(x), a, a);
    case 10: return result(tan(x), a, a);
    default: return result(atan(x), a, a);
  }
"""),
}  # fmt: skip


class Untranslatable(Exception):
    """The kernel uses something that the translator does not know."""


class _Writer:
    """One kernel function as C text.

    Parameters
    ----------
    function : FunctionType
        As the kernel's module defines it.
    names : dict
        C name of each kernel function.
    """

    def __init__(self, function: FunctionType, names: dict[FunctionType, str]) -> None:
        self.function = function
        self.names = names
        self.scope = function.__globals__
        body = arith.wrap_compiled if function is arith.wrap else function
        tree = ast.parse(textwrap.dedent(inspect.getsource(body))).body[0]
        if not isinstance(tree, ast.FunctionDef):
            raise Untranslatable(f"{function.__name__} is not a plain function")
        for node in ast.walk(tree):
            # what is a name in Python may be a word of C; functions have names of their own there
            if isinstance(node, ast.Name) and isinstance(self.scope.get(node.id), FunctionType):
                continue
            if isinstance(node, ast.Name) and node.id in _RESERVED:
                node.id += "_"
            elif isinstance(node, ast.arg) and node.arg in _RESERVED:
                node.arg += "_"
        self.tree = tree
        self.parameters = [a.arg for a in tree.args.args]
        stored = {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        self.variables = sorted(stored - set(self.parameters))
        self.loops = 0

    def fail(self, node: ast.AST) -> Untranslatable:
        where = f"{self.function.__module__}.{self.function.__name__}"
        return Untranslatable(f"{where}: {ast.unparse(node)} ({type(node).__name__})")

    def head(self) -> str:
        args = ", ".join("state *S" if p == "S" else f"i64 {p}" for p in self.parameters)
        return f"static i64 {self.names[self.function]}({args})"

    def text(self) -> str:
        """The whole definition."""
        lines = [self.head() + " {"]
        if self.variables:
            lines.append("  i64 " + ", ".join(f"{v} = 0" for v in self.variables) + ";")
        lines += self.block(self.tree.body, 1)
        return "\n".join([*lines, "}"])

    # --- statements ---------------------------------------------------------------------
    def block(self, body: list[ast.stmt], depth: int) -> list[str]:
        return [line for statement in body for line in self.statement(statement, depth)]

    def statement(self, s: ast.stmt, depth: int) -> list[str]:
        pad = "  " * depth
        match s:
            case ast.Expr(value=ast.Constant(value=str())):
                return []
            case ast.Expr(value=value):
                return [f"{pad}{self.expr(value)};"]
            case ast.Assign(targets=[target], value=value):
                return [f"{pad}{self.place(target)} = {self.expr(value)};"]
            case ast.AugAssign(target=target, op=op, value=value):
                place = self.place(target)
                return [f"{pad}{place} = {self.binary(op, place, self.expr(value), s)};"]
            case ast.Return(value=ast.expr() as value):
                return [f"{pad}return {self.expr(value)};"]
            case ast.Pass():
                return [f"{pad};"]
            case ast.Break():
                return [f"{pad}break;"]
            case ast.Continue():
                return [f"{pad}continue;"]
            case ast.If(test=test, body=body, orelse=orelse):
                out = [f"{pad}if ({self.expr(test)}) {{", *self.block(body, depth + 1)]
                if orelse:
                    out += [f"{pad}}} else {{", *self.block(orelse, depth + 1)]
                return [*out, f"{pad}}}"]
            case ast.While(test=test, body=body, orelse=[]):
                head = f"while ({self.expr(test)}) {{"
                return [pad + head, *self.block(body, depth + 1), f"{pad}}}"]
            case ast.For(
                target=ast.Name(id=name),
                iter=ast.Call(func=ast.Name(id="range"), args=[*start, stop]),
                body=body,
                orelse=[],
            ):
                self.loops += 1
                i, n = f"i{self.loops}_", f"n{self.loops}_"
                first = self.expr(start[0]) if start else "0"
                head = f"for (i64 {i} = {first}, {n} = {self.expr(stop)}; {i} < {n}; {i}++)"
                return [f"{pad}{head} {{ {name} = {i};", *self.block(body, depth + 1), f"{pad}}}"]
        raise self.fail(s)

    # --- expressions --------------------------------------------------------------------
    def place(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id="S"), attr=field), slice=at):
                return f"S->{field}[{self.expr(at)}]"
        raise self.fail(node)

    def binary(self, op: ast.operator, a: str, b: str, node: ast.AST) -> str:
        if type(op) in _BINARY:
            return f"({a} {_BINARY[type(op)]} {b})"
        if isinstance(op, ast.LShift):
            return f"((i64)((uint64_t){a} << {b}))"
        if isinstance(op, ast.FloorDiv):
            return f"floordiv({a}, {b})"
        if isinstance(op, ast.Mod):
            return f"floormod({a}, {b})"
        raise self.fail(node)

    def expr(self, e: ast.expr) -> str:
        match e:
            case ast.Constant(value=value) if isinstance(value, int):
                return self.number(int(value), e)
            case ast.Name(id=name):
                if name in self.parameters or name in self.variables:
                    return name
                value = self.scope.get(name)
                if isinstance(value, (int, np.integer)):
                    return self.number(int(value), e)
            case ast.Subscript():
                return f"(i64){self.place(e)}"
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.expr(left), self.expr(right), e)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
                return self.number(-value, e)
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return f"(-{self.expr(x)})"
            case ast.UnaryOp(op=ast.Invert(), operand=x):
                return f"(~{self.expr(x)})"
            case ast.UnaryOp(op=ast.Not(), operand=x):
                return f"(!{self.expr(x)})"
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return f"({self.expr(left)} {_COMPARE[type(op)]} {self.expr(right)})"
            case ast.BoolOp(op=op, values=values):
                joint = " && " if isinstance(op, ast.And) else " || "
                return "(" + joint.join(self.expr(v) for v in values) + ")"
            case ast.IfExp(test=test, body=a, orelse=b):
                return f"({self.expr(test)} ? {self.expr(a)} : {self.expr(b)})"
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                callee = self.scope.get(name)
                if isinstance(callee, FunctionType) and callee in self.names:
                    given = ["S" if ast.unparse(a) == "S" else self.expr(a) for a in args]
                    return f"{self.names[callee]}({', '.join(given)})"
        raise self.fail(e)

    def number(self, value: int, node: ast.AST) -> str:
        if not -(1 << 63) <= value < 1 << 63:
            raise self.fail(node)
        if value == -(1 << 63):
            return "INT64_MIN"
        return f"{value}LL" if value >= 0 else f"({value}LL)"


def source() -> str:
    """The kernel as one C file."""
    made = [f for f in functions() if f is not arith.wrap_compiled]
    names = {f: f"{f.__module__.rpartition('.')[2]}_{f.__name__}" for f in made}
    members = "\n".join(f"  {_TYPES[np.dtype(f.dtype).name]} *{f.name};" for f in FIELDS)
    special = [
        f"static i64 {names[f]}({args}) {{\n{body}}}" for f, (args, body) in _SPECIAL.items()
    ]
    writers = [_Writer(f, names) for f in made if f not in _SPECIAL]
    entry = next(names[f] for f in made if f.__name__ == ENTRY)
    parts = [
        "#include <math.h>",
        "#include <stdint.h>",
        "#include <string.h>",
        "typedef int64_t i64;",
        f"typedef struct {{\n{members}\n}} state;",
        _FLOOR,
        _BITS,
        *special,
        *(w.head() + ";" for w in writers),
        *(w.text() for w in writers),
        f"int64_t kernel_run(state *S) {{ return {entry}(S); }}",
    ]
    return "\n".join(parts) + "\n"


def compiler() -> str | None:
    """The machine's C compiler, or None."""
    return next((p for name in ("cc", "gcc", "clang") if (p := shutil.which(name))), None)


@cache
def load() -> Callable[[State], int] | None:
    """The twin as a function like the compiled kernel's ``run(S)``; None without a compiler.

    Raises
    ------
    RuntimeError
        The compiler refuses the file.
    """
    cc = compiler()
    if cc is None:
        return None
    with tempfile.TemporaryDirectory(prefix="gosched-twin-") as folder:
        c, so = Path(folder) / "kernel.c", Path(folder) / "kernel.so"
        c.write_text(source())
        done = subprocess.run(
            [cc, *FLAGS, "-o", str(so), str(c), "-lm"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{cc} does not compile the twin:\n{done.stderr}")
        library = ctypes.CDLL(str(so))
    function: Any = library.kernel_run
    function.restype = ctypes.c_int64
    function.argtypes = (ctypes.c_void_p,)

    def run(s: State) -> int:
        return int(function(s.addr))

    return run
