"""The notebooks as the build of the book ran them, with real Go: what they print is what is stored in them.

Without Go they are run by `make nbval`. An error in a cell stops the build.
"""

import re
from configparser import RawConfigParser

import nbformat
import pytest
from chapters import CHAPTERS, ROOT
from jupyter_cache import get_cache

RUNS = ROOT / ".cache" / "notebooks"  # as in _config.yml
MAY_DIFFER = RawConfigParser()
MAY_DIFFER.read(ROOT / "tests" / "sanitize.cfg")


def printed(cell) -> dict[str, str]:
    """All that a cell wrote, by stream, without what may differ between two runs."""
    texts = {}
    for out in cell.outputs:
        assert out.output_type == "stream", f"cell {cell.id}: only text is compared"
        texts[out.name] = texts.get(out.name, "") + out.text
    for rule in MAY_DIFFER.sections():
        for name, text in texts.items():
            texts[name] = re.sub(MAY_DIFFER[rule]["regex"], MAY_DIFFER[rule]["replace"], text)
    return texts


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_marked_outputs_are_what_the_book_has(chapter):
    if not RUNS.exists():
        pytest.skip("the book is not built; `make book SERVE=0` builds it")
    stored = nbformat.read(ROOT / "notebooks" / f"{chapter}.ipynb", 4)
    runs = get_cache(RUNS)
    executed = runs.get_cache_bundle(runs.match_cache_notebook(stored).pk).nb
    marked = 0
    both = ([c for c in nb.cells if c.cell_type == "code"] for nb in (executed, stored))
    for now, cell in zip(*both, strict=True):
        if "nbval-check-output" in cell.metadata.get("tags", ()):
            marked += 1
            assert printed(now) == printed(cell) != {}
    assert marked > 10
