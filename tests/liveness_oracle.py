"""Which slots of a frame may still be read, found with sets and instruction names.

The kernel's stack maps (`gosched_edu.kernel.stackmap`) must be the same. What is unknown counts as read,
and not as written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import Function, Image

WRITES = {"d": 1, "D": 2, "T": 3}
READS = {"s": 1, "S": 2, "L": 2}


def _run(first: int, n: int) -> int:
    """The set of slots first .. first+n-1, as bits."""
    return ((1 << n) - 1) << first if n > 0 else 0


def _effects(image: Image, f: Function, pc: int) -> tuple[int, int]:
    """(slots read, slots certainly written) by the instruction at pc."""
    op, *abc = (int(x) for x in image.code[4 * pc : 4 * pc + 4])
    spec = isa.OPS[op]
    kinds = spec.operands
    by_kind = dict(zip(kinds, abc, strict=True))
    count = by_kind["o"] & 0xFF if "o" in by_kind else by_kind.get("n", 0)
    reads = writes = 0
    for kind, x in zip(kinds, abc, strict=True):
        if kind in READS:
            reads |= _run(x, READS[kind])
        elif kind in WRITES:
            writes |= _run(x, WRITES[kind])
        elif kind == "r":
            reads |= _run(x, count)
        elif kind == "w":
            writes |= _run(x, count)
        elif kind == "x" and spec.name != "NEWS":
            reads |= 1 << (x & 0xFFFF)
        elif kind == "q" and x >= 0:
            writes |= _run(x, (by_kind["v"] >> 1) + (by_kind["v"] & 1))
        elif kind == "B":
            nargs = count
            if "f" in by_kind:
                nargs = image.functions[by_kind["f"]].nargs
            elif spec.name == "CALLI":
                taken = [fn for (_, m), fn in image.dispatch.items() if m == by_kind["m"]]
                nargs = image.functions[taken[0]].nargs if taken else 0
            reads |= _run(x + 3, nargs - 1) if spec.name == "CALLI" else _run(x + 2, nargs)
            if spec.name in ("CALL", "CALLC", "CALLI", "DEFERRET"):
                writes |= _run(x, f.frame - x)
    if spec.name == "RET":
        reads |= _run(isa.FRAME_ARGS, f.nresults)
    if spec.name == "SELECT":
        for case in range(pc + 1, pc + 1 + by_kind["n"]):
            more = _effects(image, f, case)
            reads, writes = reads | more[0], writes | more[1]
    if spec.name == "SPECIAL" and by_kind["i"] == 0:
        writes = 0
    return reads, writes


@dataclass
class Liveness:
    """Live slots of one image's functions.

    Examples
    --------
    ``Liveness(image).before(pc)`` is a set of slots; ``after_call(pc)`` the same for a frame that waits
    for the call at pc to return.
    """

    image: Image
    _known: dict[int, list[int]] = field(default_factory=dict)

    def is_case(self, pc: int) -> bool:
        """It only carries operands of a select."""
        return isa.OPS[int(self.image.code[4 * pc])].name.startswith("CASE")

    def before(self, pc: int) -> set[int]:
        """Slots that may be read from the instruction at pc on."""
        f = self.image.function_at(pc)
        return _slots(self._of(f)[pc - f.entry]) if f is not None else set()

    def after_call(self, pc: int) -> set[int]:
        """Slots that may be read when the call at pc has returned, apart from its results."""
        f = self.image.function_at(pc)
        if f is None:
            return set()
        _, writes = _effects(self.image, f, pc)
        return _slots(self._after(f, self._of(f), pc) & ~writes)

    def _of(self, f: Function) -> list[int]:
        live = self._known.get(f.entry)
        if live is None:
            effects = [_effects(self.image, f, pc) for pc in range(f.entry, f.end)]
            live = [0] * (f.end - f.entry)
            changed = True
            while changed:
                changed = False
                for pc in range(f.end - 1, f.entry - 1, -1):
                    reads, writes = effects[pc - f.entry]
                    new = reads | self._after(f, live, pc) & ~writes
                    if new != live[pc - f.entry]:
                        live[pc - f.entry] = new
                        changed = True
            self._known[f.entry] = live
        return live

    def _after(self, f: Function, live: list[int], pc: int) -> int:
        op, *abc = (int(x) for x in self.image.code[4 * pc : 4 * pc + 4])
        spec = isa.OPS[op]
        out = 0
        following = pc + 1 + (abc[1] if spec.name == "SELECT" else 0)
        panics = spec.name == "CALL" and self.image.functions[abc[0]].name == "runtime.gopanic"
        if spec.name not in isa.TERMINATORS and not panics and following < f.end:
            out |= live[following - f.entry]
        for kind, x in zip(spec.operands, abc, strict=True):
            if kind == "t":
                out |= live[x - f.entry]
        if f.deferret >= 0:
            out |= live[f.deferret - f.entry]  # a panic may be recovered
        return out


def _slots(bits: int) -> set[int]:
    return {i for i in range(bits.bit_length()) if bits >> i & 1}
