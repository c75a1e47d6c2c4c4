"""Calls: functions, methods, built-ins, conversions, and fmt.

Problem. The syntax ``f(x)`` is four things, and one call may give another its arguments,
``f(g())``.

Rejected. Telling them apart in the parser: ``int`` may be a variable.

Invariant. When a call has been checked without error, the lowering can take its arguments
as they stand: number and types agree.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants, formats, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check_expr import ExprChecker
from gosched_edu.golang.objects import Builtin, FuncInfo, Operand


class CallChecker(ExprChecker):
    """Checks calls."""

    def call(self, e: ast.Call) -> Operand:
        fun = self.raw(e.fun)
        if not fun.ok:
            for a in e.args:
                self.raw(a)
            return self.bad(e)
        if e.ellipsis:
            self.error(e.args[-1].pos, "variadic calls with ... are not simulated yet")
            return self.bad(e)
        if fun.mode == "type":
            return self._conversion(e, fun.type)
        if fun.mode == "builtin":
            assert isinstance(fun.obj, Builtin)
            return self._builtin(e, fun.obj.name)
        if isinstance(fun.obj, universe.LibFunc):
            return self._library_call(e, fun.obj)
        self.single(fun)
        if not fun.ok:
            return self.bad(e)
        if not isinstance(fun.type, t.Func):
            self.error(
                e.fun.pos,
                f"invalid operation: cannot call {self.describe(fun)}: {fun.type} is not a function",
            )
            return self.bad(e)
        self._arguments(e, fun.type)
        return self.results(e, fun.type)

    def results(self, e: ast.Call, f: t.Func) -> Operand:
        """What a call of a function of type `f` denotes."""
        if not f.results:
            return Operand("novalue", e, t.VOID)
        if len(f.results) == 1:
            return Operand("value", e, f.results[0])
        return Operand("value", e, t.Tuple(f.results))

    def operands(self, args: tuple[ast.Expr, ...]) -> list[Operand]:
        """The operands of an argument list; the results of one call are spread."""
        if len(args) == 1:
            x = self.raw(args[0])
            if isinstance(x.type, t.Tuple) and x.mode == "value":
                return [Operand("value", args[0], each) for each in x.type.types]
            self.single(x)
            return [x]
        return [self.expr(a) for a in args]

    def _arguments(self, e: ast.Call, f: t.Func) -> bool:
        args = self.operands(e.args)
        if not all(a.ok for a in args):
            return False
        if len(args) != len(f.params):
            if len(args) > len(f.params):
                pos, word = args[len(f.params)].expr.pos, "too many"
            else:
                pos, word = (args[-1].expr.pos if args else e.pos), "not enough"
            self.error(
                pos,
                f"{word} arguments in call to {ast.text(e.fun)}\n\thave {summary(args)}\n"
                f"\twant ({', '.join(map(str, f.params))})",
            )
            return False
        for a, p in zip(args, f.params, strict=True):
            self.assignment(a, p, f"argument to {ast.text(e.fun)}")
        return all(a.ok for a in args)

    # --- library -------------------------------------------------------------------------

    def _library_call(self, e: ast.Call, f: universe.LibFunc) -> Operand:
        if f.special == "fmt":
            self._print(e, f.name)
            return self.results(e, f.type)
        good = self._arguments(e, f.type)
        if good and f.only is not None:
            x = self.info.operands[e.args[0]]
            if x.value != f.only:
                self.error(
                    e.args[0].pos,
                    f"{f.name}({ast.text(e.args[0])}) is not simulated yet",
                    f"only {f.name}({f.only}); the number of Ps is set outside the program",
                )
        return self.results(e, f.type)

    def _print(self, e: ast.Call, name: str) -> None:
        args = self.operands(e.args)
        for a in args:
            if a.ok and not (a.mode == "constant" and t.default(a.type) == t.RUNE):
                if a.mode != "nil":
                    self.assignment(a, None, f"argument to {name}")
        if not all(a.ok for a in args):
            return
        try:
            if name.endswith("f"):
                pieces = self._format(e, name, args)
            elif name.startswith("fmt."):
                pieces = formats.printed(name, args)
            else:
                pieces = formats.built_in(name, args)
        except formats.FormatError as why:
            pos = args[why.arg].expr.pos if why.arg >= 0 else e.pos
            self.error(pos, str(why), why.hint)
            return
        self.info.formats[e] = list(pieces)

    def _format(self, e: ast.Call, name: str, args: list[Operand]) -> list[formats.Piece]:
        if not args:
            self.error(
                e.pos,
                f"not enough arguments in call to {name}\n\thave ()\n\twant (string, ...any)",
            )
            return []
        first = args[0]
        if not isinstance(first.value, bytes):
            if t.kind(first.type) != "string":
                self.error(
                    first.expr.pos,
                    f"cannot use {self.describe(first)} as string value in argument to {name}",
                )
            else:
                self.error(
                    first.expr.pos,
                    f"non-constant format string in call to {name} is not simulated yet",
                    f'write {name}("%s", {ast.text(first.expr)})',
                )
            return []
        try:
            pieces = formats.formatted(name, first.value, args[1:])
        except formats.FormatError as why:
            why.arg += 1 if why.arg >= 0 else 0
            raise
        # Operand 0 is the format itself.
        return [
            p if p.arg < 0 else formats.Piece(p.kind, arg=p.arg + 1, width=p.width) for p in pieces
        ]

    # --- conversions ---------------------------------------------------------------------

    def _conversion(self, e: ast.Call, target: t.Type) -> Operand:
        if len(e.args) != 1:
            if e.args:
                self.error(e.args[-1].pos, f"too many arguments in conversion to {target}")
            else:
                self.error(e.pos, f"missing argument in conversion to {target}")
            return self.bad(e)
        x = self.expr(e.args[0])
        if not x.ok:
            return self.bad(e)
        u = target.underlying
        if x.mode == "constant" and isinstance(u, t.Basic):
            shown = self.describe(x)
            if t.kind(u) == "string" and t.is_integer(x.type) and isinstance(x.value, int):
                n = x.value
                code = n if 0 <= n <= 0x10FFFF and not 0xD800 <= n < 0xE000 else 0xFFFD
                return Operand("constant", e, target, chr(code).encode())
            new, value, why = self.implicit(x, target)
            if new is not None:
                return Operand("constant", e, target, value)
            if why == "overflows":
                message = f"constant {constants.show(x.value)} overflows {target}"
            else:
                message = f"cannot convert {shown} to type {target}"
            self.error(x.expr.pos, message)
            return self.bad(e)
        if not self._convertible(x, target):
            self.error(x.expr.pos, f"cannot convert {self.describe(x)} to type {target}")
            return self.bad(e)
        if t.is_untyped(x.type):
            self.convert_untyped(x, target)
        return Operand("value", e, target)

    def _convertible(self, x: Operand, target: t.Type) -> bool:
        if self.assignable(x, target):
            return True
        if t.is_integer(x.type) and t.is_integer(target):
            return True
        if t.is_integer(x.type) and t.kind(target) == "string":
            self.error(
                x.expr.pos,
                f"string({ast.text(x.expr)}) of a variable is not simulated yet",
                'use fmt.Sprintf("%c", n)',
            )
            x.invalidate()
            return True
        named = isinstance(x.type, t.Named) and isinstance(target, t.Named)
        return not named and x.type.underlying == target.underlying

    # --- built-in functions ----------------------------------------------------------------

    def _builtin(self, e: ast.Call, name: str) -> Operand:
        if name in ("print", "println"):
            self._print(e, name)
            return Operand("novalue", e, t.VOID)
        if name in ("make", "new"):
            return self._allocation(e, name)
        if name in ("min", "max"):
            return self._extremum(e, name)
        args = self.operands(e.args)
        if len(args) != 1:
            word, pos = ("too many" if args else "not enough"), e.pos
            self.error(
                pos,
                f"invalid operation: {word} arguments for {ast.text(e)} "
                f"(expected 1, found {len(args)})",
            )
            return self.bad(e)
        x = args[0]
        if not x.ok:
            return self.bad(e)
        if name == "close":
            return self._close(e, x)
        if name == "panic":
            return self._panic(e, x)
        if name == "len" and t.kind(x.type) == "string":
            if isinstance(x.value, bytes):
                return Operand("constant", e, t.INT, len(x.value))
            return Operand("value", e, t.INT)
        if isinstance(x.type, t.Chan):
            return Operand("value", e, t.INT)
        self.error(x.expr.pos, f"invalid argument: {self.describe(x)} for built-in {name}")
        return self.bad(e)

    def _close(self, e: ast.Call, x: Operand) -> Operand:
        if not isinstance(x.type, t.Chan):
            self.error(
                x.expr.pos, f"invalid operation: cannot close non-channel {self.describe(x)}"
            )
        elif x.type.dir == "recv":
            self.error(
                x.expr.pos,
                f"invalid operation: cannot close receive-only channel {self.describe(x)}",
            )
        else:
            return Operand("novalue", e, t.VOID)
        return self.bad(e)

    def _panic(self, e: ast.Call, x: Operand) -> Operand:
        self.assignment(x, None, "argument to panic")
        if x.ok and t.kind(x.type) != "string":
            self.error(
                x.expr.pos,
                f"panic with a value of type {x.type} is not simulated yet",
                "panic with a string, such as fmt.Sprint(x)",
            )
        return Operand("novalue", e, t.VOID)

    def _allocation(self, e: ast.Call, name: str) -> Operand:
        if not e.args:
            count = "(expected 1, found 0)"
            self.error(e.pos, f"invalid operation: not enough arguments for {ast.text(e)} {count}")
            return self.bad(e)
        kind = self.type_expr(e.args[0])
        rest = [self.expr(a) for a in e.args[1:]]
        if kind == t.INVALID:
            return self.bad(e)
        if name == "new":
            if rest:
                self.error(
                    e.args[1].pos,
                    f"invalid operation: too many arguments for {ast.text(e)} "
                    f"(expected 1, found {len(e.args)})",
                )
                return self.bad(e)
            return Operand("value", e, t.Pointer(kind))
        if not isinstance(kind, t.Chan):
            self.error(
                e.args[0].pos,
                f"invalid argument: cannot make {ast.text(e.args[0])}: "
                "type must be slice, map, or channel",
            )
            return self.bad(e)
        if len(rest) > 1:
            self.error(
                e.pos,
                f"invalid operation: {ast.text(e)} expects 1 or 2 arguments; found {len(e.args)}",
            )
            return self.bad(e)
        for x in rest:
            if not self._size(x):
                return self.bad(e)
        return Operand("value", e, kind)

    def _size(self, x: Operand) -> bool:
        if not x.ok:
            return False
        if x.mode == "constant" and t.is_untyped(x.type) and t.is_numeric(x.type):
            self.convert_untyped(x, t.INT)
            if not x.ok:
                return False
        if not t.is_integer(x.type):
            self.error(x.expr.pos, f"cannot convert {self.describe(x)} to type int")
            return False
        if isinstance(x.value, int) and x.value < 0:
            self.error(
                x.expr.pos, f"invalid argument: index {self.describe(x)} must not be negative"
            )
            return False
        return True

    def _extremum(self, e: ast.Call, name: str) -> Operand:
        args = [self.expr(a) for a in e.args]
        if not args:
            self.error(
                e.pos,
                f"invalid operation: not enough arguments for {ast.text(e)} (expected 1, found 0)",
            )
        if self.version < (1, 21):
            self.error(e.fun.pos, f"{name} requires go1.21 or later")
        if not args or not all(a.ok for a in args):
            return self.bad(e)
        x = args[0]
        for y in args[1:]:
            if not self._match(x, y):
                return self.bad(e)
            if x.type != y.type:
                self.error(
                    y.expr.pos,
                    f"invalid argument: mismatched types {x.type} (previous argument) and "
                    f"{y.type} (type of {ast.text(y.expr)})",
                )
                return self.bad(e)
            # The first typed operand decides; earlier constants have taken its type.
            x = y if x.mode == "constant" and y.mode != "constant" else x
        for a in args:
            if t.kind(a.type) != "int":
                self.error(a.expr.pos, f"{name} of {a.type} is not simulated yet")
                return self.bad(e)
            if t.is_untyped(a.type) and t.is_untyped(x.type):
                continue
            self.convert_untyped(a, x.type)
        if all(isinstance(a.value, int) for a in args):
            best = (min if name == "min" else max)(
                int(a.value) for a in args if a.value is not None
            )  # type: ignore[arg-type]
            return Operand("constant", e, x.type, best)
        return Operand("value", e, x.type)

    def func_lit(self, e: ast.FuncLit) -> Operand:
        kind = self.signature(e.type)
        outer, scope = self.func, self.scope
        info = self.enter_function(e.type, kind)
        self.info.functions[e] = info
        self.body(info, e.body)
        self.func, self.scope = outer, scope
        bad = t.INVALID in (*kind.params, *kind.results)
        return self.bad(e) if bad else Operand("value", e, kind)

    def body(self, info: FuncInfo, block: ast.Block) -> None:
        """Check a function's body; its scope is open."""
        raise NotImplementedError


def summary(args: list[Operand]) -> str:
    """Operand types as gc lists them after "have"; untyped numbers are just numbers."""
    words: list[str] = []
    for x in args:
        if t.is_untyped(x.type):
            number = t.is_numeric(x.type)
            words.append("number" if number else str(x.type).removeprefix("untyped "))
        else:
            words.append(str(x.type))
    return f"({', '.join(words)})"
