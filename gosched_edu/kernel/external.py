"""What comes from outside: system calls that end, data that arrives, second tries.

Problem. Some things happen at a time of their own, on no P: the operating system returns from a
call, the network delivers.

Rejected. Giving them to the timer heaps (those belong to Ps, and a pending timer hides a
deadlock; a system call does so too, but for another reason); a P's clock for an M in a system
call (its P may go to another M meanwhile).

Chosen. One binary heap of (when, order of adding); `turns.run` looks at its top as it looks at
the clocks of the Ps.

Invariant. ``x_when[0]`` is the smallest time; NX entries are used.
"""

from gosched_edu.kernel.order import lookagain, sooner
from gosched_edu.kernel.state import INF, NEED_EXT, SC

NX, XCAP, X_SEQ = SC["NX"], SC["XCAP"], SC["X_SEQ"]

X_SYSCALL = 1  # goroutine x_arg comes back from its system call
X_ARRIVE = 2  # x_arg2 words arrive at descriptor x_arg; -1: end of file
X_STOP_AGAIN = 3  # stopTheWorld sends its preemption requests once more; x_arg: of which stop


def next_external(S):
    """When the next thing comes from outside, INF if nothing does."""
    if S.sc[NX] == 0:
        return INF
    return S.x_when[0]


def external_full(S):
    """NEED_EXT if the heap must grow before another entry fits (and two in reserve), else 0."""
    if S.sc[NX] + 2 >= S.sc[XCAP]:
        return NEED_EXT
    return 0


def swap_external(S, i, j):
    """Exchange two entries."""
    x = S.x_when[i]
    S.x_when[i] = S.x_when[j]
    S.x_when[j] = x
    x = S.x_seq[i]
    S.x_seq[i] = S.x_seq[j]
    S.x_seq[j] = x
    x = S.x_kind[i]
    S.x_kind[i] = S.x_kind[j]
    S.x_kind[j] = x
    x = S.x_arg[i]
    S.x_arg[i] = S.x_arg[j]
    S.x_arg[j] = x
    x = S.x_arg2[i]
    S.x_arg2[i] = S.x_arg2[j]
    S.x_arg2[j] = x
    return 0


def external_before(S, i, j):
    """1 if entry i comes before entry j."""
    if S.x_when[i] < S.x_when[j] or (S.x_when[i] == S.x_when[j] and S.x_seq[i] < S.x_seq[j]):
        return 1
    return 0


def add_external(S, when, kind, arg, arg2):
    """Something will happen at `when`; the caller has asked `external_full`."""
    i = S.sc[NX]
    S.sc[NX] = i + 1
    S.x_when[i] = when
    S.x_seq[i] = S.sc[X_SEQ]
    S.sc[X_SEQ] += 1
    S.x_kind[i] = kind
    S.x_arg[i] = arg
    S.x_arg2[i] = arg2
    while i > 0 and external_before(S, i, (i - 1) >> 1) != 0:
        swap_external(S, i, (i - 1) >> 1)
        i = (i - 1) >> 1
    sooner(S, when)
    return lookagain(S)


def drop_external(S):
    """The first entry is done with."""
    n = S.sc[NX] - 1
    S.sc[NX] = n
    swap_external(S, 0, n)
    i = 0
    while 2 * i + 1 < n:
        j = 2 * i + 1
        if j + 1 < n and external_before(S, j + 1, j) != 0:
            j += 1
        if external_before(S, j, i) == 0:
            break
        swap_external(S, i, j)
        i = j
    return 0
