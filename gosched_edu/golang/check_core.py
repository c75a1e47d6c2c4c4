"""The checker's ground: errors, names, and when a value may become another type.

Problem. Most of Go's messages come from four questions: what is this operand, may it be
assigned there, may this untyped constant take that type, is it used?

Rejected. Own wording: a learner would look for it in vain on the web.

Invariant. An operand that has been reported is invalid, and nothing is said about an
invalid operand again: one mistake, one message.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Diagnostic, Pos
from gosched_edu.golang.objects import FuncInfo, Info, Object, Operand, Scope, Value, Var

_MODES = {
    "invalid": "invalid operand",
    "novalue": "no value",
    "builtin": "built-in",
    "type": "type",
    "constant": "constant",
    "variable": "variable",
    "value": "value",
    "commaok": "comma, ok expression",
    "mapindex": "map index expression",
}


class Core:
    """State and vocabulary of the checker."""

    def __init__(self, version: tuple[int, int], filename: str, silent: bool):
        self.filename = filename
        # Parts of the program are missing from the tree: nothing is said about unused names.
        self.silent = silent
        self.version = version
        self.errors: list[Diagnostic] = []
        self.info = Info()
        self.universe = universe.scope()
        self.package = Scope(self.universe)
        self.scope = Scope(self.package)
        self.func: FuncInfo | None = None
        self.iota: int | None = None
        # Package-level objects that the declaration being checked refers to.
        self.needs: set[Object] = set()
        self.vars: list[Var] = []
        # Whether the expression being checked calls a function or receives.
        self.has_call = False
        self.package_path = "main"

    def error(self, pos: Pos, message: str, hint: str = "") -> None:
        self.errors.append(Diagnostic(pos.line, pos.col, message, hint))

    def bad(self, e: ast.Expr) -> Operand:
        """An operand about which nothing more is said."""
        return Operand("invalid", e)

    # --- names -------------------------------------------------------------------------

    def open_scope(self) -> None:
        self.scope = Scope(self.scope)

    def close_scope(self) -> None:
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    def declare(self, ident: ast.Ident, obj: Object) -> None:
        """Enter `obj` in the innermost scope; the blank identifier enters nowhere."""
        self.info.defs[ident] = obj
        if ident.name == "_":
            return
        if (other := self.scope.names.get(ident.name)) is not None:
            where = f"{self.filename}:{other.pos.line}:{other.pos.col}"
            obj.used = True
            self.error(
                ident.pos,
                f"{ident.name} redeclared in this block\n\t{where}: other declaration of "
                f"{ident.name}",
            )
            return
        self.scope.names[ident.name] = obj

    def new_var(self, ident: ast.Ident, kind: t.Type, used: bool = False) -> Var:
        """A variable of the current function, not yet declared."""
        var = Var(ident.name, ident.pos, kind, used or ident.name == "_", owner=self.func)
        if var.owner is not None:
            self.vars.append(var)
        return var

    def touch(self, var: Var) -> None:
        """Note that the current function refers to `var`: literals on the way capture it."""
        if var.owner is None:
            self.needs.add(var)
            return
        f = self.func
        while f is not None and f is not var.owner:
            var.captured = True
            f.captures[var] = None
            f = f.parent

    # --- messages ----------------------------------------------------------------------

    def describe(self, x: Operand) -> str:
        """The operand as gc writes it: ``x (variable of type int)``."""
        if x.mode == "nil":
            return "nil"
        expr = ast.text(x.expr)
        what = _MODES[x.mode]
        typed = x.mode not in ("invalid", "novalue", "builtin", "type")
        if typed and t.is_untyped(x.type):
            what = f"{x.type} {what}"
        if x.mode == "constant" and (shown := constants.show(x.value)) != expr:
            what += f" {shown}"
        if typed and not t.is_untyped(x.type):
            if x.type == t.INVALID:
                what += " with invalid type"
            else:
                of = ""
                if isinstance(x.type, t.Named):
                    of = (t.composite_kind(x.type) or str(x.type.underlying)) + " "
                what += f" of {of}type {x.type}"
        return f"{expr} ({what})"

    # --- untyped values ----------------------------------------------------------------

    def implicit(self, x: Operand, target: t.Type) -> tuple[t.Type | None, Value | None, str]:
        """The type and value that untyped `x` takes where `target` is wanted.

        The last item says why not: "", "overflows", "truncated" or "mismatch".
        """
        if t.is_untyped(target):
            wide = t.wider(x.type, target)
            return (wide, x.value, "") if wide else (None, None, "mismatch")
        if x.mode == "nil":
            return (target, None, "") if t.has_nil(target) else (None, None, "mismatch")
        u = target.underlying
        if not isinstance(u, t.Basic):
            return None, None, "mismatch"
        if x.mode == "constant":
            assert x.value is not None
            value = constants.represent(x.value, u)
            if value is not None:
                return target, value, ""
            if t.is_numeric(x.type) and t.is_numeric(u):
                return None, None, "overflows" if t.is_integer(x.type) else "truncated"
            return None, None, "mismatch"
        same = t.kind(x.type) == u.kind or (t.is_numeric(x.type) and t.is_numeric(u))
        return (target, None, "") if same else (None, None, "mismatch")

    def convert_untyped(self, x: Operand, target: t.Type) -> None:
        """Give untyped `x` the type that its neighbour of type `target` asks for."""
        if not x.ok or not t.is_untyped(x.type) or target == t.INVALID:
            return
        new, value, why = self.implicit(x, target)
        if new is None:
            self.invalid_conversion(x, target.underlying, why)
            return
        x.type, x.value = new, value

    def invalid_conversion(self, x: Operand, target: t.Type, why: str) -> None:
        """Report that constant `x` does not fit `target`."""
        shown = self.describe(x)
        match why:
            case "truncated":
                message = f"{shown} truncated to {target}"
            case "overflows":
                message = f"{shown} overflows {target}"
            case _:
                message = f"cannot convert {shown} to type {target}"
        self.error(x.expr.pos, message)
        x.invalidate()

    # --- assignability -------------------------------------------------------------------

    def assignable(self, x: Operand, target: t.Type) -> bool:
        """Whether `x` may be assigned to a variable of type `target`."""
        source = x.type
        if source == target:
            return True
        if x.mode == "nil":
            return t.has_nil(target)
        if t.is_untyped(source):
            return self.implicit(x, target)[0] is not None
        if isinstance(source, t.Chan) and isinstance(target, t.Chan):
            return source.dir == "both" and source.elem == target.elem
        return False

    def assignment(self, x: Operand, target: t.Type | None, context: str) -> None:
        """Check that `x` can go to `target` (None: wherever its own type is welcome)."""
        self.single(x)
        if not x.ok:
            return
        if x.mode not in ("constant", "variable", "value", "commaok", "mapindex", "nil"):
            self.error(x.expr.pos, f"cannot assign {self.describe(x)} to {target} in {context}")
            x.invalidate()
            return
        if target == t.INVALID:
            return
        if x.mode == "nil" and target is None:
            self.error(x.expr.pos, f"use of untyped nil in {context}")
            x.invalidate()
            return
        if t.is_untyped(x.type):
            wanted = t.default(x.type) if target is None else target
            new, value, why = self.implicit(x, wanted)
            if new is None:
                note = "" if why == "mismatch" else f" ({why})"
                self.error(
                    x.expr.pos,
                    f"cannot use {self.describe(x)} as {wanted} value in {context}{note}",
                )
                x.invalidate()
                return
            x.type, x.value = new, value
            if target is None:
                self.supported_variable(x)
        if target is not None and x.ok and not self.assignable(x, target):
            self.error(x.expr.pos, f"cannot use {self.describe(x)} as {target} value in {context}")
            x.invalidate()
        if x.ok:
            self.no_lock_copy(x, context)

    def supported_variable(self, x: Operand) -> None:
        """Reject the default types that exist for constants only."""
        if x.type in (t.RUNE, t.FLOAT64):
            self.error(
                x.expr.pos,
                f"variables of type {x.type} are not simulated yet",
                f"supported types: {universe.SUPPORTED_TYPES}; int({ast.text(x.expr)}) is an int",
            )
            x.invalidate()

    def no_lock_copy(self, x: Operand, context: str) -> None:
        """A WaitGroup must not be copied; vet says so, and here there is no way to do it."""
        if x.type != universe.WAITGROUP or isinstance(ast.unparen(x.expr), ast.Composite):
            return
        what = {
            "assignment": "assignment copies lock value",
            "variable declaration": "variable declaration copies lock value",
            "send": "send copies lock value",
            "return statement": "return copies lock value",
        }.get(context, "call copies lock value")
        self.error(
            x.expr.pos,
            f"{what}: sync.WaitGroup contains sync.noCopy",
            "use a pointer: &" + ast.text(x.expr),
        )
        x.invalidate()

    def single(self, x: Operand) -> None:
        """Report an operand that is not exactly one value."""
        message = ""
        if x.mode == "novalue":
            message = f"{self.describe(x)} used as value"
            call = ast.unparen(x.expr)
            fun = self.info.operands.get(call.fun) if isinstance(call, ast.Call) else None
            if fun is not None and isinstance(fun.obj, universe.LibFunc):
                if fun.obj.special == "fmt":
                    message = f"the results of {fun.obj.name} are not simulated yet"
        elif x.mode == "builtin":
            message = f"{self.describe(x)} must be called"
        elif x.mode == "type":
            message = f"{self.describe(x)} is not an expression"
        elif isinstance(x.obj, universe.LibFunc) and x.obj.special == "fmt":
            message = f"{x.obj.name} as a value is not simulated yet; it must be called"
        elif isinstance(x.type, t.Tuple) and x.ok:
            message = f"multiple-value {self.describe(x)}"
        if message:
            self.error(x.expr.pos, message)
            x.invalidate()
