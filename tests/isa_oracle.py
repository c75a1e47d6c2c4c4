"""A second, independent machine: runs sequential images in plain Python.

It has one goroutine and no clock. It knows the instruction set from `isa` and nothing of
the kernel, so that a fault of the lowering and one of the kernel can be told apart.
"""

from __future__ import annotations

from gosched_edu.golang.constants import quote, quotient, remainder
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Image

MASK = (1 << 64) - 1


class Panic(Exception):
    """The program panicked."""


class Exit(Exception):
    """os.Exit."""


def wrap(n: int) -> int:
    n &= MASK
    return n - (1 << 64) if n >> 63 else n


def duration(d: int) -> str:
    """time.Duration.String."""
    sign, n = ("-", -d) if d < 0 else ("", d)
    if n < 1000:
        return f"{sign}{n}ns" if n else "0s"
    for unit, size in (("µs", 10**3), ("ms", 10**6)):
        if n < size * 1000:
            return f"{sign}{_decimal(n, size)}{unit}"
    seconds, rest = divmod(n, 10**9)
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    out = f"{_decimal(s * 10**9 + rest, 10**9)}s"
    if minutes:
        out = f"{m}m{out}"
    return f"{sign}{hours}h{out}" if hours else sign + out


def _decimal(n: int, size: int) -> str:
    whole, part = divmod(n, size)
    digits = str(part).zfill(len(str(size)) - 1).rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


class Machine:
    """Runs one image."""

    def __init__(self, image: Image, limit: int = 2_000_000):
        self.image = image
        self.limit = limit
        self.rows = [tuple(int(x) for x in row) for row in image.code.reshape(-1, 4)]
        self.stack = [0] * 100_000
        self.heap = [0, *image.static_closures]
        self.strings: list[bytes] = list(image.strings)
        self.globals = [0] * image.nglobals
        for k in image.knobs:
            self.globals[k.index] = k.default
        self.channels: list[tuple[int, list[int]]] = [(0, [])]
        self.closed: set[int] = set()
        self.out = bytearray()

    def run(self) -> str:
        """Run to the end; what was printed."""
        try:
            self._run()
        except Exit:
            pass
        return self.out.decode()

    def string(self, b: bytes) -> int:
        self.strings.append(b)
        return len(self.strings) - 1

    def new(self, words: list[int]) -> int:
        self.heap += words
        return len(self.heap) - len(words)

    def _run(self) -> None:
        image = self.image
        pc, fp = image.functions[0].entry, 0
        frames: list[tuple[int, int]] = []
        ends = [f.frame for f in image.functions]
        function = 0
        calls: list[int] = []
        for _ in range(self.limit):
            op, a, b, c = self.rows[pc]
            spec = isa.OPS[op]
            s, name = self.stack, spec.name
            for x, kind in zip((a, b, c), spec.operands, strict=True):
                if kind in "dsB" and not 0 <= x < ends[function] + (kind == "B"):
                    raise AssertionError(f"slot {x} outside the frame at {pc}")
                if kind == "t" and (x <= pc) != name.startswith("LOOP"):
                    raise AssertionError(f"wrong direction of jump at {pc}")
            pc += 1
            if name in ("CALL", "CALLC"):
                if name == "CALLC":
                    closure = s[fp + a]
                    if closure == 0:
                        raise Panic("nil function")
                    target = self.heap[closure]
                else:
                    closure, target = 0, a
                frames.append((pc, fp))
                calls.append(function)
                fp, function = fp + b, target
                pc = image.functions[target].entry
                s[fp + isa.FRAME_ENV] = closure
            elif name == "RET":
                if not frames:
                    return
                (pc, fp), function = frames.pop(), calls.pop()
            elif "t" in spec.operands:
                pc = self._jump(name, fp, a, b, c, pc)
            else:
                self._step(name, fp, a, b, c)
        raise AssertionError("too many steps")

    def _jump(self, name: str, fp: int, a: int, b: int, c: int, pc: int) -> int:
        s = self.stack
        match name:
            case "JMP" | "LOOP":
                return a
            case "JZ":
                return b if s[fp + a] == 0 else pc
            case "JNZ" | "LOOPNZ":
                return b if s[fp + a] != 0 else pc
            case "JEQ":
                return c if s[fp + a] == s[fp + b] else pc
            case "JNE":
                return c if s[fp + a] != s[fp + b] else pc
            case "JLT" | "LOOPLT":
                return c if s[fp + a] < s[fp + b] else pc
            case "JGE":
                return c if s[fp + a] >= s[fp + b] else pc
        raise AssertionError(name)

    def _step(self, name: str, fp: int, a: int, b: int, c: int) -> None:
        s, heap = self.stack, self.heap

        def put(value: int) -> None:
            s[fp + a] = wrap(value)

        def x() -> int:
            return s[fp + b]

        def y() -> int:
            return s[fp + c]

        def address(slot: int) -> int:
            if s[fp + slot] == 0:
                raise Panic("nil pointer")
            return s[fp + slot]

        match name:
            case "LDI":
                put(b)
            case "LDK":
                put(int(self.image.konst[b]))
            case "MOV":
                put(x())
            case "ADD":
                put(x() + y())
            case "SUB":
                put(x() - y())
            case "MUL":
                put(x() * y())
            case "ADDI":
                put(x() + c)
            case "AND":
                put(x() & y())
            case "OR":
                put(x() | y())
            case "XOR":
                put(x() ^ y())
            case "ANDNOT":
                put(x() & ~y())
            case "NEG":
                put(-x())
            case "COM":
                put(~x())
            case "NOT":
                put(1 - x())
            case "EQ":
                put(x() == y())
            case "NE":
                put(x() != y())
            case "LT":
                put(x() < y())
            case "LE":
                put(x() <= y())
            case "DIV" | "MOD":
                if y() == 0:
                    raise Panic("integer divide by zero")
                put((quotient if name == "DIV" else remainder)(x(), y()))
            case "SHL" | "SHR":
                if y() < 0:
                    raise Panic("negative shift amount")
                n = min(y(), 64)
                put(x() << n if name == "SHL" else x() >> n)
            case "NEW":
                put(self.new([0] * b))
            case "NEWCOPY":
                put(self.new(s[fp + b : fp + b + c]))
            case "LD":
                put(heap[address(b) + c])
            case "ST":
                heap[address(a) + b] = y()
            case "GLD":
                put(self.globals[b])
            case "GST":
                self.globals[a] = x()
            case "FMT":
                text = self._format(fp + b, c)
                if a < 0:
                    self.out += text
                else:
                    put(self.string(text))
            case "SCAT":
                put(self.string(self.strings[x()] + self.strings[y()]))
            case "SCMP":
                m, n = self.strings[x()], self.strings[y()]
                put((m > n) - (m < n))
            case "SLEN":
                put(len(self.strings[x()]))
            case "MKCHAN":
                self.channels.append((x(), []))
                put(len(self.channels) - 1)
            case "SEND":
                size, items = self.channels[s[fp + a]]
                assert len(items) < size, "a sequential program must not block"
                items.append(x())
            case "RECV":
                items = self.channels[x()][1]
                assert items or x() in self.closed, "a sequential program must not block"
                if c >= 0:
                    s[fp + c] = bool(items)
                value = items.pop(0) if items else 0
                if a >= 0:
                    put(value)
            case "CLOSE":
                self.closed.add(s[fp + a])
            case "CHLEN":
                put(len(self.channels[x()][1]))
            case "CHCAP":
                put(self.channels[x()][0])
            case "WGADD":
                heap[address(a)] += x()
            case "WGWAIT" | "SLEEP" | "GOSCHED":
                pass
            case "NPROC" | "NUMG":
                put(1)
            case "NOW":
                put(0)
            case "PANIC":
                raise Panic(self.strings[s[fp + a]].decode())
            case "EXIT":
                raise Exit
            case _:
                raise AssertionError(name)

    def _format(self, run: int, descriptor: int) -> bytes:
        at = int(self.image.fmt_at[descriptor])
        words = [int(w) for w in self.image.fmt[at + 1 : at + 1 + 2 * int(self.image.fmt[at])]]
        out = b""
        for kind, operand in zip(words[::2], words[1::2], strict=True):
            width = (operand >> 16) - 512
            value = self.stack[run + (operand & 0xFFFF)]
            match kind:
                case isa.FMT_LITERAL:
                    out += self.strings[operand]
                case isa.FMT_INT:
                    out += str(value).encode()
                case isa.FMT_STRING:
                    out += self.strings[value]
                case isa.FMT_BOOL:
                    out += b"true" if value else b"false"
                case isa.FMT_CHAR:
                    valid = 0 <= value < 0xD800 or 0xE000 <= value < 0x110000
                    out += chr(value if valid else 0xFFFD).encode()
                case isa.FMT_QUOTED:
                    out += quote(self.strings[value]).encode()
                case isa.FMT_HEX:
                    out += f"{value:x}".encode()
                case isa.FMT_DURATION:
                    out += duration(value).encode()
                case isa.FMT_POINTER_V if value == 0:
                    out += b"<nil>"
                case isa.FMT_POINTER if value == 0:
                    out += b"0x0"
                case isa.FMT_POINTER | isa.FMT_POINTER_V:
                    out += f"0xc{value:09x}".encode()
                case isa.FMT_PADDED:
                    text = str(value)
                    out += (text.ljust(-width) if width < 0 else text.rjust(width)).encode()
                case isa.FMT_ZERO_PADDED:
                    out += str(value).zfill(width).encode()
        return out


def run(image: Image) -> str:
    """Run a sequential image; what it printed."""
    return Machine(image).run()
