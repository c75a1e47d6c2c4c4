"""Deferred calls and panics (panic.go).

Problem. A panic runs the deferred calls of all frames, from the inside out, *on top of* the
frame that panicked, so that they see it and may stop it; they may panic, recover and call
Goexit themselves.

Rejected. Unwinding first and then running the deferred calls (a traceback would not show
where the panic came from, and Goexit could not go on after a recovered panic); a list of all
states a panic can be in (Go had it until 1.21, and it was a source of errors).

Chosen. As since Go 1.22: the stack itself tells. A deferred call that a panic makes has a
negative link word, made by `panic_link`: RET finds it and lets the panic go on. `recovery`
walks down from the panicking frame to the frame that deferred the recovering call; each such link
that it passes belongs to an earlier panic, which is over thereby; a Goexit that it passes goes on.

Defer record, words: link, offset of the deferring frame from the stack's low end, its function,
callee or -1, closure address, number of argument words, the arguments. Panic record: link, type,
data, flags, offset of the frame whose deferred call runs. Both are heap objects that the goroutine
alone knows of: ``g_defer`` and ``g_panic`` are the addresses of those on top.

Invariant. Records are read with the same checks as any memory, because a wild program could write
there; link words are not in the heap, and they alone decide what is a frame.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.faults import F_IMAGE, F_NIL, F_PANIC, F_STACK, die, fault
from gosched_edu.kernel.image import WRAPPER as FLAG_WRAPPER
from gosched_edu.kernel.malloc import mallocgc
from gosched_edu.kernel.mem import address, bad_address, heap_run
from gosched_edu.kernel.schedule import goexit0
from gosched_edu.kernel.stack import EXACT, PC_BITS, popsegment, stackroom, usedbytes
from gosched_edu.kernel.state import FAULT, JUMP, NEED_HEAP, SC

OP = {op.name: op.code for op in isa.OPS}
DEFERC, PANIC, GOEXIT = OP["DEFERC"], OP["PANIC"], OP["GOEXIT"]
S_NFUNC, S_FAULT = SC["NFUNC"], SC["FAULT"]
S_FAULT_ARG, S_FAULT_ARG2 = SC["FAULT_ARG"], SC["FAULT_ARG2"]
LOW32 = 0xFFFFFFFF
DEFER_WORDS = 6
PANIC_WORDS = 5
RECOVERED = 1
IS_GOEXIT = 4
FRESH = 8  # no deferred call has been made yet: the instruction may be tried again
WRAPPER = FLAG_WRAPPER
MAX_CHAIN = 1 << 20


def panic_link(pc, base):
    """Link word of a call that the PANIC or GOEXIT at pc makes, with its frame at slot base."""
    return -((base << 32) | (pc + 2))


def good_closure(S, addr):
    """Function number of the closure object at addr, or -1 if there is none."""
    at = heap_run(S, addr, 1)
    if at < 0:
        return -1
    fn = S.heap[at]
    if fn < 0 or fn >= S.sc[S_NFUNC]:
        return -1
    return fn


def op_defer(S, t, p, g, pc, fp, op, a, b, c):
    """DEFER, DEFERC (panic.go:deferproc). A nil function panics when it is run, not here."""
    fn = a
    env = 0
    if op == DEFERC:
        fn = -1
        env = S.stk[fp + a]
    at = mallocgc(S, DEFER_WORDS + c, 0)
    if at == 0:
        return NEED_HEAP
    S.heap[at] = S.g_defer[g]
    S.heap[at + 1] = fp - S.g_stk[g]
    S.heap[at + 2] = S.fn_of[pc]
    S.heap[at + 3] = fn
    S.heap[at + 4] = env
    S.heap[at + 5] = c
    for i in range(c):
        S.heap[at + 6 + i] = S.stk[fp + b + 2 + i]
    S.g_defer[g] = address(at)
    return 0


def enter(S, g, fp, base, fn, env, link):
    """Put fn's header at fp+base, where there is room, and go there."""
    S.stk[fp + base] = link
    S.stk[fp + base + 1] = env
    S.g_used[g] += S.f_bytes[fn]
    S.g_pc[g] = S.f_entry[fn]
    S.g_fp[g] = fp + base
    return JUMP


def call_handler(S, p, g, fp, base, fn, x, y, link):
    """Call a fault handler with up to two words; JUMP or what must grow first."""
    moved = stackroom(S, p, g, fp, base, fn)
    if moved < 0:
        return -moved
    if S.f_nargs[fn] > 0:
        S.stk[moved + base + 2] = x
    if S.f_nargs[fn] > 1:
        S.stk[moved + base + 3] = y
    return enter(S, g, moved, base, fn, 0, link)


def raise_fault(S, t, p, g, pc, fp):
    """The instruction at pc has faulted: call its handler, or die (signal_unix.go:sigpanic)."""
    what = S.sc[S_FAULT]
    fn = S.handlers[what]
    if fn < 0 or what == F_STACK or what == F_IMAGE:
        return die(S, t, p, g, pc)
    base = S.f_frame[S.fn_of[pc]]
    status = call_handler(
        S, p, g, fp, base, fn, S.sc[S_FAULT_ARG], S.sc[S_FAULT_ARG2], pc | EXACT | (base << 32)
    )
    if status == FAULT:
        return die(S, t, p, g, pc)
    return status


def run_deferred(S, p, g, fp, base, link):
    """Pop the defer record on top and call it with its frame at fp+base (panic.go:nextDefer)."""
    top = S.g_defer[g]
    d = heap_run(S, top, DEFER_WORDS)
    if d < 0:
        return fault(S, F_IMAGE, top, 0)
    n = S.heap[d + 5]
    env = S.heap[d + 4]
    fn = S.heap[d + 3]
    if n < 0 or heap_run(S, top, DEFER_WORDS + n) < 0 or fn >= S.sc[S_NFUNC]:
        return fault(S, F_IMAGE, top, 0)
    if fn < 0:
        fn = good_closure(S, env)
        if fn < 0:
            # the call of a nil function: its panic is the deferred call
            fn = S.handlers[F_NIL]
            if env != 0 or fn < 0:
                return bad_address(S, env)
            n = -1
    if n >= 0 and S.f_nargs[fn] != n:
        return fault(S, F_IMAGE, fn, 0)
    moved = stackroom(S, p, g, fp, base, fn)
    if moved < 0:
        return -moved
    for i in range(S.f_nargs[fn]):
        S.stk[moved + base + 2 + i] = S.heap[d + DEFER_WORDS + i] if n >= 0 else 0
    S.g_defer[g] = S.heap[d]
    return enter(S, g, moved, base, fn, env, link)


def op_deferret(S, p, g, pc, fp, base):
    """DEFERRET: 0 when this frame has deferred nothing more (panic.go:deferreturn)."""
    d = heap_run(S, S.g_defer[g], DEFER_WORDS)
    if d < 0 or S.heap[d + 1] != fp - S.g_stk[g]:
        return 0
    return run_deferred(S, p, g, fp, base, pc | EXACT | (base << 32))


def resume_at(S, g, pc, fp):
    """g goes on at pc in the frame fp, without passing through the returns of those above."""
    S.g_used[g] = usedbytes(S, g, pc, fp)
    while S.g_seg[g] >= 0 and S.g_used[g] <= S.g_low[g]:
        popsegment(S, g)
    S.g_pc[g] = pc
    S.g_fp[g] = fp
    return JUMP


def recovery(S, g, r, pc, fp):
    """The panic with record r has been recovered: resume the deferring frame (panic.go:recovery).

    pc and fp are those of the PANIC instruction; or a Goexit on the way is resumed.
    """
    low = S.g_stk[g]
    target = S.heap[r + 4]
    chain = S.heap[r]
    while fp - low != target:
        link = S.stk[fp]
        if link == -1:
            return fault(S, F_IMAGE, target, 0)
        if link >= 0:
            fp -= link >> 32
            pc = link & PC_BITS
            if link & EXACT == 0:
                pc -= 1
            continue
        fp -= -link >> 32
        pc = (-link & LOW32) - 2
        r = heap_run(S, chain, PANIC_WORDS)
        if r < 0:
            return fault(S, F_IMAGE, chain, 0)
        if S.code[4 * pc] == GOEXIT:
            S.heap[r + 3] = IS_GOEXIT | FRESH
            S.heap[r + 4] = fp - low
            S.g_panic[g] = chain
            return resume_at(S, g, pc, fp)
        chain = S.heap[r]
    resume = S.f_deferret[S.fn_of[pc]]
    if resume < 0:
        return fault(S, F_IMAGE, target, 0)
    S.g_panic[g] = chain
    return resume_at(S, g, resume, fp)


def unwind(S, t, p, g, pc, fp):
    """The panic of the PANIC or GOEXIT at pc goes on: next deferred call, resume, or the end."""
    r = heap_run(S, S.g_panic[g], PANIC_WORDS)
    if r < 0:
        return fault(S, F_IMAGE, S.g_panic[g], 0)
    flags = S.heap[r + 3]
    if flags & RECOVERED != 0:
        return recovery(S, g, r, pc, fp)
    base = S.f_frame[S.fn_of[pc]]
    d = heap_run(S, S.g_defer[g], DEFER_WORDS)
    status = 0
    if d >= 0:
        target = S.heap[d + 1]
        status = run_deferred(S, p, g, fp, base, panic_link(pc, base))
        if status == JUMP:
            S.heap[r + 3] = flags & ~FRESH
            S.heap[r + 4] = target
        return status
    if flags & IS_GOEXIT != 0:
        return goexit0(S, t, p, g, pc)
    fn = S.handlers[F_PANIC]
    if fn < 0:
        return fault(S, F_PANIC, S.heap[r + 1], S.heap[r + 2])
    status = call_handler(S, p, g, fp, base, fn, 0, 0, pc | EXACT | (base << 32))
    if status == JUMP:
        S.heap[r + 3] = flags & ~FRESH
    return status


def op_panic(S, t, p, g, pc, fp, kind, data, flags):
    """PANIC of the value (kind, data), or GOEXIT (flags IS_GOEXIT) (panic.go:gopanic, Goexit)."""
    r = heap_run(S, S.g_panic[g], PANIC_WORDS)
    if r < 0 or S.heap[r + 3] & FRESH == 0 or S.heap[r + 4] != fp - S.g_stk[g]:
        r = mallocgc(S, PANIC_WORDS, 0)
        if r == 0:
            return NEED_HEAP
        S.heap[r] = S.g_panic[g]
        S.heap[r + 1] = kind
        S.heap[r + 2] = data
        S.heap[r + 3] = flags | FRESH
        S.heap[r + 4] = fp - S.g_stk[g]
        S.g_panic[g] = address(r)
    return unwind(S, t, p, g, pc, fp)


def returned(S, t, p, g, fp, link):
    """RET with a negative link, not of a first frame: a panic's deferred call has returned."""
    status = unwind(S, t, p, g, (-link & LOW32) - 2, fp - (-link >> 32))
    if status == JUMP:
        S.g_used[g] = usedbytes(S, g, S.g_pc[g], S.g_fp[g])
    return status


def op_recover(S, g, pc, fp, a):
    """RECOVER: the panic's value if a panic called this function (panic.go:gorecover)."""
    f = fp
    link = S.stk[fp]
    if S.f_flags[S.fn_of[pc]] & WRAPPER != 0:
        link = -1  # defer recover(): no function of the program is between
    while link >= 0:
        at = link & PC_BITS
        if link & EXACT == 0:
            at -= 1
        if S.f_flags[S.fn_of[at]] & WRAPPER == 0:
            break
        f -= link >> 32
        link = S.stk[f]
    S.stk[fp + a] = 0
    S.stk[fp + a + 1] = 0
    if link >= -1 or S.code[4 * ((-link & LOW32) - 2)] != PANIC:
        return 0
    r = heap_run(S, S.g_panic[g], PANIC_WORDS)
    if r >= 0 and S.heap[r + 3] & (RECOVERED | IS_GOEXIT) == 0:
        S.heap[r + 3] |= RECOVERED
        S.stk[fp + a] = S.heap[r + 1]
        S.stk[fp + a + 1] = S.heap[r + 2]
    return 0


def op_panicinfo(S, g, fp, a, number):
    """PANICINFO: type, data, recovered, goexit of a panic, counted from the oldest."""
    n = 0
    top = S.g_panic[g]
    r = heap_run(S, top, PANIC_WORDS)
    while r >= 0 and n < MAX_CHAIN:
        n += 1
        r = heap_run(S, S.heap[r], PANIC_WORDS)
    S.stk[fp + a] = -1
    S.stk[fp + a + 1] = 0
    S.stk[fp + a + 2] = 0
    S.stk[fp + a + 3] = 0
    if number < 0 or number >= n:
        return 0
    r = heap_run(S, top, PANIC_WORDS)
    for _ in range(n - 1 - number):
        r = heap_run(S, S.heap[r], PANIC_WORDS)
    S.stk[fp + a] = S.heap[r + 1]
    S.stk[fp + a + 1] = S.heap[r + 2]
    S.stk[fp + a + 2] = S.heap[r + 3] & RECOVERED
    S.stk[fp + a + 3] = 1 if S.heap[r + 3] & IS_GOEXIT != 0 else 0
    return 0
