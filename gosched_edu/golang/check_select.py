"""Selectors: members of packages, fields, methods; and type assertions.

Problem. ``x.f`` has seven meanings, told apart by what x is.

Rejected. Rewriting promoted fields into longer selectors: messages would show code that
nobody wrote.

Invariant. Every selector that was checked without error has a `Selection`. The path in it
leads from the operand, pointers followed on the way, to the field or to the receiver.
"""

from __future__ import annotations

from gosched_edu.golang import ast, lookup
from gosched_edu.golang import types as t
from gosched_edu.golang.check_convert import ConversionChecker
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Function, Operand, Selection, Var


class SelectorChecker(ConversionChecker):
    """Checks selectors."""

    def raw(self, e: ast.Expr) -> Operand:
        """Check an expression of any kind, type names and calls without value included."""
        raise NotImplementedError

    def selector(self, e: ast.Selector) -> Operand:
        """``x.f``: call.go:selector of the real checker."""
        if (package := self.package_of(e)) is not None:
            obj = self.member(e, package)
            if obj is None:
                return self.bad(e)
            x = self.denoted(e, obj)
            self.info.selections[e] = Selection("package", (), obj, x.type)
            return x
        x = self.raw(e.x)
        if x.mode == "builtin":
            dot = Pos(e.sel.pos.line, e.sel.pos.col - 1)
            self.error(dot, f"invalid use of {self.describe(x)} in selector expression")
            return self.bad(e)
        if x.mode != "type":
            self.single(x, what="value or type")
        if x.mode == "nil":
            text, name = ast.text(e), e.sel.name
            why = f"type untyped nil has no field or method {name}"
            self.error(e.sel.pos, f"{text} undefined ({why})")
            return self.bad(e)
        if not x.ok or x.type == t.INVALID:
            return self.bad(e)
        if e.sel.name == "_":
            self.error(e.sel.pos, "cannot refer to blank field or method")
            return self.bad(e)
        found = lookup.find(x.type, e.sel.name, self.package_path, self.resolve)
        if found is None or found.kind == "ambiguous":
            self._not_found(e, x, found)
            return self.bad(e)
        if isinstance(found.obj, Function):
            self.needs.add(found.obj)
            if found.obj.type == t.INVALID:
                return self.bad(e)
        if found.type == t.INVALID:
            return self.bad(e)
        if x.mode == "type":
            return self._method_expression(e, x, found)
        return self._selected(e, x, found)

    def _selected(self, e: ast.Selector, x: Operand, found: lookup.Found) -> Operand:
        name = e.sel.name
        if found.kind == "field":
            variable = x.mode == "variable" or found.indirect
            self.info.selections[e] = Selection(
                "field", found.path, found.obj, found.type, found.indirect, x.type, found.owner
            )
            return Operand("variable" if variable else "value", e, found.type)
        if not lookup.in_method_set(x.type, found):
            if x.mode != "variable":
                self.error(e.sel.pos, f"cannot call pointer method {name} on {x.type}")
                return self.bad(e)
            self.take_address(e.x, x)
        self.info.selections[e] = Selection(
            found.kind, found.path, found.obj, found.type, found.indirect, x.type, found.owner
        )
        out = Operand("value", e, found.type)
        self.open_method(out, found)
        return out

    def open_method(self, x: Operand, found: lookup.Found) -> None:
        """Note that `x` selects a method that has type parameters of its own."""
        raise NotImplementedError

    def _method_expression(self, e: ast.Selector, x: Operand, found: lookup.Found) -> Operand:
        name = e.sel.name
        if found.kind == "field":
            self.error(
                e.x.pos, f"operand for field selector {name} must be value of type {x.type}"
            )
            return self.bad(e)
        if not lookup.in_method_set(x.type, found):
            kind = x.type
            self.error(
                e.sel.pos,
                f"invalid method expression {kind}.{name} (needs pointer receiver (*{kind}).{name})",
            )
            return self.bad(e)
        f = found.type
        assert isinstance(f, t.Func)
        names = ("_", *(n or "_" for n in f.param_names)) if any(f.param_names) else ()
        kind = t.Func((x.type, *f.params), f.results, names, f.result_names, f.variadic)
        self.info.selections[e] = Selection(
            "method expr", found.path, found.obj, kind, found.indirect, x.type, found.owner
        )
        out = Operand("value", e, kind)
        self.open_method(out, found)
        return out

    def _not_found(self, e: ast.Selector, x: Operand, found: lookup.Found | None) -> None:
        """Report a selector that names nothing (errsupport.go:lookupError)."""
        if x.type.underlying == t.INVALID:
            return
        name = e.sel.name
        if found is not None:
            self.error(e.sel.pos, f"ambiguous selector {ast.text(e)}")
            return
        base, pointer = lookup.deref(x.type)
        if pointer and lookup.interface_of(base) is not None:
            what = "type parameter" if isinstance(base, t.TypeParam) else "interface"
            why = f"type {x.type} is pointer to {what}, not {what}"
        else:
            why = self._alternative(x.type, name)
        self.error(e.sel.pos, f"{ast.text(e)} undefined ({why})")

    def _alternative(self, kind: t.Type, name: str) -> str:
        missing = f"type {kind} has no field or method {name}"
        other = lookup.find(kind, name, self.package_path, self.resolve, fold=True)
        if other is None or other.obj is None:
            return missing
        what = "field" if other.kind == "field" else "method"
        package = getattr(other.obj, "package", "") or self.package_path
        alt = other.obj.name
        if package == self.package_path:
            return f"{missing}, but does have {what} {alt}"
        # As in errsupport.go:tail, the tail of one letter is the letter.
        same_tail = (name[1:] or name) == (alt[1:] or alt)
        if lookup.exported(name):
            if lookup.exported(alt):
                return f"{missing}, but does have {what} {alt}"
            return f"{missing}, but does have unexported {what} {alt}" if same_tail else missing
        if lookup.exported(alt):
            return f"{missing}, but does have {what} {alt}" if same_tail else missing
        return f"cannot refer to unexported {what} {alt}" if alt == name else missing

    # --- dynamic types -----------------------------------------------------------------------

    def type_assertion(self, e: ast.TypeAssert) -> Operand:
        """``x.(T)``."""
        x = self.expr(e.x)
        if not x.ok:
            if e.type is not None:
                self.var_type(e.type)
            return self.bad(e)
        if e.type is None:
            self.error(e.pos, "invalid syntax tree: use of .(type) outside type switch")
            return self.bad(e)
        shown = self.describe(x)
        if isinstance(x.type, t.TypeParam):
            self.error(
                x.expr.pos,
                f"invalid operation: cannot use type assertion on type parameter value {shown}",
            )
        elif not t.is_interface(x.type):
            self.error(x.expr.pos, f"invalid operation: {shown} is not an interface")
        else:
            kind = self.var_type(e.type)
            if kind != t.INVALID:
                self.assertable(e, x, kind, False)
                return Operand("commaok", e, kind)
        return self.bad(e)

    def assertable(self, e: ast.Expr, x: Operand, kind: t.Type, case: bool) -> None:
        """Report a dynamic type `kind` that interface value `x` can never have."""
        if t.is_interface(kind) or kind.underlying == t.INVALID:
            return
        why = lookup.missing(kind, x.type, self.package_path, self.resolve, static=False)
        if not why:
            return
        shown = ast.text(e)
        if case:
            held = self.describe(x)
            why = f"impossible type switch case: {shown}\n\t{held} cannot have dynamic type {kind} {why}"
        else:
            why = f"impossible type assertion: {shown}\n\t{kind} does not implement {x.type} {why}"
        self.error(e.pos, why)

    # --- addresses -----------------------------------------------------------------------------

    def take_address(self, e: ast.Expr, x: Operand) -> bool:
        """Note that the address of `x` is taken; False if it has none."""
        if x.mode != "variable":
            return False
        inner = ast.unparen(e)
        while isinstance(inner, (ast.Index, ast.Selector)):
            # An element of an array variable, a field of a struct variable are parts of it.
            if isinstance(inner, ast.Index):
                if not isinstance(self.info.operands[inner.x].type.underlying, t.Array):
                    return True
            else:
                selection = self.info.selections[inner]
                if selection.kind == "package" or selection.indirect:
                    if isinstance(var := selection.obj, Var):
                        var.addressed = True
                    return True
            inner = ast.unparen(inner.x)
        if isinstance(inner, ast.Ident):
            var = self.info.uses[inner]
            if isinstance(var, Var):
                var.addressed = True
        return True
