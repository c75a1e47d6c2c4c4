"""Broken programs: small changes of right ones, made by a seeded random choice.

Two families. `mutants` changes one token. `damaged` makes the mistakes that people make: a line lost
or doubled, a brace, a wrong type, a missing return, a name or an import that nobody uses.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from gosched_edu.golang.scan import KEYWORDS, Token, tokens

_OPERATORS = ["+", "-", "*", "/", "==", "<", "&&", "||", "&", "|"]
_TYPES = ["int", "string", "bool", "float64", "error", "any", "[]int", "byte"]
_LITERALS = ['"text"', "1.5", "'c'", "nil", "0", "-1", "true", "1 << 70"]


def mutants(programs: list[str], count: int, seed: int) -> list[str]:
    """`count` programs, each with one change in one token."""
    return _made(programs, count, seed, [_token_changed])


def damaged(programs: list[str], count: int, seed: int) -> list[str]:
    """`count` programs, each with one mistake out of many kinds."""
    return _made(programs, count, seed, [_token_changed, *_DAMAGES])


Damage = Callable[[random.Random, str], str]


def _made(programs: list[str], count: int, seed: int, kinds: list[Damage]) -> list[str]:
    choice = random.Random(seed)
    out: list[str] = []
    while len(out) < count:
        source = choice.choice(programs)
        mutant = choice.choice(kinds)(choice, source)
        if mutant != source and mutant not in out:
            out.append(mutant)
    return out


def _found(source: str) -> list[Token]:
    """The tokens that may change: those behind the package clause and the imports."""
    found = [t for t in tokens(source) if t.kind not in ("EOF",) and t.text not in ("newline", "EOF")]
    first = next((i for i, t in enumerate(found) if t.kind in ("func", "type", "var", "const")), 0)
    return found[first:]


def _text(token: Token) -> str:
    return ";" if token.text == "semicolon" else token.text


def _put(source: str, token: Token, new: str) -> str:
    return source[: token.at] + new + source[token.at + len(_text(token)) :]


def _token_changed(choice: random.Random, source: str) -> str:
    found = _found(source)
    token = choice.choice(found)
    return _put(source, token, _change(choice, found, token))


def _change(choice: random.Random, found: list[Token], token: Token) -> str:
    """What stands in the token's place."""
    names = [t.text for t in found if t.kind == "name"]
    kind = choice.randrange(6)
    if kind == 0:
        return ""
    if kind == 1:
        return f"{_text(token)} {_text(token)}"
    if token.kind == "name":
        if token.text in _TYPES:
            return choice.choice(_TYPES)
        return choice.choice(names) if kind < 5 else token.text + "x"
    if token.kind == "literal":
        return choice.choice(_LITERALS)
    if token.kind == "op":
        return choice.choice(_OPERATORS)
    return choice.choice(names)


def _swapped(choice: random.Random, source: str) -> str:
    """Two tokens that follow each other have changed places."""
    found = _found(source)
    i = choice.randrange(len(found) - 1)
    one, two = found[i], found[i + 1]
    between = source[one.at + len(_text(one)) : two.at]
    end = two.at + len(_text(two))
    return source[: one.at] + _text(two) + between + _text(one) + source[end:]


def _pick(choice: random.Random, source: str, pattern: str) -> re.Match[str] | None:
    """A place in the code that matches; not in the imports."""
    start = _found(source)[0].at
    places = list(re.compile(pattern, re.MULTILINE).finditer(source, start))
    return choice.choice(places) if places else None


def _replaced(pattern: str, *new: str) -> Damage:
    """A damage: some place that matches is written in one of the other ways."""

    def damage(choice: random.Random, source: str) -> str:
        m = _pick(choice, source, pattern)
        if m is None:
            return source
        return source[: m.start()] + m.expand(choice.choice(new)) + source[m.end() :]

    return damage


def _other_name(choice: random.Random, source: str) -> str:
    """A name is another name of the program."""
    names = [t for t in _found(source) if t.kind == "name"]
    return _put(source, choice.choice(names), choice.choice(names).text)


def _unused_import(choice: random.Random, source: str) -> str:
    path = choice.choice(["os", "math", "strings", "sort", "errors", "sync"])
    return re.sub(r"^(package \w+)$", rf'\1\n\nimport "{path}"', source, count=1, flags=re.MULTILINE)


def _lost_import(choice: random.Random, source: str) -> str:
    lines = re.findall(r'^(?:import |\t)(?:\w+ )?"[^"]+"\n', source, flags=re.MULTILINE)
    return source.replace(choice.choice(lines), "", 1) if lines else source


_LINE = r"^\t+[^\n]*\n"
_DAMAGES: list[Damage] = [
    _swapped,
    _other_name,
    _unused_import,
    _lost_import,
    _replaced(_LINE, ""),
    _replaced(_LINE, r"\g<0>\g<0>"),
    _replaced(rf"({_LINE})({_LINE})", r"\2\1"),
    _replaced(r"^\t+return\b[^\n]*\n", "", "\treturn\n", "\treturn 1\n", '\treturn 1, "a"\n'),
    _replaced(r"[{}()\[\]]", "", r"\g<0>\g<0>", ")", "}"),
    _replaced(r":=", "="),
    _replaced(r"(?<![:=!<>+*/%&|^-])=(?!=)", ":=", "==", "+="),
    _replaced(r"\b(?:int|string|bool|error|any|float64|byte)\b", *_TYPES),
    _replaced(r"(?<=\()([^(),\n]+), ([^(),\n]+)(?=\))", r"\2, \1", r"\1", r"\1, \2, 1", ""),
    _replaced(r"^(\t+)(\w)", r"\1unused := 1\n\1\2", r"\1var unused int\n\1\2", r"\1_ = undefinedName\n\1\2"),
    _replaced(r"\.(\w+)\(", r".\1x(", r".\1", r".\1()("),
    _replaced(rf"\b(?:{'|'.join(sorted(KEYWORDS))})\b ?", "", r"\g<0>\g<0>"),
    _replaced(r"<-", "", "<-<-", "->"),
    _replaced(r"\*|&", "", "**", "&"),
    _replaced(r"\b\d+\b|\"[^\"\n]*\"", *_LITERALS),
    _replaced(r"\b(?:break|continue)\b", "break nowhere", "continue", "goto end", "fallthrough"),
]  # fmt: skip
