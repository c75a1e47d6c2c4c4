"""What a program was given and must keep: the parts of which a task says "leave them as they are".

Problem. Who writes down the expected output, instead of earning it, has to touch main or what it calls.

Rejected. To search the text for what must not stand there: there is always another way to write it. To
compare lines: a comment or an indentation is no change.

Chosen. A part is compared token by token, with the directives above it (``//frame``, ``//knob``, ``//go:``).

Invariant. What gofmt, a comment or an empty line changes is no change.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gosched_edu.golang.scan import SyntaxProblem, Token, tokens

_DIRECTIVE = re.compile(r"//(?:frame|knob|go:)[^\n]*")


class Part(tuple[tuple[str, int], ...]):
    """A declaration: its tokens and directives, each with the line on which it stands."""

    def words(self) -> list[str]:
        """The tokens, without semicolons: gofmt may set them elsewhere."""
        return [text for text, _ in self if text != ";"]


@lru_cache(maxsize=256)
def parts(source: str) -> dict[str, Part]:
    """The declarations of a file, by name; a method is ``Type.name``.

    Parameters
    ----------
    source : str
        Go source. What cannot be read has no parts; the compiler says why.

    Returns
    -------
    dict of str to Part

    Examples
    --------
    >>> list(parts("package main; var x = 1; func (t *T) F() { x++ }; func main() {}"))
    ['x', 'T.F', 'main']
    """
    try:
        every = tokens(source)
    except SyntaxProblem:
        return {}
    found: dict[str, Part] = {}
    depth, begin, before = 0, 0, 0
    for i, token in enumerate(every):
        depth += (token.kind in "([{") - (token.kind in ")]}")
        if depth == 0 and token.kind in (";", "EOF"):
            name = _name(every[begin:i])
            if name:
                found.setdefault(name, _part(source, every[begin:i], before))
            begin, before = i + 1, token.at
    return found


def _name(of: list[Token]) -> str:
    kinds = [t.kind for t in of]
    if kinds[:2] == ["func", "("] and ")" in kinds:
        close = kinds.index(")")
        names = [t.text for t in of[2:close] if t.kind == "name"]
        return f"{names[-1]}.{of[close + 1].text}" if names and close + 1 < len(of) else ""
    return of[1].text if kinds[:1] in (["func"], ["var"], ["type"], ["const"]) and len(of) > 1 else ""


def _part(source: str, of: list[Token], before: int) -> Part:
    above = [(m[0].rstrip(), before + m.start()) for m in _DIRECTIVE.finditer(source[before : of[0].at])]
    texts = [(";" if t.kind == ";" else t.text, t.at) for t in of]
    return Part((text, source.count("\n", 0, at) + 1) for text, at in above + texts)


def changed(given: str, source: str, names: tuple[str, ...]) -> str | None:
    """Which of the parts that must stay is another one now, in a sentence.

    Parameters
    ----------
    given, source : str
        The program as it was given, and as it is.
    names : tuple of str
        The parts that must stay.

    Returns
    -------
    str or None

    Examples
    --------
    >>> old = "package main; func f() { println(1) }; func main() { f() }"
    >>> changed(old, old.replace("f() }", "f()  /* as before */ }"), ("main",))
    >>> changed(old, old.replace("main() { f() }", "main() { println(1) }"), ("main",))
    'main is not as it was given, from line 1 on. Leave it as it is; the fault is elsewhere.'
    """
    mine, theirs = parts(source), parts(given)
    for name in names:
        if name not in mine:
            return f"{name} is gone. Leave it as it was given; the fault is elsewhere."
        old, new = theirs[name].words(), mine[name].words()
        if old != new:
            same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
            lines = [line for text, line in mine[name] if text != ";"]
            line = lines[min(same, len(lines) - 1)]
            return f"{name} is not as it was given, from line {line} on. Leave it as it is; the fault is " \
                "elsewhere."  # fmt: skip
    return None
