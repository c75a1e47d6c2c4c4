"""The interpreter: one M executes the goroutine on its P.

Problem. Go programs run a hundred million instructions a second here, so what is done for
each instruction decides the speed of everything.

Rejected. Decoding into Python objects; a function per instruction (a call for each); asking
before every instruction whether another M should act first.

Chosen. One loop over the flat code. Instructions that nobody else can see (below
``isa.FIRST_SHARED``) are executed without any question. Before the others the loop asks
three: has the clock passed LIMIT (then another M acts first), is this slice of computing time
used up, is there room in the log.

Invariant. The loop can stop before any instruction at or above FIRST_SHARED and be entered
again there, and nobody can tell.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.arith import wrap
from gosched_edu.kernel.chan import BLOCK, CLOSED, PROCEED, chanrecv, chansend
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit, room
from gosched_edu.kernel.ops import (
    F_IMAGE,
    F_SEND_CLOSED,
    bad_address,
    fault,
    good_channel,
    good_closure,
    morestack,
    other_op,
)
from gosched_edu.kernel.proc import goexit
from gosched_edu.kernel.schedule import gosched, park, pick, start_go
from gosched_edu.kernel.sema import WG_BLOCK, wgwait
from gosched_edu.kernel.state import (
    BUDGET,
    DONE,
    INF,
    NEED_SUDOG,
    NEED_TIMER,
    NEED_TRACE,
    SC,
)
from gosched_edu.kernel.time import addtimer
from gosched_edu.kernel.versions import RULE_INDEX

FIRST_SHARED = isa.FIRST_SHARED
FIRST_LOGGED = isa.FIRST_LOGGED
OP = {op.name: op.code for op in isa.OPS}
LDI, LDK, MOV, ADD, SUB, MUL = (OP[n] for n in "LDI LDK MOV ADD SUB MUL".split())
ADDI, AND, OR, XOR, ANDNOT, NEG = (OP[n] for n in "ADDI AND OR XOR ANDNOT NEG".split())
COM, NOT, EQ, NE, LT, LE = (OP[n] for n in "COM NOT EQ NE LT LE".split())
JMP, JZ, JNZ, JEQ, JNE, JLT, JGE = (OP[n] for n in "JMP JZ JNZ JEQ JNE JLT JGE".split())
LOOP, LOOPLT, LOOPNZ = (OP[n] for n in "LOOP LOOPLT LOOPNZ".split())
CALL, CALLC, RET, GO, GOC = (OP[n] for n in "CALL CALLC RET GO GOC".split())
LD, ST, GLD, GST = (OP[n] for n in "LD ST GLD GST".split())
SEND, RECV, WGWAIT = (OP[n] for n in "SEND RECV WGWAIT".split())
SLEEP, GOSCHED, WORK = (OP[n] for n in "SLEEP GOSCHED WORK".split())

S_LIMIT, S_NOW, S_NPREEMPT = SC["LIMIT"], SC["NOW"], SC["NPREEMPT"]
S_INS, S_INS_STOP, S_HEAP_TOP = SC["INS"], SC["INS_STOP"], SC["HEAP_TOP"]
S_SYSMON_AT = SC["SYSMON_AT"]
S_TIME_STOP, S_EVENT_STOP, S_NEVENTS = SC["TIME_STOP"], SC["EVENT_STOP"], SC["NEVENTS"]
C_SWITCH, C_EXIT, C_PREEMPT = INDEX["switch"], INDEX["exit"], INDEX["preempt"]
ASYNC = RULE_INDEX["async_preempt"]
WG_REASON = RULE_INDEX["waitgroup_reason"]
K_EXIT = int(Kind.GO_EXIT)
R_NONE, R_GOSCHED, R_PREEMPTED = int(Reason.NONE), int(Reason.GOSCHED), int(Reason.PREEMPTED)
R_SEND, R_RECV = int(Reason.CHAN_SEND), int(Reason.CHAN_RECEIVE)
R_SEND_NIL, R_RECV_NIL = int(Reason.CHAN_SEND_NIL), int(Reason.CHAN_RECEIVE_NIL)
R_SLEEP, R_SEMA, R_WG = int(Reason.SLEEP), int(Reason.SEMACQUIRE), int(Reason.WAITGROUP_WAIT)


def runp(S, p):
    """Interpret p until its clock passes LIMIT or something must be decided outside."""
    now = S.p_clock[p]
    g = S.p_g[p]
    ins = S.sc[S_INS]
    ins_stop = S.sc[S_INS_STOP]
    status = 0
    pc = 0
    fp = 0
    if g >= 0:
        pc = S.g_pc[g]
        fp = S.g_fp[g]
        if S.p_preempt[p] != 0 and S.rule[ASYNC] != 0:
            S.sc[S_NPREEMPT] += 1
            gosched(S, now, p, g, pc, fp, R_PREEMPTED)
            now = S.p_clock[p] + S.cost[C_PREEMPT] + S.cost[C_SWITCH]
            g = -1
    while True:
        if g < 0:
            if now > S.sc[S_LIMIT]:
                break
            if ins > ins_stop or S.sc[S_NEVENTS] >= S.sc[S_EVENT_STOP]:
                status = BUDGET
                break
            if room(S, 0) == 0:
                status = NEED_TRACE
                break
            S.p_clock[p] = now
            g = pick(S, p)
            now = S.p_clock[p]
            if g < 0:
                break
            pc = S.g_pc[g]
            fp = S.g_fp[g]
        k = pc * 4
        op = S.code[k]
        a = S.code[k + 1]
        b = S.code[k + 2]
        c = S.code[k + 3]
        if op < FIRST_SHARED:
            ins += 1
            now += S.cost[op]
            pc += 1
            if op == ADDI:
                S.stk[fp + a] = wrap(S.stk[fp + b] + c)
            elif op == MOV:
                S.stk[fp + a] = S.stk[fp + b]
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
                    pc = c
            elif op == JLT:
                if S.stk[fp + a] < S.stk[fp + b]:
                    pc = c
            elif op == JEQ:
                if S.stk[fp + a] == S.stk[fp + b]:
                    pc = c
            elif op == JNE:
                if S.stk[fp + a] != S.stk[fp + b]:
                    pc = c
            elif op == JZ:
                if S.stk[fp + a] == 0:
                    pc = b
            elif op == JNZ:
                if S.stk[fp + a] != 0:
                    pc = b
            elif op == JMP:
                pc = a
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
            continue
        if now > S.sc[S_LIMIT]:
            break
        if ins > ins_stop:
            status = BUDGET
            break
        if op >= FIRST_LOGGED and room(S, 0) == 0:
            status = NEED_TRACE
            break
        ins += 1
        if op == LOOPLT:
            now += S.cost[op]
            if S.stk[fp + a] < S.stk[fp + b]:
                pc = c
            else:
                pc += 1
            continue
        if op == LOOP:
            now += S.cost[op]
            pc = a
            continue
        if op == LOOPNZ:
            now += S.cost[op]
            if S.stk[fp + a] != 0:
                pc = b
            else:
                pc += 1
            continue
        S.p_clock[p] = now  # callees charge extra time here
        why = 0  # set to a wait reason when g must park
        what = 0
        if op == SEND:
            what = S.stk[fp + a]
            if what == 0:
                why = R_SEND_NIL
            elif good_channel(S, what) == 0:
                status = fault(S, now, p, g, pc, F_IMAGE, what)
                break
            else:
                r = chansend(S, now, p, g, what, S.stk[fp + b], pc)
                if r == BLOCK:
                    why = R_SEND
                elif r != PROCEED:
                    status = NEED_SUDOG
                    if r == CLOSED:
                        status = fault(S, now, p, g, pc, F_SEND_CLOSED, what)
                    break
        elif op == RECV:
            what = S.stk[fp + b]
            if what == 0:
                why = R_RECV_NIL
            elif good_channel(S, what) == 0:
                status = fault(S, now, p, g, pc, F_IMAGE, what)
                break
            else:
                dst = -1
                if a >= 0:
                    dst = fp + a
                okat = -1
                if c >= 0:
                    okat = fp + c
                r = chanrecv(S, now, p, g, what, dst, okat, pc)
                if r == BLOCK:
                    why = R_RECV
                elif r != PROCEED:
                    status = NEED_SUDOG
                    break
        elif op == LD:
            at = S.stk[fp + b] + c
            if S.stk[fp + b] == 0 or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                status = bad_address(S, now, p, g, pc, S.stk[fp + b])
                break
            S.stk[fp + a] = S.heap[at]
        elif op == ST:
            at = S.stk[fp + a] + b
            if S.stk[fp + a] == 0 or at <= 0 or at >= S.sc[S_HEAP_TOP]:
                status = bad_address(S, now, p, g, pc, S.stk[fp + a])
                break
            S.heap[at] = S.stk[fp + c]
        elif op == GLD:
            S.stk[fp + a] = S.glob[b]
        elif op == GST:
            S.glob[a] = S.stk[fp + b]
        elif op == CALL or op == CALLC or op == GO or op == GOC:
            fn = a
            env = 0
            if op == CALLC or op == GOC:
                env = S.stk[fp + a]
                fn = good_closure(S, env)
                if fn < 0:
                    status = bad_address(S, now, p, g, pc, env)
                    break
            if op == GO or op == GOC:
                if S.f_nargs[fn] != c:
                    status = fault(S, now, p, g, pc, F_IMAGE, fn)
                    break
                status = start_go(S, now, p, g, pc, fp, fn, env, b, c)
                if status != 0:
                    break
            else:
                if S.p_preempt[p] != 0 and room(S, 0) != 0:
                    # the prologue's look at stackguard0: cooperative preemption
                    S.sc[S_NPREEMPT] += 1
                    gosched(S, now, p, g, pc, fp, R_PREEMPTED)
                    now = S.p_clock[p] + S.cost[C_SWITCH]
                    g = -1
                    continue
                if fp + b + S.f_frame[fn] > S.g_stk[g] + (1 << S.g_class[g]):
                    moved = morestack(S, now, p, g, pc, fp, b, fn)
                    if moved < 0:
                        status = -moved
                        break
                    fp = moved
                S.stk[fp + b] = (pc + 1) | (b << 32)
                S.stk[fp + b + 1] = env
                fp += b
                pc = S.f_entry[fn]
                now = S.p_clock[p] + S.cost[op]
                continue
        elif op == RET:
            link = S.stk[fp]
            if link >= 0:
                now += S.cost[op]
                pc = link & 0xFFFFFFFF
                fp -= link >> 32
                continue
            if g == 0:
                status = DONE
                break
            emit(S, now, K_EXIT, R_NONE, p, g, 0, 0, pc)
            goexit(S, g)
            S.p_g[p] = -1
            now += S.cost[op] + S.cost[C_EXIT] + S.cost[C_SWITCH]
            g = -1
            continue
        elif op == WGWAIT:
            what = S.stk[fp + a]
            if what <= 0 or what + 1 >= S.sc[S_HEAP_TOP]:
                status = bad_address(S, now, p, g, pc, what)
                break
            r = wgwait(S, g, what)
            if r < 0:
                status = -r
                break
            if r == WG_BLOCK:
                why = R_SEMA
                if S.rule[WG_REASON] != 0:
                    why = R_WG
        elif op == SLEEP:
            what = S.stk[fp + a]
            if what > 0:
                what = now + what
                if what < 0 or what >= INF:
                    what = INF - 1
                if addtimer(S, p, what, g) < 0:
                    status = NEED_TIMER
                    break
                if what - 1 < S.sc[S_LIMIT]:
                    S.sc[S_LIMIT] = what - 1
                why = R_SLEEP
        elif op == GOSCHED:
            gosched(S, now, p, g, pc + 1, fp, R_GOSCHED)
            now = S.p_clock[p] + S.cost[op] + S.cost[C_SWITCH]
            g = -1
            continue
        elif op == WORK:
            left = S.g_rem[g]
            if left == 0:
                left = S.stk[fp + a]
            # nobody sees work being done: only sysmon's next look can interrupt it
            step = S.sc[S_SYSMON_AT] - now
            if S.sc[S_TIME_STOP] - now + 1 < step:
                step = S.sc[S_TIME_STOP] - now + 1
            if left > step:
                S.g_rem[g] = left - step
                now += step
                continue
            S.g_rem[g] = 0
            if left > 0:
                S.p_clock[p] = now + left
        else:
            status = other_op(S, now, p, g, pc, fp, op, a, b, c)
            if status != 0:
                break
        if why != 0:
            park(S, now, p, g, pc, fp, why, what)
            now = S.p_clock[p] + S.cost[op] + S.cost[C_SWITCH]
            g = -1
            continue
        now = S.p_clock[p] + S.cost[op]
        pc += 1
    if g >= 0:
        S.g_pc[g] = pc
        S.g_fp[g] = fp
    if S.p_m[p] >= 0:
        S.p_clock[p] = now
        S.sc[S_NOW] = now
    S.sc[S_INS] = ins
    return status
