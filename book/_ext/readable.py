"""Chapters as notebooks with their outputs, for the button that downloads a page's notebook.

Problem. The notebooks of the repository have no pictures in them: they are made when the book is built. Who
puts a chapter on GitHub, or opens it in a viewer that runs nothing, should see them all the same.

Rejected. Outputs in the repository (megabytes that each build makes anew); the outputs as they are (such a
viewer takes the richest form, a widget or HTML, and then throws away its scripts and its SVG).

Chosen. The notebooks as the book's build has run them. Where an output has a picture (PNG), it keeps this and
its text, and nothing richer; a lab is then its first run.

Invariant. The cells are those of the repository's notebook; running them gives the live outputs again.

Usage: ``python readable.py FOLDER`` writes ``FOLDER/NAME.ipynb`` for each notebook of the book.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "notebooks"
KEPT = ("image/png", "text/plain")


def readable(path: Path) -> NotebookNode:
    """A notebook of the book with the outputs of its last build.

    Raises
    ------
    KeyError
        The notebook as it is now was never run; `make book` runs it.
    """
    notebook = nbformat.read(path, 4)
    _, run = get_cache(CACHE).merge_match_into_notebook(notebook, cell_meta=())
    run.metadata.pop("widgets", None)
    for cell in run.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data = NotebookNode({kind: output.data[kind] for kind in KEPT if kind in output.data})
    return run


def main(out: Path) -> None:
    """Write all of them into the folder `out`."""
    toc = (ROOT / "book" / "_toc.yml").read_text()
    for name in re.findall(r"^ *- file: notebooks/(.+)$", toc, re.MULTILINE):
        nbformat.write(readable(ROOT / "notebooks" / f"{name}.ipynb"), out / f"{name}.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
