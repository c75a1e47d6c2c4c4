"""System calls, threads, spinning (proc.go)."""

from gosched_edu.kernel.faults import F_IMAGE, fault


def op_setprocs(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_lockt(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_syscall(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_canspin(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)


def op_spin(S, t, p, g, pc, fp, a, b, c):
    """Not there yet."""
    return fault(S, F_IMAGE, pc, 0)
