"""Keeping a state, and coming back to it: what makes a search through schedules fast.

Problem. A search goes back to an earlier state for each schedule. The state of a run is a hundred arrays
with room to grow; copying them costs a millisecond, a schedule of twenty steps two microseconds.

Rejected. Doing the steps again from the start (a program of n steps costs n for each schedule); a log of
what each instruction overwrites (every store in the kernel would have to ask).

Chosen. Only what is in use is copied: of each array the items below the count that the kernel keeps
(`y_copy`), of the heap the program's variables and the objects that exist. The rest is as at the start.

Invariant. No collection runs (GOGC is off), so objects are only added. What the kernel takes to be zero
where nothing has been yet (words and shadows of the heap, slots of goroutines and descriptors) is so again.
"""

from gosched_edu.kernel.arena import PAGE_SHIFT, PAGE_WORDS
from gosched_edu.kernel.state import NAMES, SC

DATA_END, PAGE_TOP, RACE = SC["DATA_END"], SC["PAGE_TOP"], SC["RACE"]
COUNTS = tuple(
    SC[n] for n in "NG NCHAN NSUDOG NTIMER STK_TOP OUT_TOP ERR_TOP VC_TOP NTID NRACES PAGE_TOP NX ND".split()
)
NG, NCHAN, NSUDOG, NTIMER, STK_TOP, OUT_TOP, ERR_TOP, VC_TOP, NTID, NRACES, _, NX, ND = COUNTS
VC_WIDTH, NET_TOP = SC["VC_WIDTH"], SC["NET_TOP"]
REPORT_WORDS = 16
#: Kinds of counts in y_copy.
(
    FIXED, OF_G, OF_C, OF_S, OF_T, OF_STK, OF_OUT, OF_ERR, OF_CLOCKS, OF_ROWS, OF_TIDS, OF_REPORTS,
    OF_PAGES, OF_X, OF_D, OF_NET,
) = range(16)  # fmt: skip
ROW = 4
N = {name: i for i, name in enumerate(NAMES)}
F_HEAP, F_STATE, F_W, F_WPC, F_SYNC, F_R, F_RPC = (
    N[n] for n in "heap h_state sh_w sh_wpc sh_sync sh_r sh_rpc".split()
)


def put(S, field, width, low, n, at):
    """n items of a field, of `width` bytes each, from `low` on, to y_keep[at]; the place behind them."""
    source = getattr(S, NAMES[field])
    for i in range(n):
        S.y_keep[at + i] = source[low + i]
    return at + n


def get(S, field, width, low, n, at):
    """The items back; the place behind them."""
    target = getattr(S, NAMES[field])
    for i in range(n):
        target[low + i] = S.y_keep[at + i]
    return at + n


def wipe(S, field, width, low, n):
    """n items become zero."""
    target = getattr(S, NAMES[field])
    for i in range(n):
        target[low + i] = 0
    return 0


def count(S, kind, n):
    """How many items of an array are in use."""
    if kind == FIXED:
        return n
    if kind == OF_G:
        return S.sc[NG]
    if kind == OF_C:
        return S.sc[NCHAN]
    if kind == OF_S:
        return S.sc[NSUDOG]
    if kind == OF_T:
        return S.sc[NTIMER]
    if kind == OF_STK:
        return S.sc[STK_TOP]
    if kind == OF_OUT:
        return S.sc[OUT_TOP]
    if kind == OF_ERR:
        return S.sc[ERR_TOP]
    if kind == OF_CLOCKS:
        return S.sc[VC_TOP] * S.sc[VC_WIDTH]
    if kind == OF_ROWS:
        return S.sc[VC_TOP]
    if kind == OF_TIDS:
        return S.sc[NTID]
    if kind == OF_REPORTS:
        return S.sc[NRACES] * REPORT_WORDS
    if kind == OF_PAGES:
        return S.sc[PAGE_TOP]
    if kind == OF_X:
        return S.sc[NX]
    if kind == OF_D:
        return S.sc[ND]
    return S.sc[NET_TOP]


def firstpage(S):
    """The first page behind the image's data."""
    return (S.sc[DATA_END] + PAGE_WORDS - 1) >> PAGE_SHIFT


def inuse(S, page):
    """Words of a page that belong to objects that exist, or did."""
    first = S.h_span[page]
    if first < 0:
        return 0
    k = S.h_class[first]
    if k >= 2 and S.m_end[k] == (page + 1) << PAGE_SHIFT:
        return S.m_bump[k] - (page << PAGE_SHIFT)
    return PAGE_WORDS


def putwords(S, low, n, at):
    """n words of the heap, with what the race detector knows of them."""
    at = put(S, F_HEAP, 8, low, n, at)
    if S.sc[RACE] != 0:
        at = put(S, F_W, 8, low, n, at)
        at = put(S, F_WPC, 4, low, n, at)
        at = put(S, F_SYNC, 4, low, n, at)
        at = put(S, F_R, 8, 3 * low, 3 * n, at)
        at = put(S, F_RPC, 4, 3 * low, 3 * n, at)
    return at


def getwords(S, low, n, at):
    """Back with them."""
    at = get(S, F_HEAP, 8, low, n, at)
    if S.sc[RACE] != 0:
        at = get(S, F_W, 8, low, n, at)
        at = get(S, F_WPC, 4, low, n, at)
        at = get(S, F_SYNC, 4, low, n, at)
        at = get(S, F_R, 8, 3 * low, 3 * n, at)
        at = get(S, F_RPC, 4, 3 * low, 3 * n, at)
    return at


def keptwords(S, rows, variables):
    """At most so many words of y_keep does the state need now."""
    n = 0
    for i in range(rows):
        n += count(S, S.y_copy[i * ROW + 2], S.y_copy[i * ROW + 3])
    words = 0
    for i in range(variables):
        words += S.y_vars[2 * i + 1]
    for page in range(firstpage(S), S.sc[PAGE_TOP]):
        words += inuse(S, page)
    return n + 11 * words


def keep(S, rows, variables, at):
    """The state goes to y_keep[at]; the place behind it."""
    for i in range(rows):
        k = i * ROW
        n = count(S, S.y_copy[k + 2], S.y_copy[k + 3])
        if n > 0:
            at = put(S, S.y_copy[k], S.y_copy[k + 1], 0, n, at)
    for i in range(variables):
        at = putwords(S, S.y_vars[2 * i], S.y_vars[2 * i + 1], at)
    for page in range(firstpage(S), S.sc[PAGE_TOP]):
        n = inuse(S, page)
        if n > 0:
            at = putwords(S, page << PAGE_SHIFT, n, at)
            at = put(S, F_STATE, 1, page << PAGE_SHIFT, n, at)
    return at


def comeback(S, rows, variables, at):
    """The state is again what it was when it was kept at y_keep[at]."""
    for page in range(firstpage(S), S.sc[PAGE_TOP]):
        n = inuse(S, page)
        if n > 0:
            wipe(S, F_HEAP, 8, page << PAGE_SHIFT, n)
            wipe(S, F_STATE, 1, page << PAGE_SHIFT, n)
            if S.sc[RACE] != 0:
                wipe(S, F_SYNC, 4, page << PAGE_SHIFT, n)
    for i in range(rows):
        k = i * ROW
        if S.y_copy[k + 2] == OF_G or S.y_copy[k + 2] == OF_D:
            wipe(S, S.y_copy[k], S.y_copy[k + 1], 0, count(S, S.y_copy[k + 2], 0))
    for i in range(rows):  # the first row is that of the counts
        k = i * ROW
        n = count(S, S.y_copy[k + 2], S.y_copy[k + 3])
        if n > 0:
            at = get(S, S.y_copy[k], S.y_copy[k + 1], 0, n, at)
    for i in range(variables):
        at = getwords(S, S.y_vars[2 * i], S.y_vars[2 * i + 1], at)
    for page in range(firstpage(S), S.sc[PAGE_TOP]):
        n = inuse(S, page)
        if n > 0:
            at = getwords(S, page << PAGE_SHIFT, n, at)
            at = get(S, F_STATE, 1, page << PAGE_SHIFT, n, at)
    return 0
