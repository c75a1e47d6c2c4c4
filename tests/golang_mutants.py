"""Broken programs: small changes of right ones, made by a seeded random choice."""

from __future__ import annotations

import random

from gosched_edu.golang.scan import Token, tokens

_OPERATORS = ["+", "-", "*", "/", "==", "<", "&&", "||", "&", "|"]
_TYPES = ["int", "string", "bool", "float64", "error", "any", "[]int", "byte"]


def mutants(programs: list[str], count: int, seed: int) -> list[str]:
    """`count` programs, each with one change in one token."""
    choice = random.Random(seed)
    out: list[str] = []
    while len(out) < count:
        source = choice.choice(programs)
        found = [t for t in tokens(source) if t.kind not in ("EOF",) and t.text not in ("newline", "EOF")]
        # not in the package clause or the imports
        first = next((i for i, t in enumerate(found) if t.kind in ("func", "type", "var", "const")), 0)
        token = choice.choice(found[first:])
        changed = _change(choice, found, token)
        text = _text(token)
        mutant = source[: token.at] + changed + source[token.at + len(text) :]
        if mutant != source and mutant not in out:
            out.append(mutant)
    return out


def _text(token: Token) -> str:
    return ";" if token.text == "semicolon" else token.text


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
        return choice.choice(['"text"', "1.5", "'c'", "nil", "0", "-1", "true", "1 << 70"])
    if token.kind == "op":
        return choice.choice(_OPERATORS)
    return choice.choice(names)
