"""The instructions that are not in the interpreter's inner loop.

Problem. One function that interprets everything takes numba four times longer to
compile than two of half its size.

Chosen. The inner loop (`gosched_edu.kernel.interp`) does arithmetic, jumps, calls, channels
and memory; everything else is here, behind one call. Each function returns 0 when the
instruction is done, FAULTED when the program died of it, or the NEED_* status of
what must grow before it can be tried again. Time beyond the instruction's own cost is
charged to the P's clock.

Invariant. An instruction that returns NEED_* has changed nothing.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import quo, rem, wrap
from gosched_edu.kernel.chan import CLOSED, closechan, makechan
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.fmt import (
    closestring,
    compare,
    concat,
    fmt_bound,
    fmt_write,
    good_string,
    newstring,
)
from gosched_edu.kernel.log import emit, note, room
from gosched_edu.kernel.sema import WG_NEGATIVE, wgadd
from gosched_edu.kernel.stack import growstack, mallocgc
from gosched_edu.kernel.state import EXITED, FAULTED, NEED_HEAP, NEED_OUT, NEED_STK, NEED_TRACE, SC

OP = {op.name: op.code for op in isa.OPS}
DIV, MOD, SHL, SHR = (OP[n] for n in "DIV MOD SHL SHR".split())
NEW, NEWCOPY, MKCHAN, CLOSE = (OP[n] for n in "NEW NEWCOPY MKCHAN CLOSE".split())
CHLEN, CHCAP, WGADD, FMT = (OP[n] for n in "CHLEN CHCAP WGADD FMT".split())
SCAT, SCMP, SLEN, NOW = (OP[n] for n in "SCAT SCMP SLEN NOW".split())
NUMG, NPROC_OP, EXIT = (OP[n] for n in "NUMG NPROC EXIT".split())

S_NPROC, S_NCHAN, S_NLIVE = SC["NPROC"], SC["NCHAN"], SC["NLIVE"]
S_FAULT, S_FAULT_PC, S_FAULT_G = SC["FAULT"], SC["FAULT_PC"], SC["FAULT_G"]
S_FAULT_ARG, S_EXIT, S_NEED = SC["FAULT_ARG"], SC["EXIT_CODE"], SC["NEED"]
S_HEAP_TOP, S_NFUNC, S_STACK_MAX = SC["HEAP_TOP"], SC["NFUNC"], SC["STACK_MAX"]
S_OUT_TOP, S_OUTCAP = SC["OUT_TOP"], SC["OUTCAP"]
C_PRINT_BYTE = INDEX["print_byte"]
K_OUTPUT, K_PANIC = int(Kind.OUTPUT), int(Kind.PANIC)
R_NONE = int(Reason.NONE)
MAX_CHAN = 1 << 40

# Faults: what kills the program. Texts are in `gosched_edu.kernel.faults`.
(
    F_DIVIDE, F_SHIFT, F_NIL, F_SEND_CLOSED, F_CLOSE_CLOSED, F_CLOSE_NIL, F_MAKECHAN,
    F_WG_NEGATIVE, F_PANIC, F_STACK, F_IMAGE,
) = range(1, 12)  # fmt: skip


def fault(S, t, p, g, pc, what, arg):
    """The program dies at pc for the given reason."""
    S.sc[S_FAULT] = what
    S.sc[S_FAULT_PC] = pc
    S.sc[S_FAULT_G] = g
    S.sc[S_FAULT_ARG] = arg
    emit(S, t, K_PANIC, R_NONE, p, g, what, arg, pc)
    return FAULTED


def bad_address(S, t, p, g, pc, base):
    """The program used an address that is nil, or that no front end makes."""
    if base == 0:
        return fault(S, t, p, g, pc, F_NIL, 0)
    return fault(S, t, p, g, pc, F_IMAGE, base)


def good_closure(S, at):
    """Function number of the closure object at `at`, or -1 if there is none."""
    if at <= 0 or at >= S.sc[S_HEAP_TOP]:
        return -1
    fn = S.heap[at]
    if fn < 0 or fn >= S.sc[S_NFUNC]:
        return -1
    return fn


def good_channel(S, c):
    """1 if c is a channel number."""
    if c > 0 and c < S.sc[S_NCHAN]:
        return 1
    return 0


def morestack(S, t, p, g, pc, fp, base, fn):
    """Make room for fn's frame at fp+base: the new fp, or minus a status (stack.go:newstack)."""
    low = S.g_stk[g]
    need = fp + base + S.f_frame[fn] - low
    if need > S.sc[S_STACK_MAX]:
        return -fault(S, t, p, g, pc, F_STACK, 8 * S.sc[S_STACK_MAX])
    used = base + 2 + S.f_nargs[fn] + fp - low
    if used > (1 << S.g_class[g]):
        used = 1 << S.g_class[g]
    moved = growstack(S, p, g, fp, used, need)
    if moved < 0:
        return -NEED_STK
    return moved


def close_op(S, t, p, g, pc, c):
    """CLOSE."""
    if c == 0:
        return fault(S, t, p, g, pc, F_CLOSE_NIL, 0)
    if good_channel(S, c) == 0:
        return fault(S, t, p, g, pc, F_IMAGE, c)
    if room(S, 2 * S.c_waiting[c]) == 0:
        return NEED_TRACE
    if closechan(S, t, p, g, c, pc) == CLOSED:
        return fault(S, t, p, g, pc, F_CLOSE_CLOSED, c)
    return 0


def wgadd_op(S, t, p, g, pc, at, delta):
    """WGADD."""
    if at <= 0 or at + 1 >= S.sc[S_HEAP_TOP]:
        return bad_address(S, t, p, g, pc, at)
    if room(S, S.heap[at + 1]) == 0:
        return NEED_TRACE
    if wgadd(S, t, p, g, at, delta, pc) == WG_NEGATIVE:
        return fault(S, t, p, g, pc, F_WG_NEGATIVE, 0)
    return 0


def fmt_op(S, t, p, g, pc, fp, dst, base, f):
    """FMT; printing charges its bytes to p's clock."""
    bound = fmt_bound(S, fp, base, f)
    if bound < 0:
        return fault(S, t, p, g, pc, F_IMAGE, 0)
    if dst < 0:
        top = S.sc[S_OUT_TOP]
        if top + bound > S.sc[S_OUTCAP]:
            S.sc[S_NEED] = top + bound
            return NEED_OUT
        end = fmt_write(S, fp, base, f, 0, top)
        S.sc[S_OUT_TOP] = end
        note(S, t, K_OUTPUT, R_NONE, p, g, top, end - top, pc)
        S.p_clock[p] += S.cost[C_PRINT_BYTE] * (end - top)
        return 0
    s = newstring(S, bound)
    if s < 0:
        return -s
    closestring(S, s, fmt_write(S, fp, base, f, 1, S.str_at[s]))
    S.stk[fp + dst] = s
    return 0


def string_op(S, t, p, g, pc, fp, op, a, x, y):
    """SCAT, SCMP, SLEN (y is 0 there) of the string handles x and y."""
    if good_string(S, x) == 0 or good_string(S, y) == 0:
        return fault(S, t, p, g, pc, F_IMAGE, x)
    if op == SCMP:
        S.stk[fp + a] = compare(S, x, y)
        return 0
    if op == SLEN:
        S.stk[fp + a] = S.str_len[x]
        return 0
    s = concat(S, x, y)
    if s < 0:
        return -s
    S.stk[fp + a] = s
    return 0


def makechan_op(S, t, p, g, pc, fp, a, size):
    """MKCHAN."""
    if size < 0 or size > MAX_CHAN:
        return fault(S, t, p, g, pc, F_MAKECHAN, size)
    c = makechan(S, t, p, g, size, pc)
    if c < 0:
        return -c
    S.stk[fp + a] = c
    return 0


def chan_size_op(S, t, p, g, pc, fp, op, a, c):
    """CHLEN, CHCAP."""
    if c == 0:
        S.stk[fp + a] = 0
        return 0
    if good_channel(S, c) == 0:
        return fault(S, t, p, g, pc, F_IMAGE, c)
    if op == CHLEN:
        S.stk[fp + a] = S.c_n[c]
    else:
        S.stk[fp + a] = S.c_cap[c]
    return 0


def new_op(S, fp, a, source, n):
    """NEW (source -1) and NEWCOPY."""
    at = mallocgc(S, n)
    if at == 0:
        return NEED_HEAP
    for i in range(n):
        if source < 0:
            S.heap[at + i] = 0
        else:
            S.heap[at + i] = S.stk[source + i]
    S.stk[fp + a] = at
    return 0


def divide_op(S, t, p, g, pc, fp, op, a, x, y):
    """DIV, MOD, SHL, SHR."""
    if op == DIV or op == MOD:
        if y == 0:
            return fault(S, t, p, g, pc, F_DIVIDE, 0)
        if op == DIV:
            S.stk[fp + a] = quo(x, y)
        else:
            S.stk[fp + a] = rem(x, y)
        return 0
    if y < 0:
        return fault(S, t, p, g, pc, F_SHIFT, 0)
    if y > 63:
        y = 63
        if op == SHL:
            x = 0
    if op == SHL:
        S.stk[fp + a] = wrap(x << y)
    else:
        S.stk[fp + a] = x >> y
    return 0


def other_op(S, t, p, g, pc, fp, op, a, b, c):
    """Any instruction that the inner loop does not know."""
    if op == WGADD:
        return wgadd_op(S, t, p, g, pc, S.stk[fp + a], S.stk[fp + b])
    if op == FMT:
        return fmt_op(S, t, p, g, pc, fp, a, b, c)
    if op == NEW:
        return new_op(S, fp, a, -1, b)
    if op == NEWCOPY:
        return new_op(S, fp, a, fp + b, c)
    if op == DIV or op == MOD or op == SHL or op == SHR:
        return divide_op(S, t, p, g, pc, fp, op, a, S.stk[fp + b], S.stk[fp + c])
    if op == CLOSE:
        return close_op(S, t, p, g, pc, S.stk[fp + a])
    if op == MKCHAN:
        return makechan_op(S, t, p, g, pc, fp, a, S.stk[fp + b])
    if op == CHLEN or op == CHCAP:
        return chan_size_op(S, t, p, g, pc, fp, op, a, S.stk[fp + b])
    if op == SCAT or op == SCMP:
        return string_op(S, t, p, g, pc, fp, op, a, S.stk[fp + b], S.stk[fp + c])
    if op == SLEN:
        return string_op(S, t, p, g, pc, fp, op, a, S.stk[fp + b], 0)
    if op == NOW:
        S.stk[fp + a] = t
        return 0
    if op == NUMG:
        S.stk[fp + a] = S.sc[S_NLIVE]
        return 0
    if op == NPROC_OP:
        S.stk[fp + a] = S.sc[S_NPROC]
        return 0
    if op == EXIT:
        S.sc[S_EXIT] = S.stk[fp + a] & 0xFF
        return EXITED
    text = S.stk[fp + a]
    if good_string(S, text) == 0:
        return fault(S, t, p, g, pc, F_IMAGE, text)
    return fault(S, t, p, g, pc, F_PANIC, text)
