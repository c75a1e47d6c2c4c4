"""FRAME: a program looks at stacks (traceback.go, extern.go).

Problem. runtime.Caller and runtime.Stack tell a program where its goroutines are.

Rejected. The text made outside of the kernel (two more writers of it, one in Python and one in the page,
and a program that stops the simulator at each line of a log).

Chosen. The kernel only walks frames, one instruction a frame; what lies where in the source is a table
that the compiler puts into the data of programs that ask (`golang/symtab.py`), and golib's runtime makes
the text.

Invariant. A walk changes nothing and takes at most as many steps as there are frames.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.stack import EXACT, PC_BITS
from gosched_edu.kernel.state import GRUNNABLE, GSYSCALL, GWAITING, SC

CASESEND, CASERECV = isa.BY_NAME["CASESEND"].code, isa.BY_NAME["CASERECV"].code
FRAME_ARGS = isa.FRAME_ARGS
NG = SC["NG"]


def frameinfo(S, t, g, to):
    """Words of goroutine number g: goid (0: none of the program's), status, reason, creator, place, since."""
    status = S.g_status[g]
    S.stk[to] = 0
    if status >= GRUNNABLE and status <= GWAITING and S.g_sys[g] == 0:
        S.stk[to] = S.g_goid[g]
    S.stk[to + 1] = status
    if S.g_lockm[g] >= 0:
        S.stk[to + 1] += 16
    S.stk[to + 2] = S.g_reason[g]
    S.stk[to + 3] = S.g_parent[g]
    S.stk[to + 4] = S.g_go_pc[g]
    S.stk[to + 5] = t - S.g_since[g]
    return 0


def op_frame(S, t, g, pc, fp, to, who, depth):
    """FRAME: the depth-th frame of goroutine number `who` (-1: g itself), or its header; see isa.py."""
    to += fp
    for i in range(6):
        S.stk[to + i] = -1
    if who >= S.sc[NG]:
        return 0
    at = pc
    f = fp
    if who >= 0 and who != g:
        if depth >= 0 and (S.g_status[who] < GRUNNABLE or S.g_status[who] > GWAITING):
            return 0
        at = S.g_pc[who]
        f = S.g_fp[who]
        status = S.g_status[who]
        if (status == GSYSCALL or status == GWAITING) and at > S.f_entry[S.fn_of[at]]:
            at -= 1  # the pc of a goroutine that waits is that of its next instruction
        while S.code[4 * at] == CASESEND or S.code[4 * at] == CASERECV:
            at -= 1
    if depth < 0:
        if who < 0:
            who = g
        return frameinfo(S, t, who, to)
    for _ in range(depth):
        link = S.stk[f]
        if link == -1:
            return 0
        if link < 0:
            at = (-link & 0xFFFFFFFF) - 2
            f -= -link >> 32
        else:
            at = link & PC_BITS
            if link & EXACT == 0:
                at -= 1
            f -= link >> 32
    S.stk[to] = at
    S.stk[to + 1] = S.fn_of[at]
    if S.f_frame[S.fn_of[at]] > FRAME_ARGS + 1:
        S.stk[to + 2] = S.stk[f + FRAME_ARGS]
        S.stk[to + 3] = S.stk[f + FRAME_ARGS + 1]
    S.stk[to + 4] = S.code[4 * at]
    return 0
