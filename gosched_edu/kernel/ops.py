"""The instructions that are not in the interpreter's inner loop: who does what.

Problem. One function that interprets everything takes numba four times longer to
compile than two of half its size.

Chosen. The inner loop (`gosched_edu.kernel.interp`) does what programs do most; everything else
is here, behind one call, and done by the module of its subject. Each answers with a
status: 0 done, PARKED, RETRY, SWITCHED, FAULT or JUMP (see `gosched_edu.kernel.state`), NEED_* for
what must grow before the instruction can be tried again, or that the program has ended. Time
beyond the instruction's own cost is charged to the P's clock.

Invariant. An instruction that returns NEED_* or FAULT has changed nothing.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.atomics import op_atomic
from gosched_edu.kernel.chanop import op_chcap, op_chlen, op_close, op_mkchan
from gosched_edu.kernel.faults import F_GO_NIL, F_IMAGE, fault
from gosched_edu.kernel.fdop import op_fd
from gosched_edu.kernel.frames import op_frame
from gosched_edu.kernel.gc import op_gc, op_gcmark, op_gcpct
from gosched_edu.kernel.lockos import op_canspin, op_lockt, op_spin
from gosched_edu.kernel.maxprocs import op_maxprocs
from gosched_edu.kernel.mem import BASE, bad_address
from gosched_edu.kernel.mfinal import op_special
from gosched_edu.kernel.mstats import op_stat
from gosched_edu.kernel.notify import op_nladd, op_nlall, op_nlone, op_nlwait
from gosched_edu.kernel.ops_mem import mem_op
from gosched_edu.kernel.ops_num import num_op
from gosched_edu.kernel.ops_str import str_op
from gosched_edu.kernel.ops_sys import sys_op
from gosched_edu.kernel.panic import (
    IS_GOEXIT,
    good_closure,
    op_defer,
    op_deferret,
    op_panic,
    op_panicinfo,
    op_recover,
)
from gosched_edu.kernel.schedule import start_go
from gosched_edu.kernel.select import op_case, op_select
from gosched_edu.kernel.sema import op_semacq, op_semrel
from gosched_edu.kernel.shadow import op_race
from gosched_edu.kernel.state import FAULT, SC
from gosched_edu.kernel.stw import op_setprocs
from gosched_edu.kernel.syscall import op_syscall
from gosched_edu.kernel.timerop import op_sleep, op_tmnew, op_tmreset, op_tmstop
from gosched_edu.kernel.timerproc import op_timerproc

OP = {op.name: op.code for op in isa.OPS}
LDN, SLCHK, SCAT, RUNE, DIV, FMATH = (OP[n] for n in "LDN SLCHK SCAT RUNE DIV FMATH".split())
IMPL, STAT, CHLEN, CHCAP = (OP[n] for n in "IMPL STAT CHLEN CHCAP".split())
ALD, CAS, RACER, RACEACQ = (OP[n] for n in "ALD CAS RACER RACEACQ".split())
GO, GOC, DEFER, DEFERC, DEFERRET = (OP[n] for n in "GO GOC DEFER DEFERC DEFERRET".split())
PANIC, RECOVER, PANICINFO, GOEXIT = (OP[n] for n in "PANIC RECOVER PANICINFO GOEXIT".split())
FRAME = OP["FRAME"]
MKCHAN, CLOSE, SELECT, CASESEND, CASERECV = (
    OP[n] for n in "MKCHAN CLOSE SELECT CASESEND CASERECV".split()
)
SEMACQ, SEMREL, SLEEP = (OP[n] for n in "SEMACQ SEMREL SLEEP".split())
NLADD, NLWAIT, NLONE, NLALL = (OP[n] for n in "NLADD NLWAIT NLONE NLALL".split())
CANSPIN, SPIN, SETPROCS, LOCKT = (OP[n] for n in "CANSPIN SPIN SETPROCS LOCKT".split())
GCPCT, GCMARK, TIMERPROC, SPECIAL = OP["GCPCT"], OP["GCMARK"], OP["TIMERPROC"], OP["SPECIAL"]
MAXPROCS = OP["MAXPROCS"]
SYSCALL, GC, TMNEW, TMRESET, TMSTOP = (OP[n] for n in "SYSCALL GC TMNEW TMRESET TMSTOP".split())
FDPAIR, FDCLOSE = OP["FDPAIR"], OP["FDCLOSE"]

S_DATA_END, S_DISP_MASK = SC["DATA_END"], SC["DISP_MASK"]
HASH = 0x9E3779B1


def dispatched(S, descriptor, method):
    """Function for a method of a type, or -1 (the descriptor is an address)."""
    at = (descriptor - BASE) >> 3
    if at <= 0 or at >= S.sc[S_DATA_END]:
        return -1
    key = at << 16 | method
    i = ((key * HASH) >> 8) & S.sc[S_DISP_MASK]
    while S.disp_key[i] != key:
        if S.disp_key[i] < 0:
            return -1
        i = (i + 1) & S.sc[S_DISP_MASK]
    return S.disp_fn[i]


def closure_callee(S, env, nargs):
    """Function of a closure that is called with nargs words, or -1 after a fault."""
    fn = good_closure(S, env)
    if fn < 0:
        bad_address(S, env)
        return -1
    if S.f_nargs[fn] != nargs:
        fault(S, F_IMAGE, env, 0)
        return -1
    return fn


def method_callee(S, descriptor, method):
    """Function of an interface call, or -1 after a fault."""
    fn = dispatched(S, descriptor, method)
    if fn < 0:
        bad_address(S, descriptor)
    return fn


def go_op(S, t, p, g, pc, fp, op, a, b, c):
    """GO, GOC."""
    fn = a
    env = 0
    if op == GOC:
        env = S.stk[fp + a]
        if env == 0:
            return fault(S, F_GO_NIL, 0, 0)
        fn = closure_callee(S, env, c)
        if fn < 0:
            return FAULT
    return start_go(S, t, p, g, pc, fp, fn, env, b, c)


def logged_op(S, t, p, g, pc, fp, op, a, b, c):
    """Any instruction from FIRST_LOGGED on that the inner loop does not know."""
    if op == GO or op == GOC:
        return go_op(S, t, p, g, pc, fp, op, a, b, c)
    if op == DEFERRET:
        return op_deferret(S, p, g, pc, fp, a)
    if op == DEFER or op == DEFERC:
        return op_defer(S, t, p, g, pc, fp, op, a, b, c)
    if op == PANIC:
        return op_panic(S, t, p, g, pc, fp, S.stk[fp + a], S.stk[fp + a + 1], 0)
    if op == RECOVER:
        return op_recover(S, g, pc, fp, a)
    if op == FRAME:
        return op_frame(S, t, g, pc, fp, a, S.stk[fp + c], S.stk[fp + c + 1])
    if op == PANICINFO:
        return op_panicinfo(S, g, fp, a, S.stk[fp + c])
    if op == GOEXIT:
        return op_panic(S, t, p, g, pc, fp, 0, 0, IS_GOEXIT)
    if op == MKCHAN:
        return op_mkchan(S, t, p, g, pc, fp, a, b, c)
    if op == CLOSE:
        return op_close(S, t, p, g, pc, fp, a, b, c)
    if op == SELECT:
        return op_select(S, t, p, g, pc, fp, a, b, c)
    if op == CASESEND or op == CASERECV:
        return op_case(S, t, p, g, pc, fp, a, b, c)
    if op == SEMACQ:
        return op_semacq(S, t, p, g, pc, fp, a, b, c)
    if op == SEMREL:
        return op_semrel(S, t, p, g, pc, fp, a, b, c)
    if op == NLADD:
        return op_nladd(S, t, p, g, pc, fp, a, b, c)
    if op == NLWAIT:
        return op_nlwait(S, t, p, g, pc, fp, a, b, c)
    if op == NLONE:
        return op_nlone(S, t, p, g, pc, fp, a, b, c)
    if op == NLALL:
        return op_nlall(S, t, p, g, pc, fp, a, b, c)
    if op == CANSPIN:
        return op_canspin(S, t, p, g, pc, fp, a, b, c)
    if op == SPIN:
        return op_spin(S, t, p, g, pc, fp, a, b, c)
    if op == SLEEP:
        return op_sleep(S, t, p, g, pc, fp, a, b, c)
    if op == SETPROCS:
        return op_setprocs(S, t, p, g, pc, fp, a, b, c)
    if op == LOCKT:
        return op_lockt(S, t, p, g, pc, fp, a, b, c)
    if op == SYSCALL:
        return op_syscall(S, t, p, g, pc, fp, a, b, c)
    if op == GC:
        return op_gc(S, t, p, g, pc, fp, a, b, c)
    if op == MAXPROCS:
        return op_maxprocs(S, t, p, g, pc, fp, a, b, c)
    if op == TIMERPROC:
        return op_timerproc(S, t, p, g, pc, fp, a, b, c)
    if op == GCMARK:
        return op_gcmark(S, t, p, g, pc, fp, a, b, c)
    if op == SPECIAL:
        return op_special(S, t, p, g, pc, fp, a, b, c)
    if op == GCPCT:
        return op_gcpct(S, t, p, g, pc, fp, a, b, c)
    if op == TMNEW:
        return op_tmnew(S, t, p, g, pc, fp, a, b, c)
    if op == TMRESET:
        return op_tmreset(S, t, p, g, pc, fp, a, b, c)
    if op == TMSTOP:
        return op_tmstop(S, t, p, g, pc, fp, a, b, c)
    if op >= FDPAIR and op <= FDCLOSE:
        return op_fd(S, t, p, g, pc, fp, op, a, b, c)
    return sys_op(S, t, p, g, pc, fp, op, a, b, c)


def shared_op(S, t, p, g, pc, fp, op, a, b, c):
    """Any instruction between FIRST_SHARED and FIRST_LOGGED that the inner loop does not know."""
    if op <= SLCHK:
        return mem_op(S, p, fp, op, a, b, c)
    if op <= RUNE:
        return str_op(S, p, fp, op, a, b, c)
    if op <= FMATH:
        return num_op(S, fp, op, a, b, c)
    if op >= ALD and op <= CAS:
        return op_atomic(S, t, p, g, pc, fp, op, a, b, c)
    if op >= RACER and op <= RACEACQ:
        return op_race(S, t, p, g, pc, fp, op, a, b, c)
    if op == IMPL:
        S.stk[fp + a] = 1 if dispatched(S, S.stk[fp + b], c) >= 0 else 0
        return 0
    if op == STAT:
        return op_stat(S, t, p, g, pc, fp, a, b, c)
    if op == CHLEN:
        return op_chlen(S, t, p, g, pc, fp, a, b, c)
    if op == CHCAP:
        return op_chcap(S, t, p, g, pc, fp, a, b, c)
    return sys_op(S, t, p, g, pc, fp, op, a, b, c)
