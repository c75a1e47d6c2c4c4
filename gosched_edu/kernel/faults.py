"""What the program dies of, in Go's own words.

The texts are those of the runtime (panic.go, chan.go, proc.go:checkdead), checked
against real Go; exit code 2 for all, as there.
"""

from __future__ import annotations

from gosched_edu.kernel import ops

EXIT_CODE = 2
DEADLOCK_TEXT = "fatal error: all goroutines are asleep - deadlock!"

#: fault number -> text; {arg} is the fault's argument.
TEXTS: dict[int, str] = {
    ops.F_DIVIDE: "panic: runtime error: integer divide by zero\n[signal SIGFPE]",
    ops.F_SHIFT: "panic: runtime error: negative shift amount",
    ops.F_NIL: "panic: runtime error: invalid memory address or nil pointer dereference\n"
    "[signal SIGSEGV: segmentation violation]",
    ops.F_SEND_CLOSED: "panic: send on closed channel",
    ops.F_CLOSE_CLOSED: "panic: close of closed channel",
    ops.F_CLOSE_NIL: "panic: close of nil channel",
    ops.F_MAKECHAN: "panic: makechan: size out of range",
    ops.F_WG_NEGATIVE: "panic: sync: negative WaitGroup counter",
    ops.F_STACK: "runtime: goroutine stack exceeds {arg}-byte limit\n"
    "fatal error: stack overflow",
    ops.F_IMAGE: "fatal error: the program image is damaged (bad handle {arg})",
}
