"""Notify lists (sema.go)."""

from gosched_edu.kernel.faults import F_IMAGE, fault


def op_nladd(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_nlwait(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_nlone(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_nlall(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)
