"""The page that lists the version rules is the table itself."""

from __future__ import annotations

from pathlib import Path

from gosched_edu.kernel.versions import as_markdown

PAGE = Path(__file__).parent.parent / "book" / "version-rules.md"


def test_the_page_is_the_table():
    # write it again with: python -m gosched_edu.kernel.versions > book/version-rules.md
    assert PAGE.read_text() == as_markdown()
