"""Instructions that talk to the world outside the program: clock, chance, output, the end."""

from gosched_edu.kernel import isa
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.faults import F_IMAGE, F_THROW, die, fault
from gosched_edu.kernel.log import note
from gosched_edu.kernel.mem import bad_address, heap_run
from gosched_edu.kernel.rand import rand
from gosched_edu.kernel.state import EXITED, NEED_ERR, NEED_OUT, NEED_TEXT, SC

OP = {op.name: op.code for op in isa.OPS}
NOW, RAND, EXIT, THROW, WRITE = (OP[n] for n in "NOW RAND EXIT THROW WRITE".split())
ANNOTE, LIMITS = OP["ANNOTE"], OP["LIMITS"]
S_OUT_TOP, S_OUTCAP, S_ERR_TOP, S_ERRCAP = SC["OUT_TOP"], SC["OUTCAP"], SC["ERR_TOP"], SC["ERRCAP"]
S_TEXT_TOP, S_TEXTCAP, S_NEED, S_EXIT = SC["TEXT_TOP"], SC["TEXTCAP"], SC["NEED"], SC["EXIT_CODE"]
S_TRACE_MODE = SC["TRACE_MODE"]
S_STACK_MAX, S_STACK_TEXT, S_THREAD_MAX = SC["STACK_MAX"], SC["STACK_TEXT"], SC["THREAD_MAX"]
C_PRINT_BYTE = INDEX["print_byte"]
K_OUTPUT, K_ERROUTPUT = int(Kind.OUTPUT), int(Kind.ERROUTPUT)
K_ANNOTE = int(Kind.USER_TASK_BEGIN)
R_NONE = int(Reason.NONE)
STDOUT, STDERR = 1, 2


def write_op(S, t, p, g, pc, fd, addr, n):
    """WRITE."""
    at = heap_run(S, addr, n)
    if at < 0:
        return bad_address(S, addr)
    if fd == STDOUT:
        top = S.sc[S_OUT_TOP]
        if top + n > S.sc[S_OUTCAP]:
            S.sc[S_NEED] = top + n
            return NEED_OUT
        for i in range(n):
            S.out[top + i] = S.heap[at + i] & 0xFF
        S.sc[S_OUT_TOP] = top + n
        note(S, t, K_OUTPUT, R_NONE, p, g, top, n, pc)
    elif fd == STDERR:
        top = S.sc[S_ERR_TOP]
        if top + n > S.sc[S_ERRCAP]:
            S.sc[S_NEED] = top + n
            return NEED_ERR
        for i in range(n):
            S.err[top + i] = S.heap[at + i] & 0xFF
        S.sc[S_ERR_TOP] = top + n
        note(S, t, K_ERROUTPUT, R_NONE, p, g, top, n, pc)
    else:
        return fault(S, F_IMAGE, fd, 0)
    S.p_clock[p] += S.cost[C_PRINT_BYTE] * n
    return 0


def annote_op(S, t, p, g, pc, kind, number, addr, n):
    """ANNOTE: the text is kept only when there is a log."""
    at = heap_run(S, addr, n)
    if at < 0:
        return bad_address(S, addr)
    if S.sc[S_TRACE_MODE] == 0:
        return 0
    top = S.sc[S_TEXT_TOP]
    if top + n > S.sc[S_TEXTCAP]:
        S.sc[S_NEED] = top + n
        return NEED_TEXT
    for i in range(n):
        S.text[top + i] = S.heap[at + i] & 0xFF
    S.sc[S_TEXT_TOP] = top + n
    note(S, t, K_ANNOTE + kind, R_NONE, p, g, number, top | n << 40, pc)
    return 0


def rand_op(S, n):
    """RAND: a number below n, or 63 random bits."""
    if n > 0 and n < 1 << 31:
        return rand(S, n)
    x = rand(S, 1 << 21) << 42 | rand(S, 1 << 21) << 21 | rand(S, 1 << 21)
    if n > 0:
        return x % n
    return x


def limits_op(S, fp, a, which, value):
    """LIMITS. A stack may not grow beyond what the run's budget allows, whatever the program says."""
    if which == 1:
        S.stk[fp + a] = S.sc[S_THREAD_MAX]
        S.sc[S_THREAD_MAX] = value
        return 0
    S.stk[fp + a] = S.sc[S_STACK_TEXT]
    S.sc[S_STACK_TEXT] = value
    if value < S.sc[S_STACK_MAX]:
        S.sc[S_STACK_MAX] = value
    return 0


def sys_op(S, t, p, g, pc, fp, op, a, b, c):
    """Any of this module's instructions."""
    if op == NOW:
        S.stk[fp + a] = t
        return 0
    if op == RAND:
        S.stk[fp + a] = rand_op(S, S.stk[fp + b])
        return 0
    if op == WRITE:
        return write_op(S, t, p, g, pc, S.stk[fp + a], S.stk[fp + b], S.stk[fp + b + 1])
    if op == ANNOTE:
        return annote_op(S, t, p, g, pc, a, S.stk[fp + b], S.stk[fp + c], S.stk[fp + c + 1])
    if op == EXIT:
        S.sc[S_EXIT] = S.stk[fp + a] & 0xFF
        return EXITED
    if op == LIMITS:
        return limits_op(S, fp, a, b, S.stk[fp + c])
    fault(S, F_THROW, S.stk[fp + a], S.stk[fp + a + 1])
    return die(S, t, p, g, pc)
