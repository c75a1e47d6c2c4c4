"""A plugin for nbval, for notebooks that run where there is no Go: each must say that it shows recorded runs.

`make nbval` runs the notebooks so; with Go they run when the book is built, and in JupyterLab
(tests/browser/test_executed.py and test_lab_notebook.py).
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

_said: dict[pytest.Collector | None, bool] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    try:
        return (yield)
    finally:
        texts = (out.get("text", "") for out in getattr(item, "test_outputs", None) or ())
        _said[item.parent] = _said.get(item.parent, False) or any("recorded on" in text for text in texts)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or nextitem.parent is not item.parent:
        assert _said[item.parent], "this notebook never says that it shows recorded runs"
