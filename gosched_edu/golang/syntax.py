"""Where a program stops being Go, and how gc says it.

Problem. The parser library recovers from errors, which an editor wants; a learner wants
each error, at its place, in the compiler's words.

Rejected. Messages made from the library's error nodes: they begin and end anywhere.

Chosen. A recogniser, one function a production, in five parts: `syntax_core` (tokens, errors and
recovery), `syntax_type`, `syntax_expr`, `syntax_decl`, and here files and statements. It goes the ways of
cmd/compile/internal/syntax/parser.go, so that what follows an error is what gc says.

Invariant. It builds nothing, and ends for any text.
"""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from gosched_edu.golang.errors import Diagnostic
from gosched_edu.golang.scan import SyntaxProblem, Token, tokens
from gosched_edu.golang.syntax_decl import DeclGrammar
from gosched_edu.golang.syntax_expr import STATEMENT_OPS
from gosched_edu.golang.syntax_type import MISPLACED_DOTS, TYPE_STARTS

_DECLARATIONS = ("import", "const", "type", "var")
_TOP = (*_DECLARATIONS, "func")


def check(data: bytes) -> list[Diagnostic]:
    """The syntax errors of a program."""
    source = data.decode()
    problems: list[SyntaxProblem] = []
    grammar = Grammar(tokens(source, problems))
    grammar.file()
    found = [_diagnostic(source, e) for e in problems]
    last = 0
    for e in grammar.problems:
        each = _diagnostic(source, e)
        # no second syntax error in a row on a line (cmd/compile/internal/base/print.go:ErrorfAt)
        if str(e).startswith("syntax error"):
            if each.line == last:
                continue
            last = each.line
        found.append(each)
    # gc goes on to check types where nothing but dots is wrong; its checker says that again
    return [] if all(d.message in MISPLACED_DOTS for d in found) else found


def _diagnostic(source: str, e: SyntaxProblem) -> Diagnostic:
    before = source[: e.at].encode()
    return Diagnostic(before.count(b"\n") + 1, len(before) - before.rfind(b"\n"), str(e))


def refused(data: bytes, root: Node) -> list[Diagnostic]:
    """What is wrong with a text that `check` lets pass and the parser library does not."""
    source = data.decode()
    grammar = Grammar(tokens(source))
    grammar.file()
    if wrong := [*grammar.problems, *grammar.late]:
        return [_diagnostic(source, e) for e in wrong]
    pending = [root]
    while pending:
        n = pending.pop()
        if n.is_missing or n.type == "ERROR":
            line, col = n.start_point.row + 1, n.start_point.column + 1
            return [Diagnostic(line, col, "syntax error: this syntax is not simulated yet")]
        pending.extend(c for c in reversed(n.children) if c.has_error or c.is_missing)
    return [Diagnostic(1, 1, "syntax error: this syntax is not simulated yet")]


class Simple(NamedTuple):
    """A simple statement: its kind, its first token, that of its operator; is it ``x.(type)``?"""

    kind: str
    start: int = 0
    op: int = 0
    guard: bool = False


class Grammar(DeclGrammar):
    """A recogniser of Go programs."""

    # --- declarations ------------------------------------------------------------------

    def file(self) -> None:
        """A source file."""
        if not self.got("package"):
            self.wrong("package statement must be first")
            return
        self.name()
        self.want(";")
        if self.problems:
            return
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
            else:
                if kind == "{" and bodyless:
                    self.wrong("unexpected semicolon or newline before {")
                else:
                    self.wrong("non-declaration statement outside function body")
                self.advance(*_TOP)
                continue
            if self.tok.kind != "EOF" and not self.got(";"):
                self.fail(" after top level declaration")
                self.advance(*_TOP)

    def func_decl(self) -> bool:
        """A function or method; whether it has no body."""
        method = self.got("(")
        if method and (count := len(self.params(")", False, False))) != 1:
            self.error(f"method has {'multiple receivers' if count else 'no receiver'}")
        if self.got("name"):
            self.func_type("")
        else:
            self.fail(", expected name" if method else ", expected name or (")
            self.advance("{", ";")
        if self.tok.kind == "{":
            self.body()
            return False
        return True

    def body(self) -> None:
        self.functions += 1
        self.block("")
        self.functions -= 1

    # --- statements --------------------------------------------------------------------

    def block(self, context: str) -> None:
        if not self.got("{"):
            self.fail(f", expected {{ after {context}")
            self.advance("name", "}")
            if self.got("}"):
                return
        self.stmts()
        self.want("}")

    def stmts(self) -> None:
        while self.tok.kind not in ("EOF", "}", "case", "default"):
            if not self.stmt():
                return
            if not self.got(";") and self.tok.kind != "}":
                self.fail(" at end of statement")
                self.advance(";", "}", "case", "default")
                self.got(";")

    def stmt(self) -> bool:
        """A statement; False if none begins here."""
        kind = self.tok.kind
        if kind == "name" and self.stream[self.at + 1].kind == ":":
            at = self.stream[self.at + 1].at
            self.at += 2
            if self.tok.kind != "}" and not self.stmt():
                self.wrong("missing statement after label", at)
                return False
            return True
        if kind in ("name", "literal", "func", "(", "<-") or kind in TYPE_STARTS:
            self.simple("")
        elif kind == "op" and self.tok.text in STATEMENT_OPS:
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
            at = self.tok.at
            if self.primary(None, kind == "(" or self.tok.kind == "(").kind == "paren":
                self.error(f"expression in {kind} must not be parenthesized", at)
        elif kind == "return":
            self.next()
            if self.tok.kind not in (";", "}"):
                self.exprs()
        else:
            return kind == ";"
        return True

    def simple(self, keyword: str) -> Simple:
        at = self.at
        if keyword == "for" and self.got("range"):
            self.expr()
            return Simple("range", at, at)
        left = self.exprs()
        op = self.at
        kind = self.tok.kind
        if kind in ("=", ":="):
            self.next()
            if keyword == "for" and self.got("range"):
                self.expr()
                return Simple("range", at, op)
            right = self.exprs()
            if (
                keyword == "switch" and kind == ":=" and len(right) == 1 and right[0].kind == "guard"
                and len(left) == 1 and left[0].kind == "name"
            ):  # fmt: skip
                self.accept(right[0].at)
                return Simple("expr", at, op, True)
            return Simple(kind, at, op)
        if len(left) > 1:
            self.fail(", expected := or = or comma")
            self.advance(";", "}")
            return Simple("expr", at, op)
        if kind in ("assignop", "<-"):
            self.next()
            self.expr()
        elif kind == "incop":
            self.next()
        else:
            guard = keyword == "switch" and left[0].kind == "guard"
            if guard:
                self.accept(left[0].at)
            return Simple("expr", at, op, guard)
        return Simple(kind, at, op)

    def header(self, keyword: str) -> bool:
        """What stands between if, for or switch and the opening brace; whether it asks for a type."""
        self.next()
        if self.tok.kind == "{":
            if keyword == "if":
                self.wrong("missing condition in if statement")
            return False
        outer, self.nest = self.nest, -1
        first = Simple("")
        if self.tok.kind != ";":
            if self.got("var"):
                self.wrong(f"var declaration not allowed in {keyword} initializer")
            first = self.simple(keyword)
        if first.kind != "range":
            first = self.rest_of_header(keyword, first)
        self.nest = outer
        return first.guard

    def rest_of_header(self, keyword: str, cond: Simple) -> Simple:
        """What follows the first statement of a header; the condition."""
        semi: Token | None = None
        end = self.at
        if self.tok.kind != "{":
            if self.tok.kind == ";":
                semi = self.tok
                self.next()
            else:
                self.want("{")
                if self.tok.kind != "{":
                    self.advance("{", "}")
            cond = Simple("")
            if keyword == "for":
                if self.tok.kind != ";":
                    if self.tok.kind == "{":
                        self.fail(", expected for loop condition")
                        return cond
                    cond = self.simple("")
                    end = self.at
                self.want(";")
                if self.tok.kind != "{":
                    post = self.simple("")
                    if post.kind == ":=":
                        message = "cannot declare in post statement of for loop"
                        self.wrong(message, self.stream[post.op].at)
            elif self.tok.kind != "{":
                cond = self.simple(keyword)
                end = self.at
        if cond.kind == "":
            if keyword == "if" and semi is not None:
                if semi.text == "semicolon":
                    self.wrong("missing condition in if statement", semi.at)
                else:
                    self.wrong(f"unexpected {semi.text}, expected {{ after if clause", semi.at)
        elif cond.kind != "expr":
            self.no_value(cond, end)
        return cond

    def no_value(self, cond: Simple, end: int) -> None:
        """A statement stands where a condition must."""
        left = self.text(cond.start, cond.op)
        right = self.text(cond.op + 1, end)
        shown = f"{left} {self.stream[cond.op].text} {right}".strip()
        if cond.kind == "incop":
            shown = left + self.stream[cond.op].text
        if cond.kind == "=":
            shown = f"assignment {_emphasized(left)} = {_emphasized(right)}"
        self.wrong(f"cannot use {shown} as value", self.stream[cond.op].at)

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
                self.advance("name", "}")

    def for_stmt(self) -> None:
        self.header("for")
        self.block("for clause")

    def switch_stmt(self) -> None:
        self.clauses("switch", self.header("switch"))

    def select_stmt(self) -> None:
        self.next()
        self.clauses("select")

    def clauses(self, keyword: str, of_types: bool = False) -> None:
        if not self.got("{"):
            self.wrong(f"missing {{ after {keyword} clause")
            self.advance("case", "default", "}")
        while self.tok.kind not in ("EOF", "}"):
            if self.got("case"):
                if keyword == "select":
                    self.simple("")
                else:
                    self.cases(of_types)
            elif not self.got("default"):
                self.fail(", expected case or default or }")
                self.advance(":", "case", "default", "}")
            self.want(":")
            self.stmts()
        self.want("}")

    def cases(self, of_types: bool) -> None:
        while True:
            start = self.at
            x = self.expr()
            if of_types and x.kind in ("value", "binary"):
                self.refuse(f"{self.text(start, self.at)} is not a type", x.at)
            if not self.got(","):
                return


def _emphasized(text: str) -> str:
    """A binary expression in brackets, so that the = beside it is seen."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and c == " " and text[i - 1] != ",":
            return f"({text})"
    return text
