"""Functions of golib that are instructions.

Problem. golib reaches the machine through a handful of functions; each is a few instructions.

Rejected. A case in the lowering for each: the table of them is golib itself.

Chosen. A function without a body has a template in the comment above it, ``//op SEMACQ a b 19``:
instructions over the letters r (result), a, b, ... (arguments), t (a temporary), integers, and
#a (an argument that must be a constant). golib/README.md describes it.

Invariant. All arguments are evaluated before the first instruction; the result may go where an
argument was.
"""

from __future__ import annotations

from collections.abc import Sequence

from gosched_edu.golang.lower_special import SpecialLowering
from gosched_edu.golang.objects import Function
from gosched_edu.kernel import isa


class IntrinsicLowering(SpecialLowering):
    """Expands the templates of intrinsics."""

    def expand(
        self,
        f: Function,
        args: list[tuple[int, int]],
        nresults: int,
        target: int | None,
        consts: Sequence[object] = (),
    ) -> int:
        """The instructions of an intrinsic's template; see golib/README.md."""
        steps = [s.split() for s in f.intrinsic.split(";")]
        slot = self.dest(target, nresults)
        result = slot
        if len(steps) > 1 and target is not None and nresults:
            result = self.out.alloc(nresults)  # the arguments may be the target itself
        temporary = self.out.alloc() if any("t" in s[1:] for s in steps) else -1
        # A generic function may read a string where this instance has one word, in a branch that
        # it never takes: the slots must be there.
        self.out.high = max(self.out.high, self.out.top + 2)
        for name, *operands in steps:
            kinds = isa.BY_NAME[name].operands
            out: list[int] = []
            for word, kind in zip(operands, kinds, strict=False):
                out.append(self._operand(f, word, kind, args, consts, result, temporary))
            self.out.emit(name, *out)
        self.move(slot, result, nresults)
        return slot

    def _operand(
        self,
        f: Function,
        word: str,
        kind: str,
        args: list[tuple[int, int]],
        consts: Sequence[object],
        result: int,
        temporary: int,
    ) -> int:
        if word.startswith("#"):
            at = ord(word[1]) - ord("a")
            value = consts[at] if at < len(consts) else None
            if not isinstance(value, int):
                raise RuntimeError(f"golib: an argument of {f.name} must be a constant")
            return value
        number = word.strip("()")
        if number.lstrip("-").isdigit():
            slot_wanted = kind in "sSL" and not word.startswith("(")
            return self.out.constant(int(number)) if slot_wanted else int(number)
        name, _, plus = word.partition("+")
        first = {"r": result, "t": temporary}.get(name)
        if first is None:
            if name[0] == "r":
                first = result + int(name[1:]) - 1
            else:
                first = args[ord(name) - ord("a")][0]
        return first + int(plus or 0)


def reads_together(f: Function) -> bool:
    """Whether an instruction of an intrinsic reads several arguments as one run."""
    for step in f.intrinsic.split(";"):
        name, *operands = step.split()
        for word, kind in zip(operands, isa.BY_NAME[name].operands, strict=False):
            if kind in "SLr" and word[0] in "abcdef":
                return True
    return False
