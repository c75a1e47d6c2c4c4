"""Formatting: what fmt.Printf and the string operators need, byte by byte.

Problem. Output must be part of the run (ordered, replayable, in the page), so Python
may not do it.

Rejected. One instruction per piece: another goroutine could print between two pieces
of one Println, which real Go's single write does not allow.

Chosen. One instruction formats a whole call from a descriptor (isa.FMT_*), either to
standard output or to a new string.

Invariant. The caller has made sure that `fmt_bound` bytes fit before `fmt_write` runs.
"""

from gosched_edu.kernel.state import NEED_BYTES, NEED_STR, SC

OUT_TOP = SC["OUT_TOP"]
BYTES_TOP = SC["BYTES_TOP"]
BYTESCAP = SC["BYTESCAP"]
NSTR = SC["NSTR"]
STRCAP = SC["STRCAP"]
NEED = SC["NEED"]
PIECE = 32  # more than any number, duration or pointer needs
MICRO = 0xB5  # 'µ' is C2 B5 in UTF-8


def put(S, dst, i, byte):
    """Byte i of standard output (dst 0) or of the string memory (dst 1)."""
    if dst == 0:
        S.out[i] = byte
    else:
        S.bytes[i] = byte
    return i + 1


def put_digits(S, dst, i, n, base, width):
    """n >= 0 in the base, with at least width digits; returns the next index."""
    d = 1
    x = n // base
    while x > 0:
        d += 1
        x = x // base
    if d < width:
        d = width
    for k in range(d):
        digit = n % base
        n = n // base
        if digit < 10:
            put(S, dst, i + d - 1 - k, 48 + digit)
        else:
            put(S, dst, i + d - 1 - k, 87 + digit)
    return i + d


def put_int(S, dst, i, n, base):
    """A signed number. The most negative one has no absolute value: digit by digit."""
    if n >= 0:
        return put_digits(S, dst, i, n, base, 1)
    i = put(S, dst, i, 45)
    high = -(n // base)
    low = n - (n // base) * base
    if low != 0:
        high -= 1
        low = base - low
    if high > 0:
        i = put_digits(S, dst, i, high, base, 1)
    return put_digits(S, dst, i, low, base, 1)


def put_string(S, dst, i, s):
    """The bytes of string s."""
    at = S.str_at[s]
    for k in range(S.str_len[s]):
        put(S, dst, i + k, S.bytes[at + k])
    return i + S.str_len[s]


def put_quoted(S, dst, i, s):
    """Go's %q for a string, non-printing ASCII as \\xNN."""
    at = S.str_at[s]
    i = put(S, dst, i, 34)
    for k in range(S.str_len[s]):
        ch = S.bytes[at + k]
        esc = 0
        if ch == 34 or ch == 92:
            esc = ch
        elif ch == 10:
            esc = 110
        elif ch == 9:
            esc = 116
        elif ch == 13:
            esc = 114
        if esc != 0:
            i = put(S, dst, i, 92)
            i = put(S, dst, i, esc)
        elif ch < 32 or ch == 127:
            i = put(S, dst, i, 92)
            i = put(S, dst, i, 120)
            i = put_digits(S, dst, i, ch, 16, 2)
        else:
            i = put(S, dst, i, ch)
    return put(S, dst, i, 34)


def put_rune(S, dst, i, r):
    """A code point as UTF-8; what is none becomes U+FFFD."""
    if r < 0 or r > 0x10FFFF or (r >= 0xD800 and r < 0xE000):
        r = 0xFFFD
    if r < 0x80:
        return put(S, dst, i, r)
    if r < 0x800:
        i = put(S, dst, i, 0xC0 | (r >> 6))
        return put(S, dst, i, 0x80 | (r & 63))
    if r < 0x10000:
        i = put(S, dst, i, 0xE0 | (r >> 12))
        i = put(S, dst, i, 0x80 | ((r >> 6) & 63))
        return put(S, dst, i, 0x80 | (r & 63))
    i = put(S, dst, i, 0xF0 | (r >> 18))
    i = put(S, dst, i, 0x80 | ((r >> 12) & 63))
    i = put(S, dst, i, 0x80 | ((r >> 6) & 63))
    return put(S, dst, i, 0x80 | (r & 63))


def put_fraction(S, dst, i, n, unit):
    """n/unit in decimal, without trailing zeros (time.go:fmtFrac)."""
    i = put_digits(S, dst, i, n // unit, 10, 1)
    frac = n % unit
    if frac == 0:
        return i
    width = 0
    x = unit
    while x > 1:
        width += 1
        x = x // 10
    while frac % 10 == 0:
        frac = frac // 10
        width -= 1
    i = put(S, dst, i, 46)
    return put_digits(S, dst, i, frac, 10, width)


def put_duration(S, dst, i, n):
    """time.Duration.String (time.go:Duration.format)."""
    twin = 0
    if n == 0:
        i = put(S, dst, i, 48)
        return put(S, dst, i, 115)
    if n < 0:
        i = put(S, dst, i, 45)
        if n == -0x8000000000000000:
            n += 1  # the one value without a positive twin: it ends in 08, not in 07
            twin = 1
        n = -n
    if n < 1_000:
        i = put_digits(S, dst, i, n, 10, 1)
        i = put(S, dst, i, 110)
    elif n < 1_000_000:
        i = put_fraction(S, dst, i, n, 1_000)
        i = put(S, dst, i, 0xC2)
        i = put(S, dst, i, MICRO)
    elif n < 1_000_000_000:
        i = put_fraction(S, dst, i, n, 1_000_000)
        i = put(S, dst, i, 109)
    else:
        minutes = n // 60_000_000_000
        if minutes >= 60:
            i = put_digits(S, dst, i, minutes // 60, 10, 1)
            i = put(S, dst, i, 104)
        if minutes > 0:
            i = put_digits(S, dst, i, minutes % 60, 10, 1)
            i = put(S, dst, i, 109)
        i = put_fraction(S, dst, i, n % 60_000_000_000 + twin, 1_000_000_000)
    return put(S, dst, i, 115)


def put_padded(S, dst, i, n, width, zero):
    """%5d, %-5d, %05d."""
    end = put_int(S, dst, i, n, 10)
    size = end - i
    left = width < 0
    if left:
        width = -width
    if size >= width:
        return end
    if left:
        while end < i + width:
            end = put(S, dst, end, 32)
        return end
    if zero != 0:
        pad = 48
        negative = 0
        if n < 0:
            negative = 1
        k = 0
        while k < size - negative:
            moved = end - 1 - k
            byte = 48
            if dst == 0:
                byte = S.out[moved]
            else:
                byte = S.bytes[moved]
            put(S, dst, i + width - 1 - k, byte)
            k += 1
        k = i + negative
        while k < i + width - size + negative:
            put(S, dst, k, pad)
            k += 1
        return i + width
    k = 0
    while k < size:
        byte = 32
        if dst == 0:
            byte = S.out[end - 1 - k]
        else:
            byte = S.bytes[end - 1 - k]
        put(S, dst, i + width - 1 - k, byte)
        k += 1
    k = i
    while k < i + width - size:
        put(S, dst, k, 32)
        k += 1
    return i + width


def good_string(S, s):
    """1 if s is a string handle."""
    if s >= 0 and s < S.sc[NSTR]:
        return 1
    return 0


def fmt_bound(S, fp, base, f):
    """Bytes that descriptor f can need, or -1 if a string handle is none."""
    at = S.fmt_at[f]
    n = S.fmt[at]
    total = 0
    for k in range(n):
        kind = S.fmt[at + 1 + 2 * k]
        operand = S.fmt[at + 2 + 2 * k]
        if kind == 0:
            total += S.str_len[operand]
        elif kind == 2 or kind == 5:
            s = S.stk[fp + base + operand]
            if good_string(S, s) == 0:
                return -1
            total += S.str_len[s]
            if kind == 5:
                total += 3 * S.str_len[s] + 2
        elif kind == 9 or kind == 10:
            total += 512 + PIECE
        else:
            total += PIECE
    return total


def fmt_write(S, fp, base, f, dst, i):
    """Format by descriptor f from slots fp+base on; returns the next free index."""
    at = S.fmt_at[f]
    n = S.fmt[at]
    for k in range(n):
        kind = S.fmt[at + 1 + 2 * k]
        operand = S.fmt[at + 2 + 2 * k]
        if kind == 0:
            i = put_string(S, dst, i, operand)
            continue
        v = S.stk[fp + base + (operand & 0xFFFF)]
        if kind == 1:
            i = put_int(S, dst, i, v, 10)
        elif kind == 2:
            i = put_string(S, dst, i, v)
        elif kind == 3:
            if v != 0:
                i = put(S, dst, i, 116)
                i = put(S, dst, i, 114)
                i = put(S, dst, i, 117)
            else:
                i = put(S, dst, i, 102)
                i = put(S, dst, i, 97)
                i = put(S, dst, i, 108)
                i = put(S, dst, i, 115)
            i = put(S, dst, i, 101)
        elif kind == 4:
            i = put_rune(S, dst, i, v)
        elif kind == 5:
            i = put_quoted(S, dst, i, v)
        elif kind == 6:
            i = put_int(S, dst, i, v, 16)
        elif kind == 7:
            i = put_duration(S, dst, i, v)
        elif kind == 11 and v == 0:
            i = put(S, dst, i, 60)  # <nil>
            i = put(S, dst, i, 110)
            i = put(S, dst, i, 105)
            i = put(S, dst, i, 108)
            i = put(S, dst, i, 62)
        elif kind == 8 or kind == 11:
            i = put(S, dst, i, 48)
            i = put(S, dst, i, 120)
            if v == 0:
                i = put(S, dst, i, 48)
            else:
                i = put_digits(S, dst, i, 0xC000000000 + 8 * (v & 0xFFFFFFFF), 16, 1)
        else:
            width = (operand >> 16) - 512
            zero = 0
            if kind == 10:
                zero = 1
            i = put_padded(S, dst, i, v, width, zero)
    return i


def newstring(S, n):
    """Room for a string of at most n bytes: its handle, or minus NEED_* (string.go:rawstring)."""
    s = S.sc[NSTR]
    if s >= S.sc[STRCAP]:
        S.sc[NEED] = 0
        return -NEED_STR
    if S.sc[BYTES_TOP] + n > S.sc[BYTESCAP]:
        S.sc[NEED] = S.sc[BYTES_TOP] + n
        return -NEED_BYTES
    S.sc[NSTR] = s + 1
    S.str_at[s] = S.sc[BYTES_TOP]
    S.str_len[s] = 0
    return s


def closestring(S, s, end):
    """The string s ends before index `end` of the string memory."""
    S.str_len[s] = end - S.str_at[s]
    S.sc[BYTES_TOP] = end
    return s


def concat(S, a, b):
    """a + b as a new string, or minus NEED_* (string.go:concatstrings)."""
    s = newstring(S, S.str_len[a] + S.str_len[b])
    if s < 0:
        return s
    i = put_string(S, 1, S.str_at[s], a)
    i = put_string(S, 1, i, b)
    return closestring(S, s, i)


def compare(S, a, b):
    """-1, 0 or 1, bytewise."""
    n = S.str_len[a]
    if S.str_len[b] < n:
        n = S.str_len[b]
    for k in range(n):
        x = S.bytes[S.str_at[a] + k]
        y = S.bytes[S.str_at[b] + k]
        if x < y:
            return -1
        if x > y:
            return 1
    if S.str_len[a] < S.str_len[b]:
        return -1
    if S.str_len[a] > S.str_len[b]:
        return 1
    return 0
