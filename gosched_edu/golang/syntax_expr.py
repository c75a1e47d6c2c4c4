"""The grammar of types and expressions, as a recogniser: the lower half of `syntax`.

Problem, what was rejected, invariant: see `syntax`. It is apart only for its length.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang.scan import KEYWORDS, SyntaxProblem, Token

_BINARY = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3,
    "+": 4, "-": 4, "|": 4, "^": 4, "*": 5, "/": 5, "%": 5, "&": 5, "&^": 5, "<<": 5, ">>": 5,
}  # fmt: skip
UNARY = frozenset("* + - ! ^ ~ &".split())
TYPE_STARTS = frozenset(("[", "chan", "map", "struct", "interface"))


def _named(kind: str) -> str:
    """A token as gc names it after "expected"."""
    if kind == ",":
        return "comma"
    if kind == ";":
        return "semicolon or newline"
    return f"keyword {kind}" if kind in KEYWORDS else kind


class ExprGrammar:
    """Recognises types and expressions."""

    def __init__(self, stream: list[Token]):
        self.stream = stream
        self.at = 0
        # Below zero in the header of if, for and switch, where { ends the expression.
        self.nest = 0

    # --- tokens ------------------------------------------------------------------------

    @property
    def tok(self) -> Token:
        return self.stream[self.at]

    def next(self) -> None:
        self.at += self.tok.kind != "EOF"

    def got(self, kind: str) -> bool:
        if self.tok.kind != kind:
            return False
        self.next()
        return True

    def want(self, kind: str) -> None:
        if not self.got(kind):
            self.fail(f", expected {_named(kind)}")

    def fail(self, rest: str) -> None:
        """Report the current token; `rest` says where or what else was expected."""
        raise SyntaxProblem(self.tok.at, f"syntax error: unexpected {self.tok}{rest}")

    def wrong(self, message: str, at: int | None = None) -> None:
        """Report `message`, which does not name the current token."""
        raise SyntaxProblem(self.tok.at if at is None else at, f"syntax error: {message}")

    def items(self, context: str, sep: str, close: str, item: Callable[[], None]) -> None:
        """Items up to `close`."""
        while self.tok.kind not in ("EOF", close):
            item()
            if not self.got(sep) and self.tok.kind != close:
                self.fail(f" in {context}; possibly missing {_named(sep)} or {close}")
        self.want(close)

    def name(self) -> None:
        if not self.got("name"):
            self.fail(", expected name")

    def body(self) -> None:
        """A function body."""
        raise NotImplementedError

    # --- types -------------------------------------------------------------------------

    def type(self) -> None:
        if not self.type_or_none():
            self.fail(", expected type")

    def type_or_none(self) -> bool:
        kind, text = self.tok.kind, self.tok.text
        if kind not in ("op", "<-", "func", "name", "(") and kind not in TYPE_STARTS:
            return False
        if kind == "op" and text not in ("*", "~"):
            return False
        self.next()
        match kind:
            case "op":
                self.type()
            case "<-":
                self.want("chan")
                self.element()
            case "func":
                self.signature()
            case "[":
                if not self.got("]"):
                    self.array_length()
                self.type()
            case "chan":
                self.got("<-")
                self.element()
            case "map":
                self.want("[")
                self.type()
                self.want("]")
                self.type()
            case "struct":
                self.want("{")
                self.items("struct type", ";", "}", self.field)
            case "interface":
                self.want("{")
                self.items("interface type", ";", "}", self.method)
            case "(":
                self.type()
                self.want(")")
            case "name":
                if self.got("."):
                    self.name()
                if self.tok.kind == "[":
                    self.brackets()
        return True

    def array_length(self) -> None:
        """What stands in the brackets of an array type."""
        if not self.got("..."):
            outer, self.nest = self.nest, max(self.nest, 0) + 1
            self.expr()
            self.nest = outer
        if self.tok.kind == ",":
            self.wrong("unexpected comma; expected ]")
        self.want("]")

    def element(self) -> None:
        if not self.type_or_none():
            self.wrong("missing channel element type")

    def brackets(self) -> None:
        """What stands in [ ]: a length, type parameters or arguments; not looked into."""
        self.want("[")
        depth = 1
        while depth:
            if self.tok.kind == "EOF":
                self.fail(", expected ]")
            depth += (self.tok.kind == "[") - (self.tok.kind == "]")
            self.next()

    def field(self) -> None:
        if self.tok.kind == "op" or self.tok.kind == "(":
            self.type()
        elif self.tok.kind == "name":
            self.name()
            if self.tok.kind == "[" and self._embedded_instance():
                self.brackets()
            elif self.got("."):
                self.name()
                if self.tok.kind == "[":
                    self.brackets()
            elif self.tok.kind not in (";", "}", "literal"):
                while self.got(","):
                    self.name()
                self.type()
        else:
            self.fail(", expected field name or embedded type")
        self.got("literal")

    def _embedded_instance(self) -> bool:
        """Whether the brackets here end an embedded field such as ``List[int]``."""
        start = self.at
        self.brackets()
        found = self.tok.kind in (";", "}", "literal")
        self.at = start
        return found

    def method(self) -> None:
        if self.tok.kind == "name" and self.stream[self.at + 1].kind == "(":
            self.name()
            self.signature()
            return
        self.type()
        while self.tok.text == "|" and self.tok.kind == "op":
            self.next()
            self.type()

    def signature(self) -> None:
        self.want("(")
        self.params()
        if self.got("("):
            self.params()
        else:
            self.type_or_none()

    def params(self) -> int:
        """Parameters after their opening bracket; their number."""
        # For each: has it a name and a type, only a type, or a word that may be either?
        shapes: list[tuple[str, int]] = []
        self.items("parameter list", ",", ")", lambda: shapes.append(self.param()))
        named = sum(shape == "named" for shape, _ in shapes)
        if named in (0, len(shapes)):
            return len(shapes)
        typed = sum(shape != "word" for shape, _ in shapes)
        if typed == named:
            if shapes[-1][0] == "word":
                self.wrong("missing parameter type", self.stream[self.at - 1].at)
        else:
            self.wrong("missing parameter name", next(at for s, at in shapes if s == "type"))
        return len(shapes)

    def param(self) -> tuple[str, int]:
        at = self.tok.at
        if self.tok.kind == "name":
            after = self.stream[self.at + 1].kind
            if after == ".":
                self.type()
                return "type", at
            self.next()
            if self.tok.kind == "[":
                return ("named" if self._array_or_arguments() else "type"), at
            if self.got("..."):
                self.type()
                return "named", at
            return ("named", at) if self.type_or_none() else ("word", at)
        if self.got("..."):
            self.type()
            return "type", at
        if not self.type_or_none():
            self.fail(", expected )")
        return "type", at

    def _array_or_arguments(self) -> bool:
        """``[n]T`` or ``[]T`` after a name: a type; else ``[T1, T2]``: type arguments."""
        self.want("[")
        if self.got("]"):
            self.type()
            return True
        if self.tok.kind == "...":
            self.array_length()
            self.type()
            return True
        outer, self.nest = self.nest, max(self.nest, 0) + 1
        self.expr()
        several = False
        while self.got(","):
            several = True
            if self.tok.kind != "]":
                self.expr()
        self.nest = outer
        self.want("]")
        return not several and self.type_or_none()

    # --- expressions -------------------------------------------------------------------

    def exprs(self) -> None:
        self.expr()
        while self.got(","):
            self.expr()

    def expr(self) -> None:
        self.unary()
        while (self.tok.kind == "op") and self.tok.text in _BINARY:
            self.next()
            self.unary()

    def unary(self) -> None:
        while self.tok.kind == "<-" or (self.tok.kind == "op" and self.tok.text in UNARY):
            self.next()
        self.primary()

    def operand(self) -> bool:
        """An operand; whether { after it begins a composite literal in any place."""
        match self.tok.kind:
            case "name" | "literal":
                self.next()
            case "(":
                self.next()
                outer, self.nest = self.nest, self.nest + 1 if self.nest >= 0 else 1
                self.expr()
                self.nest = outer
                self.want(")")
            case "func":
                self.next()
                self.signature()
                if self.tok.kind == "{":
                    self.body()
            case kind if kind in TYPE_STARTS:
                self.type()
                return kind in ("[", "map", "struct")
            case _:
                self.fail(", expected expression")
        return False

    def primary(self) -> None:
        word = self.tok.kind == "name"
        literal_ok = self.operand()
        while True:
            match self.tok.kind:
                case ".":
                    self.next()
                    if self.got("("):
                        if not self.got("type"):
                            self.type()
                        self.want(")")
                    elif not self.got("name"):
                        self.fail(", expected name or (")
                case "[":
                    self.next()
                    self.index()
                case "(":
                    word = literal_ok = False
                    self.next()
                    outer, self.nest = self.nest, max(self.nest, 0) + 1
                    self.items("argument list", ",", ")", self.argument)
                    self.nest = outer
                case "{" if literal_ok or (word and self.nest >= 0):
                    self.literal()
                    literal_ok = word = False
                case _:
                    return

    def argument(self) -> None:
        self.expr()
        self.got("...")

    def index(self) -> None:
        if self.tok.kind == "]":
            self.fail(", expected operand")
        outer, self.nest = self.nest, max(self.nest, 0) + 1
        while self.tok.kind not in ("]", "EOF"):
            if self.tok.kind not in (":", ","):
                self.expr()
            if self.tok.kind not in (":", ",", "]"):
                self.fail(", expected comma, : or ]")
            if not self.got(":"):
                self.got(",")
        self.nest = outer
        self.want("]")

    def literal(self) -> None:
        self.want("{")
        outer, self.nest = self.nest, max(self.nest, 0) + 1
        self.items("composite literal", ",", "}", self.element_value)
        self.nest = outer

    def element_value(self) -> None:
        for _ in range(2):
            if self.tok.kind == "{":
                self.literal()
            else:
                self.expr()
            if not self.got(":"):
                return
