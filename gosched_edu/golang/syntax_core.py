"""Reading tokens, saying what is wrong with them, and going on: the lowest part of `syntax`.

Problem. A program with two slips has two errors; a reader wants both, and no third one that only
follows from them.

Rejected. Going on at the next line: half of what is said then is wrong.

Chosen. What gc does (cmd/compile/internal/syntax/parser.go): after an error, `advance` skips to a
token that may follow the construct, or, in a function, to a keyword that begins a statement.

Invariant. Each function of the grammar consumes a token or ends a loop of its caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gosched_edu.golang.scan import KEYWORDS, SyntaxProblem, Token

# Keywords that begin a statement (parser.go:stopset).
_STOPS = frozenset(
    "break const continue defer fallthrough for go goto if return select switch type var".split()
)


def named(kind: str) -> str:
    """A token as gc names it after "expected"."""
    if kind == ",":
        return "comma"
    if kind == ";":
        return "semicolon or newline"
    return f"keyword {kind}" if kind in KEYWORDS else kind


class Shape(NamedTuple):
    """An expression: its kind, the place of its first token, operator and operands.

    Kinds: name, selector, index, call, type (which may have a literal value), chan, other type, unary,
    binary, paren, guard, value, bad.
    """

    kind: str
    at: int
    op: str = ""
    x: Shape | None = None
    y: Shape | None = None
    single: bool = False  # a call with one argument, without dots


class TokenReader:
    """The tokens of a program and what was found wrong with them."""

    def __init__(self, stream: list[Token]):
        self.stream = stream
        self.at = 0
        self.problems: list[SyntaxProblem] = []
        # What gc's type checker, not its parser, says of syntax that the parser library refuses.
        self.late: list[SyntaxProblem] = []
        # Below zero in the header of if, for and switch, where { ends the expression.
        self.nest = 0
        self.functions = 0

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
            self.fail(f", expected {named(kind)}")
            self.advance()

    def is_op(self, text: str) -> bool:
        return self.tok.kind == "op" and self.tok.text == text

    def fail(self, rest: str) -> None:
        """Report the current token; `rest` says where or what else was expected."""
        self.wrong(f"unexpected {self.tok}{rest}")

    def wrong(self, message: str, at: int | None = None) -> None:
        """Report `message`, which does not name the current token."""
        if self.tok.kind == "EOF" and self.problems:
            return  # it would only follow from the others
        self.error(f"syntax error: {message}", at)

    def error(self, message: str, at: int | None = None) -> None:
        self.problems.append(SyntaxProblem(self.tok.at if at is None else at, message))

    def refuse(self, message: str, at: int) -> None:
        """Note an error that gc's type checker reports."""
        self.late.append(SyntaxProblem(at, message))

    def accept(self, at: int) -> None:
        """Take back what was refused at `at`: what follows makes it right."""
        self.late = [e for e in self.late if e.at != at]

    def text(self, start: int, end: int) -> str:
        """Tokens as gc prints expressions."""
        out: list[str] = []
        for t in self.stream[start:end]:
            spaced = t.kind == "op" and out and out[-1] != " "
            out.append(f" {t.text} " if spaced else ", " if t.kind == "," else t.text)
        return "".join(out)

    def advance(self, *follow: str) -> None:
        """Skip to a token of `follow`, or over one if there are none (parser.go:advance)."""
        if not follow:
            self.next()
            return
        stops = _STOPS.union(follow) if self.functions else follow
        while self.tok.kind != "EOF" and self.tok.kind not in stops:
            self.next()

    def items(self, context: str, sep: str, close: str, item: Callable[[], object]) -> int:
        """Items up to `close`, until one is the last (it returns True); where they end."""
        done: object = None
        while self.tok.kind not in ("EOF", close) and done is not True:
            done = item()
            if not self.got(sep) and self.tok.kind != close:
                self.fail(f" in {context}; possibly missing {named(sep)} or {close}")
                self.advance(")", "]", "}")
                if self.tok.kind != close:
                    return self.tok.at
        end = self.tok.at
        self.want(close)
        return end

    def name(self) -> None:
        if not self.got("name"):
            self.fail(", expected name")
            self.advance()

    def more_names(self) -> int:
        """Names behind a first one; how many."""
        count = 0
        while self.got(","):
            self.name()
            count += 1
        return count
