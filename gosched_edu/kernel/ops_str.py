"""Instructions on strings (string.go, utf8.go). A byte is one heap word.

Invariant. A string of length 0 may have any address.
"""

from gosched_edu.kernel import isa
from gosched_edu.kernel.costs import INDEX
from gosched_edu.kernel.malloc import mallocgc
from gosched_edu.kernel.mem import address, bad_address, heap_run
from gosched_edu.kernel.state import NEED_HEAP

OP = {op.name: op.code for op in isa.OPS}
SCAT, SCMP, SEQ, RUNE = (OP[n] for n in "SCAT SCMP SEQ RUNE".split())
C_COPY = INDEX["copy_word"]
RUNE_ERROR = 0xFFFD


def concat(S, p, fp, dst, x, m, y, n):
    """SCAT of m bytes at heap index x and n at y (string.go:concatstrings)."""
    at = mallocgc(S, m + n, 1)
    if at == 0:
        return NEED_HEAP
    for i in range(m):
        S.heap[at + i] = S.heap[x + i]
    for i in range(n):
        S.heap[at + m + i] = S.heap[y + i]
    S.stk[fp + dst] = address(at)
    S.stk[fp + dst + 1] = m + n
    S.p_clock[p] += S.cost[C_COPY] * ((m + n) >> 3)
    return 0


def compare(S, x, m, y, n):
    """-1, 0, 1 for the m bytes at heap index x and the n at y."""
    for i in range(m):
        if i >= n:
            return 1
        if S.heap[x + i] != S.heap[y + i]:
            if S.heap[x + i] < S.heap[y + i]:
                return -1
            return 1
    if m < n:
        return -1
    return 0


def decoderune(S, x, n):
    """rune << 3 | width of the UTF-8 at heap index x, n > 0 bytes left (utf8.go:decoderune)."""
    first = S.heap[x] & 0xFF
    if first < 0x80:
        return first << 3 | 1
    width = 0
    low = 0x80
    high = 0xBF
    r = 0
    if first >= 0xC2 and first <= 0xDF:
        width = 2
        r = first & 0x1F
    elif first >= 0xE0 and first <= 0xEF:
        width = 3
        r = first & 0x0F
        if first == 0xE0:
            low = 0xA0
        elif first == 0xED:
            high = 0x9F
    elif first >= 0xF0 and first <= 0xF4:
        width = 4
        r = first & 0x07
        if first == 0xF0:
            low = 0x90
        elif first == 0xF4:
            high = 0x8F
    if width == 0 or width > n:
        return RUNE_ERROR << 3 | 1
    for i in range(width - 1):
        b = S.heap[x + 1 + i]
        if b < low or b > high:
            return RUNE_ERROR << 3 | 1
        r = r << 6 | (b & 0x3F)
        low = 0x80
        high = 0xBF
    return r << 3 | width


def str_op(S, p, fp, op, a, b, c):
    """SCAT, SCMP, SEQ, RUNE."""
    m = S.stk[fp + b + 1]
    x = heap_run(S, S.stk[fp + b], m)
    if x < 0:
        return bad_address(S, S.stk[fp + b])
    if op == RUNE:
        i = S.stk[fp + c]
        found = 0
        if i >= 0 and i < m:
            found = decoderune(S, x + i, m - i)
        S.stk[fp + a] = found >> 3
        S.stk[fp + a + 1] = found & 7
        return 0
    n = S.stk[fp + c + 1]
    y = heap_run(S, S.stk[fp + c], n)
    if y < 0:
        return bad_address(S, S.stk[fp + c])
    if op == SEQ:
        if m != n:
            S.stk[fp + a] = 0
            return 0
        if x == y:
            S.stk[fp + a] = 1
            return 0
        S.stk[fp + a] = 1 if compare(S, x, m, y, n) == 0 else 0
        return 0
    if op == SCMP:
        S.stk[fp + a] = compare(S, x, m, y, n)
        return 0
    if m == 0 or n == 0:
        source = b
        if m == 0:
            source = c
        addr = S.stk[fp + source]
        S.stk[fp + a + 1] = S.stk[fp + source + 1]
        S.stk[fp + a] = addr
        return 0
    return concat(S, p, fp, a, x, m, y, n)
