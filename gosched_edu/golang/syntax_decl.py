"""The grammar of declarations, as a recogniser: part of `syntax`.

Problem, what was rejected, invariant: see `syntax`. It is apart only for its length.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang.syntax_core import Shape
from gosched_edu.golang.syntax_expr import ExprGrammar
from gosched_edu.golang.syntax_type import Param


class DeclGrammar(ExprGrammar):
    """Recognises declarations of constants, types, variables and imports."""

    def group(self, spec: Callable[[], None]) -> None:
        if self.got("("):
            self.items("grouped declaration", ";", ")", spec)
        else:
            spec()

    def import_spec(self) -> None:
        if not self.got("name"):
            self.got(".")
        if self.tok.kind != "literal":
            self.wrong("missing import path")
            self.advance(";", ")")
            return
        if self.tok.text[0] not in '"`':
            self.wrong("import path must be a string")
        self.next()

    def const_spec(self) -> None:
        name = self.tok
        self.name()
        self.more_names()
        if self.tok.kind not in ("EOF", ";", ")"):
            typed = self.type_or_none() is not None
            if self.got_assign():
                self.exprs()
            elif typed:
                self.refuse(f"missing init expr for {name.text}", name.at)

    def var_spec(self) -> None:
        self.name()
        self.more_names()
        if self.got_assign():
            self.exprs()
            return
        self.type()
        if self.got_assign():
            self.exprs()

    def got_assign(self) -> bool:
        if self.tok.kind == ":=":
            self.fail(", expected =")
            self.next()
            return True
        return self.got("=")

    def type_spec(self) -> None:
        self.name()
        if self.tok.kind == "[":
            self.next()
            found = self.type_params_or_array()
        else:
            self.got_assign()
            found = self.type_or_none() is not None
        if not found:
            self.fail(" in type declaration")
            self.advance(";", ")")

    def type_params_or_array(self) -> bool:
        """What follows ``type T [``; whether there is a type."""
        if self.tok.kind == "...":
            outside = "invalid use of [...] array (outside a composite literal)"
            self.refuse(outside, self.stream[self.at - 1].at)
        if self.got("]"):
            self.type()
            return True
        if self.tok.kind != "name":
            self.array_type(False)
            return True
        at = self.tok.at
        self.next()
        x = Shape("name", at)
        if self.tok.kind != "[":
            self.nest += 1
            x = self.binary(self.primary(x, False), 0)
            self.nest -= 1
        type_at = _constraint(x, self.tok.kind == ",")
        if type_at is None or (type_at < 0 and self.tok.kind == "]"):
            self.array_type(True)
            return True
        if type_at < 0:
            self.params("]", True, False, begun=True)
        else:
            self.params("]", True, False, Param(at, True, True, -1, type_at))
        self.got_assign()
        return self.type_or_none() is not None


def _constraint(x: Shape, force: bool) -> int | None:
    """Where the type begins if `x` is a name and a type written behind it, as in ``P *T``.

    -1: it is only a name; None: it is another expression. `force`: what may be a type is one
    (parser.go:extractName).
    """
    if x.kind == "name":
        return -1
    if x.kind == "binary" and x.x is not None and x.y is not None:
        if x.op == "*" and x.x.kind == "name" and (force or _is_type(x.y)):
            return x.x.at + 1
        if x.op == "|":
            left = _constraint(x.x, force or _is_type(x.y))
            return None if left is None or left < 0 else left
    if x.kind == "call" and x.x is not None and x.x.kind == "name" and x.single:
        if x.y is not None and (force or _is_type(x.y)):
            return x.y.at
    return None


def _is_type(x: Shape) -> bool:
    """Whether an expression can only be a type (parser.go:isTypeElem)."""
    match x.kind:
        case "type" | "chan" | "other type":
            return True
        case "unary" | "binary" | "paren":
            return x.op == "~" or any(_is_type(y) for y in (x.x, x.y) if y is not None)
    return False
