"""The checker's ground: errors, names, and what is postponed.

Problem. Every part of the checker declares names, reports mistakes, and notes which function
refers to which variable.

Rejected. Own wording: a learner would look for it in vain on the web.

Invariant. An operand that has been reported is invalid, and nothing is said about an
invalid operand again: one mistake, one message.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Diagnostic, Pos
from gosched_edu.golang.mono import Instances
from gosched_edu.golang.objects import FuncInfo, Info, Object, Operand, Scope, Var


class Core:
    """State and vocabulary of the checker."""

    def __init__(self, version: tuple[int, int], filename: str, path: str = "main"):
        self.filename = filename
        self.version = version
        self.package_path = path
        self.errors: list[Diagnostic] = []
        # Of the declaration being checked: of the package, or of one function.
        self.info = Info()
        self.package = Scope(universe.UNIVERSE)
        self.scope = Scope(self.package)
        self.func: FuncInfo | None = None
        self.iota: int | None = None
        # The constant whose value is an expression repeated from above: errors are at its name.
        self.inherits: Pos | None = None
        # Package-level objects that the declaration being checked refers to.
        self.needs: set[Object] = set()
        self.vars: list[Var] = []
        # Whether a call or receive has been met: then len of an array is no constant.
        self.has_call = False
        # Checks that wait until all types are complete, while a type is being declared.
        self.declaring = 0
        self.waiting: list[Callable[[], object]] = []
        self.instances = Instances()

    def later(self, check: Callable[[], object]) -> None:
        """Do `check` when the types that are being declared are complete."""
        self.waiting.append(check)
        self.complete_types()

    def complete_types(self) -> None:
        """Do the checks that wait, unless a type declaration is under way."""
        while self.waiting and not self.declaring:
            self.waiting.pop(0)()

    def resolve(self, obj: Object) -> None:
        """Check the declaration of package-level `obj` if that has not been done."""
        raise NotImplementedError

    def error(self, pos: Pos, message: str, hint: str = "") -> None:
        pos = self.inherits or pos
        self.errors.append(Diagnostic(pos.line, pos.col, message, hint))

    def needs_version(self, what: str, version: tuple[int, int]) -> str:
        """gc's message about a feature that the program's language version has not."""
        needed, run_as = (f"go{a}.{b}" for a, b in (version, self.version))
        what += " " if what else ""
        return f"{what}requires {needed} or later (-lang was set to {run_as}; check go.mod)"

    def since(self, pos: Pos, version: tuple[int, int], what: str) -> bool:
        """Report `what` at `pos` if the language version is older than `version`."""
        if self.version >= version:
            return True
        self.error(pos, self.needs_version(what, version))
        return False

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
