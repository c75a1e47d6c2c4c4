"""The chapters as files: small, folded in JupyterLab as in the book, and complete for who reads only what
the page shows. `make nbval` runs them."""

from __future__ import annotations

import builtins
import shlex
import symtable
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_chapter_is_committed_small(path):
    """No pictures in the file: the build makes them."""
    notebook = nbformat.read(path.open(), 4)
    assert path.stat().st_size < 100_000
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type == "stream", f"cell {cell.id} keeps an output that is remade"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_jupyterlab_folds_what_would_tell_the_answer(path):
    """The book has tags for it; JupyterLab reads its own field."""
    cells = [c for c in nbformat.read(path.open(), 4).cells if c.cell_type == "code"]
    predicted = [c for c in cells if "hide-output" in c.metadata.get("tags", ())]
    claims = [c for c in cells if "remove-cell" in c.metadata.get("tags", ())]
    assert len(predicted) >= 3 and len(claims) >= 10
    assert all(c.metadata.jupyter.outputs_hidden for c in predicted)
    assert all(c.metadata.jupyter.source_hidden for c in claims)


def names(code: str) -> tuple[set[str], set[str]]:
    """What a cell defines, and what it takes from outside its functions."""
    if code.startswith("%%"):
        words = shlex.split(code.partition("\n")[0])
        return {name for option, name in zip(words, words[1:], strict=False) if option == "-o"}, set()
    cell = symtable.symtable(code, "cell", "exec")
    scopes = [cell]
    for scope in scopes:
        scopes += scope.get_children()
    defined = {s.get_name() for s in cell.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {
        s.get_name()
        for scope in scopes
        for s in scope.get_symbols()
        if s.is_referenced() and (scope is cell or s.is_global())
    }
    return defined, used


def unseen(cells: list) -> list[str]:
    """Names that a cell of the page uses, and that no cell of the page before it has defined."""
    known, found = set(dir(builtins)), []
    for cell in cells:
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", ()):
            defined, used = names(cell.source)
            known |= defined
            found += [f"{cell.id}: {name}" for name in sorted(used - known)]
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_page_shows_where_its_names_come_from(path):
    assert unseen(nbformat.read(path.open(), 4).cells) == []


def test_names_that_only_a_removed_cell_defines_are_found():
    def cell(name, source, *tags):
        return nbformat.v4.new_code_cell(source, id=name, metadata={"tags": list(tags)})

    cells = [
        cell("program", "%%go -n -o tiny\npackage main"),
        cell("claim", "import json\nhidden = other = tiny", "remove-cell"),
        cell("first", "def f(x, y=hidden):\n    local = x\n    return json.dumps(local)"),
        cell("second", "print([f(tiny) + k for k in range(3)], *(e.g for e in other))"),
        cell("third", "hidden = 1\nprint(hidden, later)"),
        cell("last", "later = 2"),
    ]
    assert unseen(cells) == ["first: hidden", "first: json", "second: other", "third: later"]
