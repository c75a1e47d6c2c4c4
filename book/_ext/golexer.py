"""Go inside Python cells, coloured as Go.

Problem. A ``%%go`` cell is Go, and many a Python cell holds a Go program between triple quotes.
IPython's lexer takes the first for wrong Python and the second for one long string.

Chosen. IPython's lexer does its work; what is Go goes through Pygments' own Go lexer.

Invariant. The tokens put together are the text: nothing is added, lost or moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipython_pygments_lexers import IPython3Lexer
from pygments.lexers import GoLexer
from pygments.token import Comment, Token

#: A triple-quoted string that begins as a Go program does: what stands before, the program, the quotes.
GO_TEXT = re.compile(r'("""|\'\'\')(package\s+\w+\n.*?)(\1)', re.DOTALL)

Tokens = Iterator[tuple[int, Token, str]]


class AtlasLexer(IPython3Lexer):
    """IPython, and Go where there is Go.

    Examples
    --------
    >>> [str(kind) for kind, text in AtlasLexer().get_tokens("%%go\\nfunc f() {}") if text == "func"]
    ['Token.Keyword.Declaration']
    """

    name = "IPython with Go"
    # The name under which myst-nb and nbconvert ask for a lexer.
    aliases = ["ipython3"]

    def get_tokens_unprocessed(self, text: str, stack: tuple[str, ...] = ("root",)) -> Tokens:
        """Tokens of one cell."""
        if text.startswith("%%go"):
            magic, newline, program = text.partition("\n")
            yield 0, Comment.Preproc, magic + newline
            yield from _moved(GoLexer().get_tokens_unprocessed(program), len(magic + newline))
            return
        done = 0
        for found in GO_TEXT.finditer(text):
            # The quotes stay Python's; between them the state of its lexer does not matter.
            begin, end = found.span(2)
            yield from _moved(super().get_tokens_unprocessed(text[done : begin - 3]), done)
            yield begin - 3, Token.Literal.String, found[1]
            yield from _moved(GoLexer().get_tokens_unprocessed(found[2]), begin)
            yield end, Token.Literal.String, found[3]
            done = end + 3
        yield from _moved(super().get_tokens_unprocessed(text[done:], stack), done)


def _moved(tokens: Tokens, by: int) -> Tokens:
    return ((index + by, kind, text) for index, kind, text in tokens)
