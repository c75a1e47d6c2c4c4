"""Tokens, and the semicolons that Go inserts.

Problem. To name what is wrong, one must know the token where it goes wrong; the parser
library's error nodes cover any amount of text.

Rejected. Guessing the token from an error node.

Invariant. The tokens are those of the language's specification: a newline after an
operand, `)`, `]`, `}`, `++`, `--`, `break`, `continue`, `fallthrough` or `return` is a `;`. Where no
token begins, the problem is noted and the scan goes on behind it, as gc's does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gosched_edu.golang import literals

KEYWORDS = frozenset(
    "break case chan const continue default defer else fallthrough for func go goto if import "
    "interface map package range return select struct switch type var".split()
)
_ENDS = frozenset(
    ("name", "literal", "incop", ")", "]", "}", "break", "continue", "fallthrough", "return")
)
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)
      | (?P<newline>\n)
      | (?P<line>//[^\n]*)
      | (?P<block>/\*.*?\*/)
      | (?P<name>[^\W\d]\w*)
      | (?P<literal>
            0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?i?
          | 0[bBoO][0-9_]*i?
          | (?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]*)?i?
          | "(?:[^"\\\n]|\\[^\n])*"
          | `[^`]*`
          | '(?:[^'\\\n]|\\[^\n])+?'
          | '''
        )
      | (?P<op>
            \.\.\. | &\^= | <<= | >>= | \+\+ | -- | && | \|\| | <- | == | != | <= | >= | :=
          | &\^ | << | >> | [-+*/%&|^]= | [-+*/%&|^<>=!()\[\]{},;.:~]
        )""",
    re.VERBOSE | re.DOTALL,
)
_ASSIGN_OPS = frozenset("+= -= *= /= %= &= |= ^= &^= <<= >>=".split())
_OPERATORS = frozenset("+ - * / % & | ^ << >> &^ && || == != < <= > >= ! ~".split())


class Token(NamedTuple):
    """A token: `kind` is its text, or name, literal, op, assignop, incop, or EOF."""

    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        """The token as gc names it after "unexpected"."""
        if self.kind in ("name", "literal"):
            return f"{self.kind} {self.text}"
        if self.kind == "incop" or self.kind == "assignop":
            return self.text
        if self.kind == ",":
            return "comma"
        if self.kind in KEYWORDS:
            return f"keyword {self.kind}"
        return self.text or self.kind


class SyntaxProblem(Exception):
    """A syntax error at character offset `at`."""

    def __init__(self, at: int, message: str):
        super().__init__(message)
        self.at = at


def tokens(source: str, problems: list[SyntaxProblem] | None = None) -> list[Token]:
    """All tokens of `source`, with the semicolons inserted; the last is EOF.

    Parameters
    ----------
    source : str
    problems : list, optional
        Gets what is wrong; without it, the first problem is raised.
    """
    out: list[Token] = []
    at, ends = 0, False
    noted: list[SyntaxProblem] = [] if problems is None else problems
    while at < len(source):
        m = _TOKEN.match(source, at)
        if m is None:
            noted.append(SyntaxProblem(*_stray(source, at)))
            start, at = at, _behind(source, at)
            if source[start] in "\"'`":
                out.append(Token("literal", source[start:at], start))
                ends = True
        else:
            kind, text = str(m.lastgroup), m.group()
            start, at = at, m.end()
            if kind == "newline" or (kind == "block" and "\n" in text):
                if ends:
                    out.append(Token(";", "newline", start))
                ends = False
            elif source.startswith("/*", start) and kind == "op":
                noted.append(SyntaxProblem(start, "comment not terminated"))
                at = len(source)
            elif kind not in ("space", "line", "block"):
                out.append(_token(kind, text, start, noted))
                ends = out[-1].kind in _ENDS
        if noted and problems is None:
            raise noted[0]
    if ends:
        out.append(Token(";", "EOF", at))
    out.append(Token("EOF", "EOF", at))
    return out


def _behind(source: str, at: int) -> int:
    """Where to go on behind a place where no token begins."""
    if source[at] == "`":
        return len(source)
    if source[at] in "\"'":
        end = source.find("\n", at)
        return len(source) if end < 0 else end
    return at + 1


def _token(kind: str, text: str, at: int, noted: list[SyntaxProblem]) -> Token:
    if kind == "name":
        return Token(text if text in KEYWORDS else "name", text, at)
    if kind == "literal":
        if text == "'''":
            noted.append(SyntaxProblem(at + 1, "empty rune literal or unescaped '"))
            return Token("literal", text, at)
        try:
            literals.check(text)
        except literals.LiteralError as e:
            noted.append(SyntaxProblem(at + e.offset, str(e)))
        return Token("literal", text, at)
    if text == ";":
        return Token(";", "semicolon", at)
    if text in ("++", "--"):
        return Token("incop", text, at)
    if text in _ASSIGN_OPS:
        return Token("assignop", text, at)
    return Token("op" if text in _OPERATORS else text, text, at)


def _stray(source: str, at: int) -> tuple[int, str]:
    """What is wrong where no token begins."""
    c = source[at]
    line_end = source.find("\n", at)
    if c == "`":
        return at, "string not terminated"
    if c == '"':
        return (at, "string not terminated") if line_end < 0 else (line_end, "newline in string")
    if c == "'":
        if source.startswith("''", at):
            return at + 1, "empty rune literal or unescaped '"
        if line_end < 0:
            return at, "rune literal not terminated"
        return line_end, "newline in rune literal"
    name = f" {c!r}" if c.isprintable() else ""
    return at, f"invalid character U+{ord(c):04X}{name}"
