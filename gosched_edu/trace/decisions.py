"""The scheduler's decisions in a trace: where P after P asked who runs next.

A decision is the start of a goroutine that was found in a queue or by the network poller, or that was
chosen. Mark workers and goroutines that come back from a system call start without one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.trace.trace import Trace

#: Reasons of GO_START that mark a decision (`gosched_edu.kernel.choice.decide`).
DECIDED = (
    Reason.RUNNEXT, Reason.LOCAL_QUEUE, Reason.GLOBAL_QUEUE, Reason.GLOBAL_61, Reason.STOLEN,
    Reason.STOLEN_RUNNEXT, Reason.NETPOLL, Reason.CHOSEN,
)  # fmt: skip


def decisions(trace: Trace) -> NDArray[np.int64]:
    """Rows of a simulated trace in which a decision was made: that of decision n stands at n - 1.

    Parameters
    ----------
    trace : Trace
        Of a simulated run, with all its events.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> from gosched_edu import go
    >>> source = "package main\\nfunc main() { go print(1); go print(2); select {} }\\n"
    >>> trace = go.run(source, procs=1).trace
    >>> [trace[row].g for row in decisions(trace)]
    [1, 3, 2]
    >>> other = go.run(source, procs=1, choices=[(2, 2)]).trace
    >>> [other[row].g for row in decisions(other)]
    [1, 2, 3]
    """
    found = (trace.kind == Kind.GO_START) & np.isin(trace.reason, [int(r) for r in DECIDED])
    return np.flatnonzero(found)


__all__ = ["DECIDED", "decisions"]
