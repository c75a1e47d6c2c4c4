"""A program image: everything the kernel needs of a Go program, as flat arrays.

Problem. The front end and the kernel must not know each other. What passes between
them has to be plain data: verifiable before it runs, storable, small.

Rejected. Pickled syntax trees (tied to this code base); one object per function
(slow to reach from the kernel).

Invariant. An image that `gosched_edu.kernel.verify.verify` accepts cannot make the
kernel read or write outside its arrays, whatever the program computes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa


@dataclass(frozen=True)
class Function:
    """One function of the image.

    Attributes
    ----------
    name : str
        Go's own name for it: ``main.main``, ``main.worker``, ``main.main.func1``.
    entry, end : int
        Its instructions are ``entry .. end-1`` (instruction indices).
    frame : int
        Slots of its frame, with the two header slots.
    nargs, nresults : int
        Words of parameters and of results; both start at slot 2.
    line, col : int
        Where it is declared in the Go source (1-based).
    """

    name: str
    entry: int
    end: int
    frame: int
    nargs: int
    nresults: int
    line: int
    col: int


@dataclass(frozen=True)
class Knob:
    """A package variable that a lab may set before the run (``//knob n 1 100``).

    `index` is the word, behind the package variables, from which the start function reads the
    variable's first value.
    """

    name: str
    index: int
    default: int
    low: int
    high: int


@dataclass(frozen=True)
class Image:
    """A lowered Go program.

    Attributes
    ----------
    code : ndarray of int32, shape (4 * n,)
        Instructions ``op, a, b, c``.
    lines, cols : ndarray of int32, shape (n,)
        Go source position of each instruction (1-based; 0 = made by the compiler).
    functions : tuple of Function
        Function 0 is the start: it initialises package variables, then calls main.main.
    konst : ndarray of int64
        Constant pool for LDK.
    strings : tuple of bytes
        String table; a string value is an index into it. Entry 0 is the empty string.
    fmt : ndarray of int32
        Format descriptors, concatenated; see ``isa.FMT_*``.
    fmt_at : ndarray of int32
        Where descriptor i starts in `fmt`.
    nglobals : int
        Number of package-variable words, all zero at the start.
    static_closures : tuple of int
        Function numbers; entry i is a closure object without captures, put at heap
        address ``1 + i`` before the run. The lowering uses those addresses as values.
    knobs : tuple of Knob
    filename : str
    source : str
        The Go source, for error texts and line displays.
    """

    code: NDArray[np.int32]
    lines: NDArray[np.int32]
    cols: NDArray[np.int32]
    functions: tuple[Function, ...]
    konst: NDArray[np.int64]
    strings: tuple[bytes, ...]
    fmt: NDArray[np.int32]
    fmt_at: NDArray[np.int32]
    nglobals: int = 0
    static_closures: tuple[int, ...] = ()
    knobs: tuple[Knob, ...] = ()
    filename: str = "main.go"
    source: str = field(default="", repr=False)

    @property
    def size(self) -> int:
        """Number of instructions."""
        return len(self.code) // isa.WORDS_PER_INSTR

    def function_at(self, pc: int) -> Function | None:
        """The function that holds instruction `pc`, or None."""
        for f in self.functions:
            if f.entry <= pc < f.end:
                return f
        return None

    def disassemble(self) -> str:
        """The image as text, one instruction a line, for readers and for tests."""
        out: list[str] = []
        for number, f in enumerate(self.functions):
            out.append(f"{number}: {f.name}  frame={f.frame} args={f.nargs} results={f.nresults}")
            for pc in range(f.entry, f.end):
                op, *abc = (int(x) for x in self.code[4 * pc : 4 * pc + 4])
                spec = isa.OPS[op]
                args = [str(x) for x, kind in zip(abc, spec.operands, strict=True) if kind != "-"]
                out.append(f"  {pc:5d}  {int(self.lines[pc]):4d}  {spec.name:8s} {', '.join(args)}")
        return "\n".join(out)
