"""What can go wrong with an instruction, and what the program dies of, in Go's own words.

Problem. ``a[i]`` out of range is a panic that the program may recover, with a value that
it may print; a kernel that builds such values would know Go's types.

Chosen. A fault is a number and two words. The interpreter calls the image's handler for it
(as Go's compiler calls goPanicIndex), on top of the frame that faulted; the handler is Go code.
Without a handler, and for faults that Go cannot recover, the program dies with the
text here. The texts are those of the runtime (panic.go, chan.go, proc.go:checkdead); the exit
code is 2 for all, as there.

Invariant. An instruction that faults has changed nothing.
"""

from gosched_edu.kernel.events import Kind, Reason
from gosched_edu.kernel.log import emit
from gosched_edu.kernel.state import FAULT, FAULTED, SC

EXIT_CODE = 2

(
    F_DIVIDE, F_SHIFT, F_NIL, F_SEND_CLOSED, F_CLOSE_CLOSED, F_CLOSE_NIL, F_MAKECHAN, F_INDEX,
    F_SLICE_B, F_SLICE_ACAP, F_MAKESLICE, F_STACK, F_IMAGE, F_NEGREL, F_THROW, F_PANIC, F_DEADLOCK,
    F_THREADS, F_GOEXIT_MAIN, F_GO_NIL,
) = range(1, 21)  # fmt: skip
NFAULTS = 21

#: fault number -> text; {arg} and {arg2} are the fault's two words.
TEXTS: dict[int, str] = {
    F_DIVIDE: "panic: runtime error: integer divide by zero\n[signal SIGFPE]",
    F_SHIFT: "panic: runtime error: negative shift amount",
    F_NIL: "panic: runtime error: invalid memory address or nil pointer dereference\n"
    "[signal SIGSEGV: segmentation violation]",
    F_SEND_CLOSED: "panic: send on closed channel",
    F_CLOSE_CLOSED: "panic: close of closed channel",
    F_CLOSE_NIL: "panic: close of nil channel",
    F_MAKECHAN: "panic: makechan: size out of range",
    F_INDEX: "panic: runtime error: index out of range [{arg}] with length {arg2}",
    F_SLICE_B: "panic: runtime error: slice bounds out of range [{arg}:{arg2}]",
    F_SLICE_ACAP: "panic: runtime error: slice bounds out of range [:{arg}] with capacity {arg2}",
    F_MAKESLICE: "panic: runtime error: makeslice: len out of range",
    F_STACK: "runtime: goroutine stack exceeds {arg}-byte limit\nfatal error: stack overflow",
    F_IMAGE: "fatal error: the program image is damaged (bad word {arg})",
    F_THROW: "fatal error: {arg}",
    F_PANIC: "panic: ",
    F_DEADLOCK: "fatal error: all goroutines are asleep - deadlock!",
    F_THREADS: "runtime: program exceeds {arg}-thread limit\nfatal error: thread exhaustion",
    F_GO_NIL: "fatal error: go of nil func value",
    F_GOEXIT_MAIN: "fatal error: no goroutines (main called runtime.Goexit) - deadlock!",
}

S_FAULT, S_FAULT_PC, S_FAULT_G = SC["FAULT"], SC["FAULT_PC"], SC["FAULT_G"]
S_FAULT_ARG, S_FAULT_ARG2 = SC["FAULT_ARG"], SC["FAULT_ARG2"]
K_PANIC = int(Kind.PANIC)
R_NONE = int(Reason.NONE)


def fault(S, what, arg, arg2):
    """The running instruction faults; returns FAULT for the interpreter."""
    S.sc[S_FAULT] = what
    S.sc[S_FAULT_ARG] = arg
    S.sc[S_FAULT_ARG2] = arg2
    return FAULT


def die(S, t, p, g, pc):
    """The program dies at pc of the fault that was raised last (panic.go:dopanic_m)."""
    S.sc[S_FAULT_PC] = pc
    S.sc[S_FAULT_G] = g
    emit(S, t, K_PANIC, R_NONE, p, g, S.sc[S_FAULT], S.sc[S_FAULT_ARG], pc)
    return FAULTED
