"""The spelling of the book: ``python book/_ext/spelling.py`` names each word that nobody knows.

Problem. A reader trusts a book less for each misspelt word.

Rejected. A list of common mistakes (it knows only those); a dictionary of the system (not every machine
has one, and they differ).

Chosen. The word list of pyspellchecker, which comes with the package, and a list of our own for British
spellings and for Go's and the field's words: words.txt. Read are the prose of notebooks and
pages, and the docstrings of the package. Code, names and whatever holds a digit, a dot or an inner
capital is none of its business.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from spellchecker import SpellChecker

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "book" / "words.txt"
PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff"]

#: What is no prose, in the order in which it is taken out.
_NOT_PROSE = [
    r"^(`{3,}|~{3,})[^\n]*\n.*?^\1",  # blocks of code
    r"^:::+\{[^}]*\}|^:[\w-]+:.*$",  # directives and their options
    r"``.*?``|`[^`]*`",  # code
    r"\{[\w:-]+\}",  # roles
    r"\]\([^)]*\)",  # targets of links
    r"<[^>\n]+>",  # HTML
    r"https?://\S+",
]
_LETTERS = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


def words(text: str) -> Iterator[str]:
    """The words of a Markdown text that a spelling check can judge, in small letters.

    Examples
    --------
    >>> list(words("The `runq` of proc.go is a *ring*: GOMAXPROCS, goid2, well-known, P's."))
    ['the', 'of', 'is', 'a', 'ring', 'well', 'known']
    """
    for pattern in _NOT_PROSE:
        blocks = re.DOTALL if "`{3" in pattern else re.NOFLAG
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | blocks)
    for token in re.split(r"[\s—–|…/-]+", text.replace("’", "'").replace("*", "")):
        bare = token.strip(".,;:!?()[]\"'“”+=&#").removesuffix("'s")
        if len(bare) > 2 and _LETTERS.fullmatch(bare) and bare[1:] == bare[1:].lower() or bare == "a":
            yield bare.lower()
        elif len(bare) == 2 and bare.isalpha() and bare == bare.lower():
            yield bare


def docstrings(path: Path) -> Iterator[str]:
    """The docstrings of a module, without examples, field types and literal blocks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            text = ast.get_docstring(node) or ""
            text = re.sub(r"^ *(>>>|\.\.\.).*\n(?:(?! *>>>|\s*\n).*\n)*", "", text + "\n", flags=re.MULTILINE)
            text = re.sub(r"::\n\n(?:[ \t]+.*\n|\n)+", "\n", text)
            yield re.sub(r"^[\w*, ]+ : .*$", "", text, flags=re.MULTILINE)


def texts() -> Iterator[tuple[str, str]]:
    """All prose: where, and what."""
    for page in [*(ROOT / name for name in PAGES), *sorted((ROOT / "book").glob("*.md"))]:
        yield str(page.relative_to(ROOT)), page.read_text(encoding="utf-8")
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(notebook, 4).cells:
            if cell.cell_type == "markdown":
                yield f"{notebook.relative_to(ROOT)}, cell {cell.id}", cell.source
    for module in sorted((ROOT / "gosched_edu").rglob("*.py")):
        for text in docstrings(module):
            yield str(module.relative_to(ROOT)), text


def main() -> int:
    """Name the unknown words, each with the places where it stands."""
    own = set(OWN.read_text(encoding="utf-8").split())
    known = SpellChecker(language="en").word_frequency.dictionary
    unknown: dict[str, set[str]] = {}
    for where, text in texts():
        for word in words(text):
            if word not in own and word not in known:
                unknown.setdefault(word, set()).add(where)
    for word, places in sorted(unknown.items()):
        shown = sorted(places)
        print(f"unknown word {word!r} in {shown[0]}" + (f" and {len(shown) - 1} more" if shown[1:] else ""))
    if unknown:
        print("Mend them, or add to book/words.txt what is a word of Go or of the field.")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
