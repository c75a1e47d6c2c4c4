"""The grammar of types, as a recogniser: the lower part of `syntax`.

Problem, what was rejected, invariant: see `syntax`. It is apart only for its length.
"""

from __future__ import annotations

from typing import NamedTuple

from gosched_edu.golang.syntax_core import Shape, TokenReader, named

#: What the parser and the type checker of gc both say.
MISPLACED_DOTS = ("can only use ... with final parameter", "invalid use of ...")
TYPE_STARTS = frozenset(("[", "chan", "map", "struct", "interface"))


class Param(NamedTuple):
    """A parameter: where it begins, what it has, where its dots and its type are (-1: none)."""

    at: int
    name: bool
    type: bool
    dots: int = -1
    type_at: int = -1


class TypeGrammar(TokenReader):
    """Recognises types."""

    def body(self) -> None:
        """A function body."""
        raise NotImplementedError

    def expr(self) -> Shape:
        """An expression."""
        raise NotImplementedError

    def type(self) -> Shape:
        if (found := self.type_or_none()) is not None:
            return found
        at = self.tok.at
        self.fail(", expected type")
        self.advance(",", ":", ";", ")", "]", "}")
        return Shape("bad", at)

    def type_or_none(self) -> Shape | None:
        at, kind = self.tok.at, self.tok.kind
        match kind:
            case "op" if self.tok.text == "*":
                self.next()
                return Shape("unary", at, "*", self.type())
            case "<-":
                self.next()
                self.want("chan")
                return Shape("chan", at, "receive", self.element())
            case "func":
                self.next()
                self.func_type("function type")
                return Shape("other type", at)
            case "[":
                self.next()
                if self.got("]"):
                    self.type()
                else:
                    if self.tok.kind == "...":
                        self.refuse("invalid use of [...] array (outside a composite literal)", at)
                    self.array_type(False)
                return Shape("type", at)
            case "chan":
                self.next()
                direction = "send" if self.got("<-") else ""
                return Shape("chan", at, direction, self.element())
            case "map":
                self.next()
                self.want("[")
                self.type()
                self.want("]")
                self.type()
                return Shape("type", at)
            case "struct":
                self.next()
                self.want("{")
                self.items("struct type", ";", "}", self.field)
                return Shape("type", at)
            case "interface":
                self.next()
                self.want("{")
                self.items("interface type", ";", "}", self.method)
                return Shape("other type", at)
            case "name":
                return self.qualified(False)
            case "(":
                self.next()
                inner = self.type()
                self.want(")")
                return inner
        return None

    def array_type(self, known: bool) -> None:
        """An array type behind its ``[``, or behind its length if that is known."""
        if not known and not self.got("..."):
            self.nest += 1
            self.expr()
            self.nest -= 1
        if self.tok.kind == ",":
            self.wrong("unexpected comma; expected ]")
            self.next()
        self.want("]")
        self.type()

    def element(self) -> Shape:
        at = self.tok.at
        if (found := self.type_or_none()) is not None:
            return found
        self.wrong("missing channel element type")
        return Shape("bad", at)

    def qualified(self, begun: bool) -> Shape:
        """``p.T[A]``; if it is begun, its first name was read."""
        at = self.stream[self.at - 1].at if begun else self.tok.at
        if not begun and not self.got("name"):
            self.fail(", expected name")
            self.advance(".", ";", "}")
        kind = "name"
        if self.got("."):
            self.name()
            kind = "selector"
        if self.tok.kind == "[":
            self.next()
            if self.tok.kind == "]":
                self.fail(", expected type argument list")
            else:
                self.type_list(True)
            self.want("]")
            kind = "index"
        return Shape(kind, at)

    def type_list(self, strict: bool) -> tuple[Shape, bool]:
        """Types (the first may be an expression if not strict), and whether there was a comma."""
        self.nest += 1
        first = self.type() if strict else self.expr()
        comma = self.got(",")
        if comma and self.type_or_none() is not None:
            while self.got(",") and self.type_or_none() is not None:
                pass
        self.nest -= 1
        return first, comma

    # --- structs and interfaces ------------------------------------------------------------------

    def field(self) -> None:
        if self.tok.kind == "name":
            self.next()
            if self.tok.kind in (".", "literal", ";", "}"):
                self.qualified(True)
            elif self.more_names() or self.tok.kind != "[":
                self.type()
            else:
                self.array_or_arguments()
        elif self.is_op("*") or self.tok.kind == "(":
            star = self.is_op("*")
            if star:
                self.next()
            if self.tok.kind == "(":
                self.wrong("cannot parenthesize embedded type")
                self.next()
                if not star and self.is_op("*"):
                    self.next()
                self.qualified(False)
                self.got(")")
            else:
                self.qualified(False)
        else:
            self.fail(", expected field name or embedded type")
            self.advance(";", "}")
            return
        self.got("literal")

    def array_or_arguments(self) -> bool:
        """Behind a name: whether ``[n]T`` or ``[]T`` stands here; else it is ``[T1, T2]``."""
        self.want("[")
        if self.got("]"):
            self.type()
            return True
        if self.tok.kind == "...":
            self.array_type(False)
            return True
        _, comma = self.type_list(False)
        self.want("]")
        return not comma and self.type_or_none() is not None

    def method(self) -> None:
        if self.tok.kind != "name":
            self.union(False)
            return
        self.next()
        if self.tok.kind == "(":
            self.func_type("interface method")
        elif self.tok.kind == "[":
            self._method_or_instance()
        else:
            self.qualified(True)
            self.union(True)

    def _method_or_instance(self) -> None:
        """``m[...`` in an interface: a method with type parameters is wrong, ``T[A]`` is not."""
        at = self.tok.at
        self.next()
        if self.tok.kind == "]":
            here = self.tok.at
            self.next()
            method = self.tok.kind == "("
            self.error(f"empty type {'parameter' if method else 'argument'} list", here)
            if method:
                self.func_type("interface method")
            return
        params = self.params("]", False, False)
        if params and params[0].name and params[0].type:
            self.func_type("interface method")
            self.error("interface method must have no type parameters", at)
        elif not params and self.tok.kind == "(":
            self.func_type("interface method")
        else:
            self.union(True)

    def union(self, begun: bool) -> None:
        """Terms with | between them; if it is begun, the first was read."""
        if not begun:
            self.term()
        while self.is_op("|"):
            self.next()
            self.term()

    def term(self) -> None:
        if self.is_op("~"):
            self.next()
            self.type()
        elif self.type_or_none() is None:
            self.fail(", expected ~ term or type")
            self.advance("op", ";", ")", "]", "}")

    # --- functions -------------------------------------------------------------------------------

    def func_type(self, context: str) -> None:
        """Type parameters, of which the context may have none, parameters and results."""
        at = self.tok.at
        if self.got("["):
            if context:
                self.wrong(f"{context} must have no type parameters", at)
            if self.tok.kind == "]":
                self.wrong("empty type parameter list")
                self.next()
            else:
                self.params("]", True, False)
        self.want("(")
        self.params(")", False, True)
        if self.got("("):
            self.params(")", False, False)
        else:
            self.type_or_none()

    def params(
        self, close: str, names: bool, dots: bool, first: Param | None = None, begun: bool = False
    ) -> list[Param]:
        """Parameters behind their opening bracket.

        `names`: each must have one. `dots`: the last may be variadic. `first` was read already; or if it
        is begun, its name was.
        """
        if first is not None and self.got(close):
            return [first]
        out: list[Param] = []
        pending = [first] if first is not None else []

        def item() -> None:
            nonlocal begun
            if pending:
                out.append(pending.pop())
            elif (found := self.param(close, begun)) is not None:
                out.append(found)
            begun = False

        end = self.items("parameter list", ",", close, item)
        if out:
            self._check_names(out, end, names)
            self._check_dots(out, dots, any(p.name and p.type for p in out) or names)
        return out

    def _check_names(self, out: list[Param], end: int, names: bool) -> None:
        """All parameters have names, or none has (parser.go:paramList)."""
        named_ones = sum(p.name and p.type for p in out)
        if named_ones == len(out) or (named_ones == 0 and not names):
            return
        wrong: int | None = None
        typed = False
        for p in reversed(out):
            typed = typed or p.type
            if p.type and not p.name:
                wrong = p.type_at
            elif not typed:
                wrong = p.at
        if wrong is None:
            return
        if named_ones == sum(p.type for p in out):
            self.wrong("missing type constraint" if names else "missing parameter type", end)
        elif names:
            alone = " or invalid array length" if len(out) == 1 else ""
            self.wrong(f"missing type parameter name{alone}", wrong)
        else:
            self.wrong("missing parameter name", wrong)

    def _check_dots(self, out: list[Param], allowed: bool, named_ones: bool) -> None:
        for i, p in enumerate(out):
            if p.dots >= 0 and not (allowed and i == len(out) - 1):
                self.error(MISPLACED_DOTS[not allowed], p.dots)
                return

    def param(self, close: str, begun: bool) -> Param | None:
        """A parameter, type sets with those in brackets; if it is begun, its name was read."""
        sets = close == "]"
        at = self.stream[self.at - 1].at if begun else self.tok.at
        if sets and not begun and self.is_op("~"):
            self.union(False)
            return Param(at, False, True, -1, at)
        name = begun or self.got("name")
        if name:
            if self.tok.kind in ("[", "."):
                if self.tok.kind == ".":
                    self.qualified(True)
                    name = False
                else:
                    name = self.array_or_arguments()
                if sets:
                    self.union(True)
                return Param(at, name, True, -1, at)
            if sets and self.is_op("|"):
                self.union(True)
                return Param(at, False, True, -1, at)
        here = self.tok.at
        if self.got("..."):
            if self.type_or_none() is None:
                self.wrong("... is missing type")
                return Param(at, name, True, -1, here)
            return Param(at, name, True, here, here)
        if sets and self.is_op("~"):
            self.union(False)
            return Param(at, name, True, -1, here)
        found = self.type_or_none() is not None
        if found and sets:
            self.union(True)
        if name or found:
            return Param(at, name, found, -1, here)
        self.fail(f", expected {named(close)}")
        self.advance(",", close)
        return None
