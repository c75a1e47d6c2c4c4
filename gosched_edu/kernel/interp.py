"""The interpreter: one M executes the goroutine on its P.

Problem. Go programs run a hundred million instructions a second here, so what is done for
each instruction decides the speed of everything.

Rejected. Decoding into Python objects; a function per instruction (a call for each); asking
before every instruction whether another M should act first.

Chosen. One loop over the flat code, as `gosched_edu.kernel.fuse` has prepared it. It has one jump that the
processor must foresee, to what the instruction does. What nobody else can see (below ``isa.FIRST_SHARED``)
is done without any question. What programs do most of the rest is done there too, if nothing stands in
its way: its time has come, there is room in the log, nobody asks the P to stop. Else, and for all
others, the loop is left, and three things are asked in turn: has the clock passed LIMIT (then another M
acts first), is there room in the log, and before jumps back and calls, is this slice of computing time
used up. When another M acts first and it is a P's, runp goes on with that P: to leave this function and
come back costs more than most instructions.

Invariant. The loop can stop before any instruction at or above FIRST_SHARED and be entered
again there, and nobody can tell.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.ahead import AHEAD, IN_STEP, REPEATS, mayrunahead, repeat
from gosched_edu.kernel.arith import MIN, shl, shr, ushr, wrap
from gosched_edu.kernel.chanop import op_recv, op_send
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Reason
from gosched_edu.kernel.faults import F_INDEX, F_SHIFT, fault
from gosched_edu.kernel.gc import gcask, gcpoll
from gosched_edu.kernel.log import room
from gosched_edu.kernel.mem import BASE, bad_address
from gosched_edu.kernel.newstack import giveup, stackcheck
from gosched_edu.kernel.ops import closure_callee, go_op, logged_op, method_callee, shared_op
from gosched_edu.kernel.ops_mem import new_op
from gosched_edu.kernel.order import front, settle
from gosched_edu.kernel.panic import raise_fault, returned
from gosched_edu.kernel.pick import pick
from gosched_edu.kernel.preempt import asyncpreempt, op_work
from gosched_edu.kernel.schedule import goexit0, gosched
from gosched_edu.kernel.stack import PC_BITS, STACK_PREEMPT, lessstack, setguard
from gosched_edu.kernel.state import BUDGET, DONE, FAULT, JUMP, NEED_TRACE, PARKED, PRUNNING, SC, SWITCHED

FIRST_LOGGED = isa.FIRST_LOGGED
OP = {op.name: op.code for op in isa.OPS}
LDI, LDK, MOV, MOVN, ADD, SUB, MUL = (OP[n] for n in "LDI LDK MOV MOVN ADD SUB MUL".split())
ADDI, AND, OR, XOR, ANDNOT, NEG = (OP[n] for n in "ADDI AND OR XOR ANDNOT NEG".split())
COM, NOT, EXT, EQ, NE, LT, LE, ULT, ULE = (OP[n] for n in "COM NOT EXT EQ NE LT LE ULT ULE".split())
JMP, JZ, JNZ, JEQ, JNE, JLT, JGE = (OP[n] for n in "JMP JZ JNZ JEQ JNE JLT JGE".split())
LOOP, LOOPLT, LOOPNZ = (OP[n] for n in "LOOP LOOPLT LOOPNZ".split())
CALL, CALLC, CALLI, RET = (OP[n] for n in "CALL CALLC CALLI RET".split())
NEW, NEWS, NEWCOPY, SCAT, GCMARK = (OP[n] for n in "NEW NEWS NEWCOPY SCAT GCMARK".split())
LD, ST, GLD, GST, LDX, STX = (OP[n] for n in "LD ST GLD GST LDX STX".split())
SHL, SHR, USHR = (OP[n] for n in "SHL SHR USHR".split())
SEND, RECV, GOSCHED, WORK, NOP = (OP[n] for n in "SEND RECV GOSCHED WORK NOP".split())
DIV, FMATH = OP["DIV"], OP["FMATH"]
LOOPF, LOOPLTF, LOOPNZF, CALLF, RETF = (OP[n] for n in "LOOPF LOOPLTF LOOPNZF CALLF RETF".split())
LDENV, SHLF, SHRF, USHRF, SEXT, ZEXT = (OP[n] for n in "LDENV SHLF SHRF USHRF SEXT ZEXT".split())
GO, GOC, XADD, ALD = (OP[n] for n in "GO GOC XADD ALD".split())
ADDI_LOOPLT, ADDI_LOOPLTF = OP["ADDI_LOOPLT"], OP["ADDI_LOOPLTF"]
LDI_JGE, LDI_JLT, LDI_JEQ, LDI_JNE = (OP[n] for n in "LDI_JGE LDI_JLT LDI_JEQ LDI_JNE".split())
LDI_SHLF, LDI_SHRF, LDI_USHRF = (OP[n] for n in "LDI_SHLF LDI_SHRF LDI_USHRF".split())

S_LIMIT, S_NOW = SC["LIMIT"], SC["NOW"]
S_GC_POLL = SC["GC_POLL"]
S_INS, S_INS_STOP, S_INS_BACK = SC["INS"], SC["INS_STOP"], SC["INS_BACK"]
S_HEAP_TOP, S_RACE = SC["HEAP_TOP"], SC["RACE"]
S_WANT, S_NFRONT = SC["WANT"], SC["NFRONT"]
S_TIME_STOP, S_EVENT_STOP, S_NEVENTS = SC["TIME_STOP"], SC["EVENT_STOP"], SC["NEVENTS"]
C_SWITCH, C_PREEMPT = INDEX["switch"], INDEX["preempt"]
ALONE, ONE, MANY = 0, 1, 2  # how many turns runp is to see to
TURN_OVER = -1
R_GOSCHED, R_PREEMPTED = int(Reason.GOSCHED), int(Reason.PREEMPTED)


def movn(S, target, source, n):
    """n words of stk, as if all were read before one is written."""
    if source < target:
        for i in range(n):
            S.stk[target + n - 1 - i] = S.stk[source + n - 1 - i]
    else:
        for i in range(n):
            S.stk[target + i] = S.stk[source + i]
    return 0


def attend(S, p):
    """What p has to see to before its goroutine goes on.

    Returns
    -------
    int
        0: the turn goes on, with the goroutine ``p_g[p]``, if any, at ``p_clock[p]``; TURN_OVER; or a status.
    """
    g = S.p_g[p]
    now = S.p_clock[p]
    pc = S.g_pc[g]
    fp = S.g_fp[g]
    if S.p_ahead[p] == REPEATS and now <= S.p_until[p]:
        repeat(S, p, g)
        return 0
    S.p_ahead[p] = IN_STEP
    if S.p_gc[p] != 0:
        status = gcpoll(S, now, p, g, pc, fp)
        if status == SWITCHED and S.p_status[p] == PRUNNING:
            S.p_clock[p] += S.cost[C_SWITCH]
        if status >= PARKED:
            return TURN_OVER
        if status != 0:
            return status
        now = S.p_clock[p]
    if S.p_preempt[p] != 0:
        if asyncpreempt(S, now, p, g, pc) != 0:
            setguard(S, g)
            S.g_async[g] = 1
            gosched(S, now, p, g, pc, fp, R_PREEMPTED)
            S.p_clock[p] += S.cost[C_PREEMPT] + S.cost[C_SWITCH]
        else:
            S.g_lim[g] = STACK_PREEMPT
    return 0


def runp(S, p, turns):
    """Interpret p until its clock passes LIMIT or something must be decided outside.

    `turns` is ALONE (no other P follows), ONE, or MANY: then turn follows turn as long as nothing but Ps is
    due. Returns a status; if that is 0 and p was not ALONE, `settle` has put the last P where it belongs.
    """
    ins = S.sc[S_INS]
    ins_end = S.sc[S_INS_STOP] + 1
    while True:
        g = S.p_g[p]
        status = 0
        pc = 0
        fp = 0
        if g >= 0:
            if S.p_ahead[p] | S.p_gc[p] | S.p_preempt[p] != 0:
                status = attend(S, p)
                g = S.p_g[p]
            if g >= 0:
                pc = S.g_pc[g]
                fp = S.g_fp[g]
        now = S.p_clock[p]
        begun = status
        while status == 0:
            if g < 0:
                if now > S.sc[S_LIMIT]:
                    break
                if ins >= ins_end or S.sc[S_NEVENTS] >= S.sc[S_EVENT_STOP]:
                    status = BUDGET
                    break
                if room(S, 0) == 0:
                    status = NEED_TRACE
                    break
                if S.sc[S_WANT] != 0:
                    status = S.sc[S_WANT]
                    S.sc[S_WANT] = 0
                    break
                S.p_clock[p] = now
                S.sc[S_NOW] = now
                g = pick(S, p)
                now = S.p_clock[p]
                if g < 0:
                    break
                pc = S.g_pc[g]
                fp = S.g_fp[g]
            k = pc * 4
            limit = S.sc[S_LIMIT]
            while True:
                op = S.fused[k]
                a = S.fused[k + 1]
                b = S.fused[k + 2]
                c = S.fused[k + 3]
                to = k + 4
                if op == ADDI:
                    S.stk[fp + a] = wrap(S.stk[fp + b] + c)
                elif op == MOV:
                    S.stk[fp + a] = S.stk[fp + b]
                elif op == MOVN:
                    movn(S, fp + a, fp + b, c)
                elif op == LDI:
                    S.stk[fp + a] = b
                elif op == LDK:
                    S.stk[fp + a] = S.konst[b]
                elif op == ADD:
                    S.stk[fp + a] = wrap(S.stk[fp + b] + S.stk[fp + c])
                elif op == SUB:
                    S.stk[fp + a] = wrap(S.stk[fp + b] - S.stk[fp + c])
                elif op == MUL:
                    S.stk[fp + a] = wrap(S.stk[fp + b] * S.stk[fp + c])
                elif op == JGE:
                    if S.stk[fp + a] >= S.stk[fp + b]:
                        to = c
                elif op == JLT:
                    if S.stk[fp + a] < S.stk[fp + b]:
                        to = c
                elif op == JEQ:
                    if S.stk[fp + a] == S.stk[fp + b]:
                        to = c
                elif op == JNE:
                    if S.stk[fp + a] != S.stk[fp + b]:
                        to = c
                elif op == JZ:
                    if S.stk[fp + a] == 0:
                        to = b
                elif op == JNZ:
                    if S.stk[fp + a] != 0:
                        to = b
                elif op == JMP or op == NOP:
                    to = a
                elif op == ADDI_LOOPLTF:
                    S.stk[fp + a] = wrap(S.stk[fp + b] + c)
                    ins += 1
                    to = k + 8
                    if S.stk[fp + S.fused[k + 5]] < S.stk[fp + S.fused[k + 6]]:
                        to = S.fused[k + 7]
                elif op == ADDI_LOOPLT:
                    S.stk[fp + a] = wrap(S.stk[fp + b] + c)
                    now += S.cost[op] - S.cost[LOOPLT]
                    ins += 1
                    k = to
                    op = LOOPLT
                    if now > limit or ins >= ins_end:
                        break
                    to = k + 4
                    if S.stk[fp + S.fused[k + 1]] < S.stk[fp + S.fused[k + 2]]:
                        to = S.fused[k + 3]
                elif op == LDI_JGE:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    if S.stk[fp + S.fused[k + 5]] >= S.stk[fp + S.fused[k + 6]]:
                        to = S.fused[k + 7]
                elif op == LDI_JLT:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    if S.stk[fp + S.fused[k + 5]] < S.stk[fp + S.fused[k + 6]]:
                        to = S.fused[k + 7]
                elif op == LDI_JEQ:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    if S.stk[fp + S.fused[k + 5]] == S.stk[fp + S.fused[k + 6]]:
                        to = S.fused[k + 7]
                elif op == LDI_JNE:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    if S.stk[fp + S.fused[k + 5]] != S.stk[fp + S.fused[k + 6]]:
                        to = S.fused[k + 7]
                elif op == LDI_SHLF:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    S.stk[fp + S.fused[k + 5]] = wrap(S.stk[fp + S.fused[k + 6]] << b)
                elif op == LDI_USHRF:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    S.stk[fp + S.fused[k + 5]] = ushr(S.stk[fp + S.fused[k + 6]], b)
                elif op == LDI_SHRF:
                    S.stk[fp + a] = b
                    ins += 1
                    to = k + 8
                    S.stk[fp + S.fused[k + 5]] = S.stk[fp + S.fused[k + 6]] >> b
                elif op == RETF:
                    link = S.stk[fp]
                    used = S.g_used[g] - a
                    # while it runs ahead, not into a frame that has not been put aside
                    if (
                        link < 0
                        or used <= S.g_low[g]
                        or (S.p_ahead[p] == AHEAD and fp - (link >> 32) < S.p_alow[p])
                    ):
                        op = RET
                        break
                    S.g_used[g] = used
                    to = (link & PC_BITS) * 4
                    fp -= link >> 32
                elif op == CALLF:
                    used = S.g_used[g] + S.f_bytes[a]
                    if fp + b + S.f_frame[a] > S.g_lim[g] or used > S.g_room[g]:
                        op = CALL
                        break
                    S.g_used[g] = used
                    fp += b
                    S.stk[fp] = (to >> 2) | (b << 32)
                    S.stk[fp + 1] = 0
                    to = S.f_entry[a] * 4
                elif op == LDENV:
                    at = ((S.stk[fp + b] - BASE) >> 3) + c
                    if at <= 0 or at >= S.sc[S_HEAP_TOP]:
                        op = LD
                        break
                    S.stk[fp + a] = S.heap[at]
                elif op == LOOPLTF:
                    if S.stk[fp + a] < S.stk[fp + b]:
                        to = c
                elif op == LOOPF:
                    to = a
                elif op == LOOPNZF:
                    if S.stk[fp + a] != 0:
                        to = b
                elif op == SHLF:
                    if S.stk[fp + c] < 0:
                        op = SHL
                        break
                    S.stk[fp + a] = shl(S.stk[fp + b], S.stk[fp + c])
                elif op == SHRF:
                    if S.stk[fp + c] < 0:
                        op = SHR
                        break
                    S.stk[fp + a] = shr(S.stk[fp + b], S.stk[fp + c])
                elif op == USHRF:
                    if S.stk[fp + c] < 0:
                        op = USHR
                        break
                    S.stk[fp + a] = ushr(S.stk[fp + b], S.stk[fp + c])
                elif op == SEXT:
                    S.stk[fp + a] = wrap(S.stk[fp + b] << c) >> c
                elif op == ZEXT:
                    S.stk[fp + a] = S.stk[fp + b] & ((1 << c) - 1)
                elif op == EQ:
                    S.stk[fp + a] = 1 if S.stk[fp + b] == S.stk[fp + c] else 0
                elif op == NE:
                    S.stk[fp + a] = 1 if S.stk[fp + b] != S.stk[fp + c] else 0
                elif op == LT:
                    S.stk[fp + a] = 1 if S.stk[fp + b] < S.stk[fp + c] else 0
                elif op == LE:
                    S.stk[fp + a] = 1 if S.stk[fp + b] <= S.stk[fp + c] else 0
                elif op == NOT:
                    S.stk[fp + a] = 1 - S.stk[fp + b]
                elif op == AND:
                    S.stk[fp + a] = S.stk[fp + b] & S.stk[fp + c]
                elif op == OR:
                    S.stk[fp + a] = S.stk[fp + b] | S.stk[fp + c]
                elif op == XOR:
                    S.stk[fp + a] = S.stk[fp + b] ^ S.stk[fp + c]
                elif op == ANDNOT:
                    S.stk[fp + a] = S.stk[fp + b] & ~S.stk[fp + c]
                elif op == NEG:
                    S.stk[fp + a] = wrap(-S.stk[fp + b])
                elif op == COM:
                    S.stk[fp + a] = ~S.stk[fp + b]
                elif op == ULT:
                    S.stk[fp + a] = 1 if S.stk[fp + b] ^ MIN < S.stk[fp + c] ^ MIN else 0
                elif op == ULE:
                    S.stk[fp + a] = 1 if S.stk[fp + b] ^ MIN <= S.stk[fp + c] ^ MIN else 0
                elif op == LOOPLT:
                    if now > limit or ins >= ins_end:
                        break
                    if S.stk[fp + a] < S.stk[fp + b]:
                        to = c
                elif op == LOOP:
                    if now > limit or ins >= ins_end:
                        break
                    to = a
                elif op == LOOPNZ:
                    if now > limit or ins >= ins_end:
                        break
                    if S.stk[fp + a] != 0:
                        to = b
                elif op == LD:
                    at = ((S.stk[fp + b] - BASE) >> 3) + c
                    if now > limit or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                        break
                    S.stk[fp + a] = S.heap[at]
                elif op == ST:
                    at = ((S.stk[fp + a] - BASE) >> 3) + b
                    if now > limit or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                        break
                    S.heap[at] = S.stk[fp + c]
                elif op == GLD:
                    if now > limit:
                        break
                    S.stk[fp + a] = S.heap[b]
                elif op == GST:
                    if now > limit:
                        break
                    S.heap[a] = S.stk[fp + b]
                elif op == LDX:
                    i = S.stk[fp + c]
                    at = ((S.stk[fp + b] - BASE) >> 3) + i
                    if now > limit or i < 0 or i >= S.stk[fp + b + 1] or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                        break
                    S.stk[fp + a] = S.heap[at]
                elif op == STX:
                    i = S.stk[fp + b]
                    at = ((S.stk[fp + a] - BASE) >> 3) + i
                    if now > limit or i < 0 or i >= S.stk[fp + a + 1] or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                        break
                    S.heap[at] = S.stk[fp + c]
                elif op == XADD:
                    at = (S.stk[fp + b] - BASE) >> 3
                    if now > limit or at <= 0 or at >= S.sc[S_HEAP_TOP] or S.sc[S_RACE] != 0:
                        break
                    S.heap[at] = wrap(S.heap[at] + S.stk[fp + c])
                    S.stk[fp + a] = S.heap[at]
                elif op == ALD:
                    at = (S.stk[fp + b] - BASE) >> 3
                    if now > limit or at <= 0 or at >= S.sc[S_HEAP_TOP] or S.sc[S_RACE] != 0:
                        break
                    S.stk[fp + a] = S.heap[at]
                elif op == SEND:
                    if now > limit or S.p_preempt[p] != 0 or room(S, 0) == 0:
                        break
                    S.p_clock[p] = now
                    status = op_send(S, now, p, g, k >> 2, fp, a, b, c)
                    if status != 0:
                        break
                    now = S.p_clock[p]
                    limit = S.sc[S_LIMIT]
                elif op == RECV:
                    if now > limit or S.p_preempt[p] != 0 or room(S, 0) == 0:
                        break
                    S.p_clock[p] = now
                    status = op_recv(S, now, p, g, k >> 2, fp, a, b, c)
                    if status != 0:
                        break
                    now = S.p_clock[p]
                    limit = S.sc[S_LIMIT]
                elif op == NEW or op == NEWCOPY:
                    if now > limit or S.p_preempt[p] != 0:
                        break
                    S.p_clock[p] = now
                    status = new_op(S, fp, op, a, b, c)
                    if status != 0:
                        break
                    now = S.p_clock[p]
                    limit = S.sc[S_LIMIT]
                elif op == GO or op == GOC:
                    if now > limit or S.p_preempt[p] != 0 or room(S, 0) == 0:
                        break
                    S.p_clock[p] = now
                    status = go_op(S, now, p, g, k >> 2, fp, op, a, b, c)
                    if status != 0:
                        break
                    now = S.p_clock[p]
                    limit = S.sc[S_LIMIT]
                else:
                    break
                k = to
                now += S.cost[op]
                ins += 1
            pc = k >> 2
            if status != 0:
                ins += 1
            else:
                a = S.fused[k + 1]
                b = S.fused[k + 2]
                c = S.fused[k + 3]
                if now > S.sc[S_LIMIT]:
                    # another M acts first, unless nobody can see what this one does
                    if op > LOOPNZ or S.p_ahead[p] != AHEAD or now > S.p_until[p]:
                        if op > CALL and (op < DIV or op > FMATH) and S.sc[S_LIMIT] >= 0:
                            break  # none of these can be done ahead
                        S.sc[S_INS] = ins
                        if mayrunahead(S, p, g, pc, fp, now, op, a, b, c) == 0:
                            break
                if op >= FIRST_LOGGED and room(S, 0) == 0:
                    status = NEED_TRACE
                    break
                if op <= CALLI and ins >= ins_end:
                    status = BUDGET  # whoever goes on for long jumps back or calls
                    break
                ins += 1
                if op == LOOPLT:
                    now += S.cost[op]
                    if S.stk[fp + a] < S.stk[fp + b]:
                        pc = c >> 2
                    else:
                        pc += 1
                    continue
                if op == LOOP:
                    now += S.cost[op]
                    pc = a >> 2
                    continue
                if op == LOOPNZ:
                    now += S.cost[op]
                    if S.stk[fp + a] != 0:
                        pc = b >> 2
                    else:
                        pc += 1
                    continue
                if op == LD:
                    at = ((S.stk[fp + b] - BASE) >> 3) + c
                    if at > 0 and at < S.sc[S_HEAP_TOP]:
                        S.stk[fp + a] = S.heap[at]
                        now += S.cost[op]
                        pc += 1
                        continue
                    status = bad_address(S, S.stk[fp + b])
                elif op == ST:
                    at = ((S.stk[fp + a] - BASE) >> 3) + b
                    if at > 0 and at < S.sc[S_HEAP_TOP]:
                        S.heap[at] = S.stk[fp + c]
                        now += S.cost[op]
                        pc += 1
                        continue
                    status = bad_address(S, S.stk[fp + a])
                elif op == LDX:
                    i = S.stk[fp + c]
                    if i >= 0 and i < S.stk[fp + b + 1]:
                        at = ((S.stk[fp + b] - BASE) >> 3) + i
                        if at > 0 and at < S.sc[S_HEAP_TOP]:
                            S.stk[fp + a] = S.heap[at]
                            now += S.cost[op]
                            pc += 1
                            continue
                        status = bad_address(S, S.stk[fp + b])
                    else:
                        status = fault(S, F_INDEX, i, S.stk[fp + b + 1])
                elif op == STX:
                    i = S.stk[fp + b]
                    if i >= 0 and i < S.stk[fp + a + 1]:
                        at = ((S.stk[fp + a] - BASE) >> 3) + i
                        if at > 0 and at < S.sc[S_HEAP_TOP]:
                            S.heap[at] = S.stk[fp + c]
                            now += S.cost[op]
                            pc += 1
                            continue
                        status = bad_address(S, S.stk[fp + a])
                    else:
                        status = fault(S, F_INDEX, i, S.stk[fp + a + 1])
                elif op == SHL or op == SHR or op == USHR:
                    status = fault(S, F_SHIFT, S.stk[fp + c], 0)
                elif op == GLD:
                    S.stk[fp + a] = S.heap[b]
                    now += S.cost[op]
                    pc += 1
                    continue
                elif op == GST:
                    S.heap[a] = S.stk[fp + b]
                    now += S.cost[op]
                    pc += 1
                    continue
                S.p_clock[p] = now  # callees charge extra time here
                if status != 0:
                    pass
                elif op == CALL or op == CALLC or op == CALLI:
                    fn = a
                    env = 0
                    if op == CALLC:
                        env = S.stk[fp + a]
                        fn = closure_callee(S, env, c)
                    elif op == CALLI:
                        env = S.stk[fp + a + 1]
                        fn = method_callee(S, S.stk[fp + a], c)
                    if fn < 0:
                        status = FAULT
                    else:
                        moved = fp
                        used = S.g_used[g] + S.f_bytes[fn]
                        if fp + b + S.f_frame[fn] > S.g_lim[g] or used > S.g_room[g]:
                            moved = stackcheck(S, now, p, g, pc, fp, b, fn)
                        if moved < 0:
                            status = -moved
                        else:
                            S.g_used[g] = used
                            fp = moved + b
                            S.stk[fp] = (pc + 1) | (b << 32)
                            if op == CALLI:
                                S.stk[fp + 2] = env
                                env = 0
                            S.stk[fp + 1] = env
                            pc = S.f_entry[fn]
                            now = S.p_clock[p] + S.cost[op]
                            continue
                elif op == RET:
                    link = S.stk[fp]
                    if link >= 0:
                        used = S.g_used[g] - S.f_bytes[S.fn_of[pc]]
                        S.g_used[g] = used
                        if used <= S.g_low[g]:
                            lessstack(S, now, p, g, pc)
                            now = S.p_clock[p]
                        now += S.cost[op]
                        pc = link & PC_BITS
                        fp -= link >> 32
                        continue
                    if link < -1:
                        status = returned(S, now, p, g, fp, link)
                    elif S.g_goid[g] == 1:
                        status = DONE
                    else:
                        status = goexit0(S, now, p, g, pc)
                elif S.p_preempt[p] != 0 and (
                    op == NEW or op == NEWS or op == SCAT or (op > RET and op != GCMARK)
                ):
                    # the instruction is a call of the runtime, whose prologue is asked to stop
                    status = giveup(S, now, p, g, pc, fp)
                elif op == SEND:
                    status = op_send(S, now, p, g, pc, fp, a, b, c)
                elif op == RECV:
                    status = op_recv(S, now, p, g, pc, fp, a, b, c)
                elif op == GOSCHED:
                    status = gosched(S, now, p, g, pc + 1, fp, R_GOSCHED)
                elif op == WORK:
                    status = op_work(S, now, p, g, pc, fp, a, b, c)
                elif op >= FIRST_LOGGED:
                    status = logged_op(S, now, p, g, pc, fp, op, a, b, c)
                else:
                    status = shared_op(S, now, p, g, pc, fp, op, a, b, c)
                if status == 0:
                    now = S.p_clock[p] + S.cost[op]
                    pc += 1
                    continue
            if status == FAULT:
                status = raise_fault(S, now, p, g, pc, fp)
            if status < PARKED:
                break
            now = S.p_clock[p] + S.cost[op]
            if status == JUMP:
                pc = S.g_pc[g]
                fp = S.g_fp[g]
            else:
                now += S.cost[C_SWITCH]
                g = -1
            status = 0
        if begun == 0:
            if g >= 0:
                S.g_pc[g] = pc
                S.g_fp[g] = fp
            if S.p_status[p] == PRUNNING:
                S.p_clock[p] = now
                if S.p_ahead[p] == AHEAD:
                    now = S.p_aclock[p]
                    S.p_ains[p] = ins - S.p_ains[p]
                S.sc[S_NOW] = now
            ins -= S.sc[S_INS_BACK]
            S.sc[S_INS_BACK] = 0
            if S.sc[S_GC_POLL] != 0:
                gcask(S, p)
        elif status == TURN_OVER:
            status = 0
        S.sc[S_INS] = ins
        if status != 0 or turns == ALONE:
            return status
        S.sc[S_NFRONT] = 0
        key = settle(S)
        if turns == ONE or ins >= ins_end or S.sc[S_NEVENTS] >= S.sc[S_EVENT_STOP] or room(S, 0) == 0:
            return 0
        p = front(S, key)
        if p < 0:
            return 0
