"""The grammar of expressions, as a recogniser: the middle part of `syntax`.

Problem, what was rejected: see `syntax`. It is apart only for its length.

Invariant. What a function returns is the shape of the expression, as far as the grammar depends on
it: whether { may follow, whether ``[P *T]`` begins type parameters.
"""

from __future__ import annotations

from gosched_edu.golang.syntax_core import Shape
from gosched_edu.golang.syntax_type import TYPE_STARTS, TypeGrammar

_BINARY = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3,
    "+": 4, "-": 4, "|": 4, "^": 4, "*": 5, "/": 5, "%": 5, "&": 5, "&^": 5, "<<": 5, ">>": 5,
}  # fmt: skip
_UNARY = frozenset("* + - ! ^ ~ &".split())
_BUILTINS = frozenset("cap clear close complex copy delete imag len make max min new panic print "
                      "println real recover".split())  # fmt: skip
#: Operators that begin a statement.
STATEMENT_OPS = frozenset("+ - * & ^ !".split())


class ExprGrammar(TypeGrammar):
    """Recognises expressions."""

    def exprs(self) -> tuple[Shape, ...]:
        out = [self.expr()]
        while self.got(","):
            out.append(self.expr())
        return tuple(out)

    def expr(self) -> Shape:
        return self.binary(self.unary(), 0)

    def binary(self, x: Shape, above: int) -> Shape:
        while self.tok.kind == "op" and (rank := _BINARY.get(self.tok.text, 0)) > above:
            op = self.tok.text
            self.next()
            x = Shape("binary", x.at, op, x, self.binary(self.unary(), rank))
        return x

    def unary(self) -> Shape:
        at = self.tok.at
        if self.tok.kind == "op" and self.tok.text in _UNARY:
            op = self.tok.text
            self.next()
            if op == "~":
                where = "outside of interface or type constraint"
                self.refuse(f"cannot use ~ {where} (use ^ for bitwise complement)", at)
            return Shape("unary", at, op, self.unary())
        if self.got("<-"):
            x = self.unary()
            if x.kind != "chan":
                return Shape("value", at)
            return self.receive_only(x, at)
        return self.primary(None, True)

    def receive_only(self, x: Shape, at: int) -> Shape:
        """``<-`` before a channel type belongs to it: ``<-(chan<- E)`` is ``<-chan (<-E)``."""
        each: Shape | None = x
        direction = "send"
        while direction == "send" and each is not None and each.kind == "chan":
            direction = each.op
            if direction == "receive":
                self.wrong("unexpected <-, expected chan")
            each = each.x
        if direction == "send" and each is not None:
            text = "".join(t.text for t in self.stream[self._index(each.at) : self.at])
            self.wrong(f"unexpected {text}, expected chan")
        return Shape("chan", at, "receive", x.x)

    def _index(self, at: int) -> int:
        """The number of the token at `at`, which was read already."""
        i = self.at
        while i > 0 and self.stream[i].at > at:
            i -= 1
        return i

    def operand(self, keep: bool) -> Shape:
        """An operand; brackets around it are kept in its shape if asked for or before ``{``."""
        at = self.tok.at
        match self.tok.kind:
            case "name":
                self.next()
                return Shape("name", at)
            case "literal":
                self.next()
                return Shape("value", at)
            case "(":
                self.next()
                self.nest += 1
                x = self.expr()
                self.nest -= 1
                self.want(")")
                return Shape("paren", at, "", x) if keep or self.tok.kind == "{" else x
            case "func":
                self.next()
                self.func_type("function type")
                if self.tok.kind != "{":
                    return Shape("other type", at)
                self.nest += 1
                self.body()
                self.nest -= 1
                return Shape("value", at)
            case kind if kind in TYPE_STARTS:
                return self.type()
        self.fail(", expected expression")
        self.advance(")", "]", "}")
        return Shape("bad", at)

    def primary(self, x: Shape | None, keep: bool) -> Shape:
        """An operand and what follows it."""
        x = x or self.operand(keep)
        while True:
            match self.tok.kind:
                case ".":
                    x = self.selector(x)
                case "[":
                    self.next()
                    x = self.index(x)
                case "(":
                    self.next()
                    x = self.call(x)
                case "{" if self.literal_follows(x):
                    if x.kind == "paren":
                        self.wrong("cannot parenthesize type in composite literal")
                    self.accept(x.at)
                    self.literal()
                    x = Shape("value", x.at)
                case _:
                    return x

    def selector(self, x: Shape) -> Shape:
        self.next()
        if self.got("name"):
            return Shape("selector", x.at)
        if self.got("("):
            guard = self.got("type")
            if guard:
                self.refuse("invalid syntax tree: use of .(type) outside type switch", x.at)
            else:
                self.type()
            self.want(")")
            return Shape("guard" if guard else "value", x.at)
        self.fail(", expected name or (")
        self.advance(";", ")")
        return x

    def call(self, fun: Shape) -> Shape:
        args: list[Shape] = []
        dots: list[bool] = []
        begun = self.at

        def argument() -> bool:
            args.append(self.expr())
            dots.append(self.got("..."))
            return dots[-1]

        self.nest += 1
        self.items("argument list", ",", ")", argument)
        self.nest -= 1
        self.check_call(fun, args, any(dots), begun)
        single = len(args) == 1 and not dots[0]
        return Shape("call", fun.at, "", fun, args[0] if args else None, single)

    def check_call(self, fun: Shape, args: list[Shape], dots: bool, begun: int) -> None:
        """Refuse calls that the parser library takes for broken types and conversions."""
        first = self.stream[begun - 2].text if fun.kind == "name" else ""
        if dots and first in _BUILTINS:
            self.refuse(f"invalid operation: invalid use of ... with built-in {first}", fun.at)
        elif first in ("make", "new") and args and args[0].kind == "value":
            end = next(i for i in range(begun, self.at) if self.stream[i].kind in (",", ")"))
            self.refuse(f"{self.text(begun, end)} is not a type", args[0].at)
        elif fun.kind == "type" and len(args) != 1:
            target = self.text(self._index(fun.at), begun - 1)
            if args:
                self.refuse(f"too many arguments in conversion to {target}", args[1].at)
            else:
                self.refuse(f"missing argument in conversion to {target}", fun.at)

    def index(self, x: Shape) -> Shape:
        """What follows ``x[``."""
        if self.tok.kind != ":":
            inner: Shape | None = None
            comma = False
            if self.tok.kind == "]":
                self.fail(", expected operand")
            else:
                inner, comma = self.type_list(False)
            if comma or self.tok.kind == "]":
                self.want("]")
                return Shape("index", x.at, "", x, inner)
        if not self.got(":"):
            self.fail(", expected comma, : or ]")
            self.advance(",", ":", "]")
        self.nest += 1
        middle = self.tok.kind not in (":", "]")
        if middle:
            self.expr()
        if self.tok.kind == ":":
            if not middle:
                self.error("middle index required in 3-index slice")
            self.next()
            if self.tok.kind != "]":
                self.expr()
            else:
                self.error("final index required in 3-index slice")
        self.nest -= 1
        self.want("]")
        return Shape("value", x.at)

    def literal_follows(self, x: Shape) -> bool:
        """Whether ``{`` behind `x` begins the value of a composite literal."""
        while x.kind == "paren" and x.x is not None:
            x = x.x
        if x.kind in ("name", "selector"):
            return self.nest >= 0
        if x.kind == "index":
            return self.nest >= 0 and not _is_value(x)
        return x.kind == "type"

    def literal(self) -> None:
        self.nest += 1
        self.want("{")
        self.items("composite literal", ",", "}", self.element_value)
        self.nest -= 1

    def element_value(self) -> None:
        for _ in range(2):
            if self.tok.kind == "{":
                self.literal()
            else:
                self.expr()
            if not self.got(":"):
                return


def _is_value(x: Shape | None) -> bool:
    """Whether an expression cannot be a type (parser.go:isValue)."""
    match x:
        case Shape(kind="value" | "call" | "guard" | "binary"):
            return True
        case Shape(kind="unary"):
            return x.op != "*"
        case Shape(kind="paren"):
            return _is_value(x.x)
        case Shape(kind="index"):
            return _is_value(x.x) or _is_value(x.y)
    return False
