"""Where a program stops being Go, and how gc says it.

Problem. The parser library recovers from errors, which an editor wants; a learner wants
the first error, at its place, in the compiler's words.

Rejected. Messages made from the library's error nodes: they begin and end anywhere.

Invariant. The functions below follow the grammar of the language's specification, one
function a production; they build nothing, and stop at the first token that does not fit.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from gosched_edu.golang.errors import Diagnostic
from gosched_edu.golang.scan import SyntaxProblem, Token, tokens
from gosched_edu.golang.syntax_expr import TYPE_STARTS, UNARY, ExprGrammar

_DECLARATIONS = ("import", "const", "type", "var")


def check(data: bytes) -> list[Diagnostic]:
    """The first syntax error of a program, if it has one."""
    source = data.decode()
    try:
        Grammar(tokens(source)).file()
    except SyntaxProblem as e:
        before = source[: e.at].encode()
        line = before.count(b"\n") + 1
        return [Diagnostic(line, len(before) - before.rfind(b"\n"), str(e))]
    return []


def from_tree(root: Node) -> Diagnostic:
    """The first error node, for texts that `check` lets pass and the library does not."""
    pending = [root]
    while pending:
        n = pending.pop()
        if n.is_missing or n.type == "ERROR":
            line, col = n.start_point.row + 1, n.start_point.column + 1
            if n.text == b"..." and n.parent is not None and n.parent.type == "slice_type":
                what = "invalid use of [...] array (outside a composite literal)"
                return Diagnostic(line, col - 1, what)
            return Diagnostic(line, col, "syntax error: this syntax is not simulated yet")
        pending.extend(c for c in reversed(n.children) if c.has_error or c.is_missing)
    return Diagnostic(1, 1, "syntax error: this syntax is not simulated yet")


class Grammar(ExprGrammar):
    """A recogniser of Go programs."""

    # --- declarations ------------------------------------------------------------------

    def file(self) -> None:
        """A source file."""
        if not self.got("package"):
            self.wrong("package statement must be first")
        self.name()
        self.want(";")
        imports, bodyless = True, False
        while (kind := self.tok.kind) != "EOF":
            if kind == "import" and not imports:
                self.wrong("imports must appear before other declarations")
            imports = kind == "import"
            if kind in _DECLARATIONS:
                self.next()
                self.group(getattr(self, f"{kind}_spec"))
            elif kind == "func":
                self.next()
                bodyless = self.func_decl()
            elif kind == "{" and bodyless:
                self.wrong("unexpected semicolon or newline before {")
            else:
                self.wrong("non-declaration statement outside function body")
            if self.tok.kind != "EOF" and not self.got(";"):
                self.fail(" after top level declaration")

    def group(self, spec: Callable[[], None]) -> None:
        if self.got("("):
            self.items("grouped declaration", ";", ")", spec)
        else:
            spec()

    def names(self) -> None:
        self.name()
        while self.got(","):
            self.name()

    def import_spec(self) -> None:
        if not self.got("name"):
            self.got(".")
        if self.tok.kind != "literal":
            self.wrong("missing import path")
        if self.tok.text[0] not in '"`':
            self.wrong("import path must be a string")
        self.next()

    def const_spec(self) -> None:
        self.names()
        if self.tok.kind not in ("EOF", ";", ")"):
            self.type_or_none()
            if self.got_assign():
                self.exprs()

    def var_spec(self) -> None:
        self.names()
        if self.got_assign():
            self.exprs()
            return
        self.type()
        if self.got_assign():
            self.exprs()

    def got_assign(self) -> bool:
        if self.tok.kind == ":=":
            self.fail(", expected =")
        return self.got("=")

    def type_spec(self) -> None:
        self.name()
        if self.tok.kind == "[":
            self.brackets()
            self.got("=")
            self.type_or_none()
            return
        self.got("=")
        if not self.type_or_none():
            self.fail(" in type declaration")

    def func_decl(self) -> bool:
        """A function or method; whether it has no body."""
        method = self.tok.kind == "("
        if method:
            self.next()
            if (count := self.params()) != 1:
                what = "multiple receivers" if count else "no receiver"
                raise SyntaxProblem(self.tok.at, f"method has {what}")
        if self.tok.kind != "name":
            self.fail(", expected name" if method else ", expected name or (")
        self.name()
        if self.tok.kind == "[":
            self.brackets()
        self.signature()
        if self.tok.kind == "{":
            self.body()
            return False
        return True

    def body(self) -> None:
        outer, self.nest = self.nest, 0
        self.block("")
        self.nest = outer

    # --- statements --------------------------------------------------------------------

    def block(self, context: str) -> None:
        if not self.got("{"):
            self.fail(f", expected {{ after {context}")
        self.stmts()
        self.want("}")

    def stmts(self) -> None:
        while self.tok.kind not in ("EOF", "}", "case", "default"):
            if not self.stmt():
                return
            if not self.got(";") and self.tok.kind != "}":
                self.fail(" at end of statement")

    def stmt(self) -> bool:
        """A statement; False if none begins here."""
        kind = self.tok.kind
        if kind == "name" and self.stream[self.at + 1].kind == ":":
            at = self.stream[self.at + 1].at
            self.at += 2
            if self.tok.kind != "}" and not self.stmt():
                self.wrong("missing statement after label", at)
            return True
        if kind in ("name", "literal", "func", "(", "<-") or kind in TYPE_STARTS:
            self.simple("")
        elif kind == "op" and self.tok.text in UNARY:
            self.simple("")
        elif kind in ("var", "const", "type"):
            self.next()
            self.group(getattr(self, f"{kind}_spec"))
        elif kind == "{":
            self.block("")
        elif kind in ("if", "for", "switch", "select"):
            getattr(self, f"{kind}_stmt")()
        elif kind in ("break", "continue", "goto", "fallthrough"):
            self.next()
            if kind == "goto":
                self.name()
            elif kind != "fallthrough":
                self.got("name")
        elif kind in ("go", "defer"):
            self.next()
            self.primary()
        elif kind == "return":
            self.next()
            if self.tok.kind not in (";", "}"):
                self.exprs()
        else:
            return kind == ";"
        return True

    def simple(self, keyword: str) -> tuple[str, int, int]:
        """A simple statement: its kind, where it begins, where its operator is."""
        at = self.at
        if keyword == "for" and self.got("range"):
            self.expr()
            return "range", at, at
        self.expr()
        several = self.tok.kind == ","
        while self.got(","):
            self.expr()
        op = self.at
        kind = self.tok.kind
        if kind in ("=", ":="):
            self.next()
            if keyword == "for" and self.got("range"):
                self.expr()
                return "range", at, op
            self.exprs()
            return kind, at, op
        if several:
            self.fail(", expected := or = or comma")
        if kind in ("assignop", "<-"):
            self.next()
            self.expr()
        elif kind == "incop":
            self.next()
        else:
            return "expr", at, op
        return kind, at, op

    def header(self, keyword: str) -> None:
        """What stands between if, for or switch and the opening brace."""
        self.next()
        if self.tok.kind == "{":
            if keyword == "if":
                self.wrong("missing condition in if statement")
            return
        outer, self.nest = self.nest, -1
        first = ("", 0, 0)
        if self.tok.kind != ";":
            if self.tok.kind == "var":
                self.next()
                self.wrong(f"var declaration not allowed in {keyword} initializer")
            first = self.simple(keyword)
        if first[0] != "range":
            self.rest_of_header(keyword, first)
        self.nest = outer

    def rest_of_header(self, keyword: str, cond: tuple[str, int, int]) -> None:
        semi: Token | None = None
        if self.tok.kind != "{":
            if self.tok.kind != ";":
                self.fail(", expected {")
            semi = self.tok
            self.next()
            cond = ("", 0, 0)
            if keyword == "for":
                if self.tok.kind != ";":
                    if self.tok.kind == "{":
                        self.fail(", expected for loop condition")
                    cond = self.simple("")
                self.want(";")
                if self.tok.kind != "{":
                    kind, _, op = self.simple("")
                    if kind == ":=":
                        message = "cannot declare in post statement of for loop"
                        self.wrong(message, self.stream[op].at)
            elif self.tok.kind != "{":
                cond = self.simple(keyword)
        kind, start, op = cond
        if kind == "" and keyword == "if" and semi is not None:
            if semi.text == "semicolon":
                self.wrong("missing condition in if statement", semi.at)
            self.wrong(f"unexpected {semi.text}, expected {{ after if clause", semi.at)
        if kind not in ("", "expr") and not (keyword == "switch" and self.is_guard(op)):
            words = "".join(self.spelling(start, op))
            rest = "".join(self.spelling(op + 1, self.at))
            shown = f"{words} {self.stream[op].text} {rest}".strip()
            if kind == "incop":
                shown = words + self.stream[op].text
            if kind == "=":
                shown = f"assignment {words} = {rest}"
            self.wrong(f"cannot use {shown} as value", self.stream[op].at)

    def spelling(self, start: int, end: int) -> list[str]:
        """Tokens as gc prints expressions."""
        out: list[str] = []
        for t in self.stream[start:end]:
            spaced = t.kind == "op" and out and out[-1] != " "
            out.append(f" {t.text} " if spaced else ", " if t.kind == "," else t.text)
        return out

    def is_guard(self, op: int) -> bool:
        """Whether the statement that ends here is ``x := y.(type)``."""
        last = [t.kind for t in self.stream[self.at - 3 : self.at]]
        return last == ["(", "type", ")"] and self.stream[op].kind == ":="

    def if_stmt(self) -> None:
        self.header("if")
        self.block("if clause")
        if self.got("else"):
            if self.tok.kind == "if":
                self.if_stmt()
            elif self.tok.kind == "{":
                self.block("")
            else:
                self.wrong("else must be followed by if or statement block")

    def for_stmt(self) -> None:
        self.header("for")
        self.block("for clause")

    def switch_stmt(self) -> None:
        self.header("switch")
        self.clauses("switch")

    def select_stmt(self) -> None:
        self.next()
        self.clauses("select")

    def clauses(self, keyword: str) -> None:
        if not self.got("{"):
            self.wrong(f"missing {{ after {keyword} clause")
        while self.tok.kind not in ("EOF", "}"):
            if self.got("case"):
                if keyword == "select":
                    self.simple("")
                else:
                    self.exprs()
            elif not self.got("default"):
                self.fail(", expected case or default or }")
            self.want(":")
            self.stmts()
        self.want("}")
