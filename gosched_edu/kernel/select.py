"""select (select.go)."""

from gosched_edu.kernel.faults import F_IMAGE, fault


def op_select(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)
