"""Descriptors (netpoll.go)."""

from gosched_edu.kernel.faults import F_IMAGE, fault


def op_fd(S, t, p, g, pc, fp, op, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)
