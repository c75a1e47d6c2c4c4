"""Untyped values, assignments, and what gc calls an operand.

Problem. An untyped constant takes the type of the place it goes to, if it is one of that type's
values; everything else must be assignable as it is.

Rejected. Converting constants where they stand: ``1`` has no type until something wants one.

Invariant. An operand that has been reported is invalid; one that `assignment` has let pass can
be stored in the target without another check.
"""

from __future__ import annotations

from typing import Any

from gosched_edu.golang import ast, constants, lookup
from gosched_edu.golang import types as t
from gosched_edu.golang.check_type import TypeChecker
from gosched_edu.golang.generics import comparable, constraint, includes, subset
from gosched_edu.golang.objects import Operand, Value
from gosched_edu.golang.typesets import typeset

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


class UntypedChecker(TypeChecker):
    """Gives untyped operands their types, and checks assignments."""

    def __init__(self, *args: Any):
        super().__init__(*args)
        # Left operands of shifts that are untyped constants: their type comes from the context.
        self.shifted: set[ast.Expr] = set()

    def describe(self, x: Operand) -> str:
        """The operand as gc writes it: ``x (variable of type int)``."""
        if x.mode == "nil":
            return "nil" if x.type == t.UNTYPED_NIL else f"nil (of type {x.type})"
        expr = ast.text(x.expr)
        what = _MODES[x.mode]
        typed = x.mode not in ("invalid", "novalue", "builtin", "type")
        if typed and t.is_untyped(x.type):
            what = f"{x.type} {what}"
        if x.mode == "constant" and (shown := constants.show(x.value)) != expr:
            what += f" {shown}"
        if typed and not t.is_untyped(x.type):
            what += self._of_type(x.type) if x.type != t.INVALID else " with invalid type"
        return f"{expr} ({what})"

    def _of_type(self, kind: t.Type) -> str:
        if isinstance(kind, t.TypeParam):
            bound = kind.constraint
            empty = isinstance(bound, t.Interface) and bound.terms == ()
            note = " with empty type set" if empty else ""
            return f" of type {kind} constrained by {bound}{note}"
        of = "interface " if isinstance(kind, t.Interface) and kind.alias else ""
        if isinstance(kind, t.Named):
            generic = "generic " if kind.params and not kind.args else ""
            of = generic + (t.composite_kind(kind) or str(kind.underlying)) + " "
        return f" of {of}type {kind}"

    # --- untyped values ----------------------------------------------------------------

    def implicit(self, x: Operand, target: t.Type) -> tuple[t.Type | None, Value | None, str]:
        """The type and value that untyped `x` takes where `target` is wanted.

        The last item says why not: "", "overflows", "truncated" or "mismatch".
        """
        if not x.ok or not t.is_untyped(x.type) or target == t.INVALID:
            return x.type, None, ""
        if t.is_untyped(target):
            wide = t.wider(x.type, target)
            return (wide, x.value, "") if wide else (None, None, "mismatch")
        if x.mode == "nil":
            return (target, None, "") if t.has_nil(target) else (None, None, "mismatch")
        u = target.underlying
        match u:
            case t.Basic():
                return self._implicit_basic(x, target, u)
            case t.TypeParam():
                kinds = typeset(target)
                good = all(self.implicit(x, k)[0] is not None for _, k in kinds)
                return (target, None, "") if kinds and good else (None, None, "mismatch")
            case t.Interface():
                # Values have concrete dynamic types: the default type, not the interface.
                if not u.methods and u.terms is None:
                    return t.default(x.type), None, ""
        return None, None, "mismatch"

    def _implicit_basic(
        self, x: Operand, target: t.Type, u: t.Basic
    ) -> tuple[t.Type | None, Value | None, str]:
        if x.mode == "constant":
            value, why = represented(x, u)
            return (None if why else target), value, why
        same = t.kind(x.type) == u.kind or (t.is_numeric(x.type) and t.is_numeric(u))
        return (target, None, "") if same else (None, None, "mismatch")

    def convert_untyped(self, x: Operand, target: t.Type) -> None:
        """Give untyped `x` the type that its neighbour of type `target` asks for."""
        if not x.ok or not t.is_untyped(x.type) or target == t.INVALID:
            return
        new, value, why = self.implicit(x, target)
        if new is None:
            shown = target if isinstance(target, t.TypeParam) else target.underlying
            self.invalid_conversion(x, shown, why)
            return
        self._take(x, new, value)

    def _take(self, x: Operand, kind: t.Type, value: Value | None) -> None:
        """Untyped `x` becomes a `kind`, and so do its untyped operands."""
        if kind != x.type and x.mode != "nil":
            self.update(x.expr, kind)
        if x.ok:
            x.type = kind
            x.value = value if value is not None else x.value

    def update(self, e: ast.Expr, kind: t.Type) -> None:
        """Carry the type that an untyped expression has taken down to its operands."""
        raise NotImplementedError

    def represent(self, x: Operand, target: t.Basic) -> None:
        """Check that constant `x` is a value of `target`, and round it."""
        value, why = represented(x, target)
        if why:
            self.invalid_conversion(x, target, why)
        else:
            x.value = value

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
        return self.obstacle(x, target) is None

    def obstacle(self, x: Operand, target: t.Type) -> str | None:
        """Why `x` may not be assigned to `target`, "" if there is nothing to add; None if it may.

        As types2's operand.assignableTo.
        """
        source = x.type
        if not x.ok or t.INVALID in (source, target) or source == target:
            return None
        params = isinstance(source, t.TypeParam), isinstance(target, t.TypeParam)
        if t.is_untyped(source):
            kinds = [k for k, _ in typeset(target)]
            good = bool(kinds) and all(self.implicit(x, k)[0] is not None for k in kinds)
            return None if good else ""
        v, u = source.underlying, target.underlying
        if v == u and not (has_name(source) and has_name(target)) and not any(params):
            return None
        to_pointer = isinstance(u, t.Pointer) and isinstance(u.elem.underlying, t.Interface)
        if (isinstance(u, t.Interface) and not params[1]) or to_pointer:
            why = self.unimplemented(source, target)
            if not why or not params[0]:
                return why or None
        if isinstance(v, t.Interface) and not params[0]:
            if t.is_interface(source) and not self.unimplemented(target, source):
                return "need type assertion"
        if isinstance(v, t.Chan) and v.dir == "both" and isinstance(u, t.Chan):
            if v.elem == u.elem:
                return "" if has_name(source) and has_name(target) else None
        return self._parametric(x, target) if any(params) else ""

    def _parametric(self, x: Operand, target: t.Type) -> str | None:
        """The same where a type parameter stands on one side and no named type on the other."""
        source = x.type
        if isinstance(target, t.TypeParam) and not has_name(source):
            for k, _ in typeset(target):
                if (why := self.obstacle(x, k)) is not None:
                    detail = f"\n\t{why}" if why else ""
                    return f"cannot assign {source} to {k} (in {target}){detail}"
            return None if typeset(target) else ""
        if isinstance(source, t.TypeParam) and not has_name(target):
            for k, _ in typeset(source):
                if (why := self.obstacle(Operand("value", x.expr, k), target)) is not None:
                    detail = f"\n\t{why}" if why else ""
                    return f"cannot assign {k} (in {source}) to {target}{detail}"
            return None if typeset(source) else ""
        return ""

    # --- assignments ---------------------------------------------------------------------

    def assignment(self, x: Operand, target: t.Type | None, context: str) -> None:
        """Check that `x` can go to `target` (None: wherever its own type is welcome)."""
        self.single(x, generic=True)
        if not x.ok:
            return
        if x.mode not in ("constant", "variable", "value", "commaok", "mapindex", "nil"):
            self.error(x.expr.pos, f"cannot assign {self.describe(x)} to {target} in {context}")
            x.invalidate()
            return
        if target == t.INVALID:
            return
        if t.is_untyped(x.type) and not self._assign_untyped(x, target, context):
            return
        self.not_generic(x, target, context)
        if target is None or not x.ok:
            return
        why = self.obstacle(x, target)
        if why is not None:
            note = f": {why}" if why else ""
            self.error(x.expr.pos, f"cannot use {self.describe(x)} as {target} value in {context}{note}")
            x.invalidate()

    def _assign_untyped(self, x: Operand, target: t.Type | None, context: str) -> bool:
        wanted = target
        if x.mode == "nil":
            if target is None:
                self.error(x.expr.pos, f"use of untyped nil in {context}")
                x.invalidate()
                return False
        elif target is None or t.is_interface(target):
            wanted = t.default(x.type)
        assert wanted is not None
        new, value, why = self.implicit(x, wanted)
        if new is None:
            note = "" if why == "mismatch" else f" ({why})"
            self.error(
                x.expr.pos,
                f"cannot use {self.describe(x)} as {wanted} value in {context}{note}",
            )
            x.invalidate()
            return False
        self._take(x, new, value)
        return x.ok

    def not_generic(self, x: Operand, target: t.Type | None = None, context: str = "") -> None:
        """Report a generic function that is used without type arguments.

        A function type as the `target` may settle them.
        """
        raise NotImplementedError

    def single(self, x: Operand, generic: bool = False, what: str = "value") -> None:
        """Report an operand that is not exactly one value; `generic`: it may be a generic one."""
        message = ""
        if x.mode == "novalue":
            message = f"{self.describe(x)} used as {what}"
        elif x.mode == "builtin":
            message = f"{self.describe(x)} must be called"
        elif x.mode == "type":
            message = f"{self.describe(x)} is not an expression"
        elif isinstance(x.type, t.Tuple) and x.ok:
            message = f"multiple-value {self.describe(x)} in single-value context"
        if message:
            self.error(x.expr.pos, message)
            x.invalidate()
        elif not generic:
            self.not_generic(x)

    # --- interfaces and constraints ----------------------------------------------------------

    def unimplemented(self, kind: t.Type, interface: t.Type, satisfy: bool = False) -> str:
        """Why `kind` does not implement `interface`, in gc's words; "" if it does.

        `satisfy`: the interface is a constraint (types2: Checker.implements).
        """
        v, u = kind.underlying, interface.underlying
        if t.INVALID in (v, u) or (isinstance(v, t.Pointer) and v.elem.underlying == t.INVALID):
            return ""
        fails = f"{kind} does not {'satisfy' if satisfy else 'implement'} {interface}"
        if not isinstance(u, t.Interface):
            detail = f"{interface} is not an interface"
            if isinstance(u, t.Pointer) and isinstance(u.elem.underlying, t.Interface):
                detail = f"type {interface} is pointer to interface, not interface"
            return f"{fails} ({detail})"
        own = constraint(kind) if isinstance(kind, t.TypeParam) else v
        if isinstance(own, t.Interface) and own.terms == ():
            return ""
        if u.terms == ():
            return f"cannot {'satisfy' if satisfy else 'implement'} {interface} (empty type set)"
        if u.methods:
            why = lookup.missing(kind, interface, self.package_path, self.resolve)
            if why:
                # A signature that was reported is as good as any.
                return f"{fails} {why}" if "invalid type" not in why else ""
        if u.terms is not None:
            if isinstance(own, t.Interface):
                if not subset(own.terms, u.terms):
                    return fails
            elif not any(includes(term, kind) for term in u.terms):
                return f"{fails} ({self._not_a_term(kind, interface, u.terms)})"
        if u.comparable and not comparable(kind, strict=True):
            if not satisfy or not comparable(kind, strict=False):
                return f"{kind} does not {'satisfy' if satisfy else 'implement'} comparable"
            if self.version < (1, 20):
                return self.needs_version(f"{kind} to satisfy comparable", (1, 20))
        return ""

    def _not_a_term(self, kind: t.Type, interface: t.Type, terms: tuple[t.Term, ...]) -> str:
        for term in terms:
            plain = term.type == term.type.underlying and not term.tilde
            if plain and includes(t.Term(True, term.type), kind):
                return f"possibly missing ~ for {term.type} in {interface}"
        return f"{kind} missing in {' | '.join(map(str, terms))}"


def has_name(kind: t.Type) -> bool:
    """Whether a type is named: predeclared, defined, or a type parameter."""
    return isinstance(kind, (t.Basic, t.Named, t.TypeParam))


def represented(x: Operand, target: t.Basic) -> tuple[Value | None, str]:
    """Constant `x` as a value of `target`, or why it is none."""
    assert x.value is not None
    value = constants.represent(x.value, target)
    if value is not None:
        return value, ""
    if t.is_numeric(x.type) and t.is_numeric(target):
        whole = t.is_integer(target) and not t.is_integer(x.type)
        return None, "truncated" if whole else "overflows"
    return None, "mismatch"
