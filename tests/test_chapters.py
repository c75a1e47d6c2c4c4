"""The chapters as files: small, and folded in JupyterLab as in the book. `make nbval` runs them."""

from __future__ import annotations

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
