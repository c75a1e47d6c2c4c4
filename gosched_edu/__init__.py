"""gosched_edu: Go programs in a simulated Go runtime, for the Go Concurrency Atlas.

The way of the data, one direction only::

    golang -> kernel -> trace -> figures, labs, exports
    realgo ----------> trace

Start with ``from gosched_edu import go`` and `gosched_edu.go.run`.
"""

from __future__ import annotations

import sys

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """``%load_ext gosched_edu`` registers the ``%%go`` cell magic."""
    from gosched_edu.magic import load_ipython_extension as load

    load(shell)


def _in_a_notebook() -> object | None:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


_shell = _in_a_notebook()
if _shell is not None:
    load_ipython_extension(_shell)
