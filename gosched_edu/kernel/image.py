"""A program image: everything the kernel needs of a Go program, as flat arrays.

Problem. The front end and the kernel must not know each other. What passes between
them has to be plain data: verifiable before it runs, storable, small.

Rejected. Pickled syntax trees (tied to this code base); one object per function
(slow to reach from the kernel); a table for each kind of constant (strings, closures, type
descriptors, package variables): they are all memory, and programs take addresses of them.

Chosen. One int64 array `Image.data` is copied to the low end of the heap before the run. What
the program addresses lies there: string bytes (one a word), type descriptors, static
closures, package variables. Calls through interfaces are one table of (type descriptor, method).

Invariant. An image that `gosched_edu.kernel.verify.verify` accepts cannot make the
kernel read or write outside its arrays, whatever the program computes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gosched_edu.kernel import isa

Made = TypeVar("Made")

#: `Function.flags`: part of the runtime (not preempted by signal, not in tracebacks).
RUNTIME = 1
#: `Function.flags`: made by the compiler, transparent for recover, not in tracebacks.
WRAPPER = 2
#: `Function.flags`: //go:nosplit.
NOSPLIT = 4
#: In the kernel's copy of the flags: not in the program's own file. The log names the caller's line.
LIBRARY = 8
#: In the kernel's copy of the flags: its atomics order nothing for the race detector.
NORACE = 16
#: In the kernel's copy of the flags: it is what `panic` calls, and never returns.
GOPANIC = 32


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
    file : int
        Index into `Image.filenames`.
    bytes : int
        Size of its frame on Go's stack, in bytes.
    deferret : int
        Its DEFERRET instruction, -1 if it defers nothing.
    flags : int
        Sum of RUNTIME, WRAPPER and NOSPLIT.
    """

    name: str
    entry: int
    end: int
    frame: int
    nargs: int
    nresults: int
    line: int
    col: int
    file: int = 0
    bytes: int = 0
    deferret: int = -1
    flags: int = 0

    @property
    def internal(self) -> bool:
        """It is not shown in tracebacks (traceback.go:showfuncinfo)."""
        own = self.name.startswith("runtime.") and not self.name[8:9].isupper()
        return own or bool(self.flags & WRAPPER)


@dataclass(frozen=True)
class Knob:
    """A package variable that a lab may set before the run (``//knob n 1 100``).

    `index` is the word of `Image.data` that holds its first value.
    """

    name: str
    index: int
    default: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Image:
    """A lowered Go program; its arrays cannot be written to, so what was verified stays so.

    Attributes
    ----------
    code : ndarray of int32, shape (4 * n,)
        Instructions ``op, a, b, c``.
    lines, cols, files : ndarray of int32, shape (n,)
        Go source position of each instruction (1-based; 0 = made by the compiler), and the
        index of its file in `filenames`.
    functions : tuple of Function
        Function 0 is the start: it initialises package variables, then calls main.main.
    konst : ndarray of int64
        Constant pool for LDK.
    data : ndarray of int64
        The low end of the heap; word 0 is not used. Word i has the address ``isa.BASE + 8*i``.
    dispatch : mapping of (int, int) to int
        (word index of a type descriptor, method number) to the function that is called, or, for
        method numbers from ``isa.IMPL_FLAG`` on, to anything: presence says "implements".
    handlers : tuple of int
        Function that a fault calls, by fault number (`gosched_edu.kernel.faults`); -1: the
        program dies. May be shorter than the list of faults.
    knobs : tuple of Knob
    inputs : mapping of str to int
        The words of `data` that hold the texts that `given` writes: "stdin", "args", "files", as far as
        the program looks at them.
    variables : tuple of (int, int), optional
        The runs of words of `data` that the program may write to: first word and how many.
    filename : str
        The program's own file.
    filenames : tuple of str
    source : str
        The Go source of `filename`, for error texts and line displays.
    """

    code: NDArray[np.int32]
    lines: NDArray[np.int32]
    cols: NDArray[np.int32]
    files: NDArray[np.int32]
    functions: tuple[Function, ...]
    konst: NDArray[np.int64]
    data: NDArray[np.int64]
    dispatch: Mapping[tuple[int, int], int] = field(default_factory=dict)
    handlers: tuple[int, ...] = ()
    knobs: tuple[Knob, ...] = ()
    inputs: Mapping[str, int] = field(default_factory=dict)
    variables: tuple[tuple[int, int], ...] | None = None
    filename: str = "main.go"
    filenames: tuple[str, ...] = ("main.go",)
    source: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in ("code", "lines", "cols", "files", "konst", "data"):
            array = np.array(getattr(self, name))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "dispatch", dict(self.dispatch))

    def given(
        self,
        stdin: str | bytes = "",
        args: Sequence[str] = (),
        files: Mapping[str, str | bytes] | None = None,
    ) -> Image:
        """The program with something to read.

        Parameters
        ----------
        stdin : str or bytes
            What it reads from os.Stdin.
        args : sequence of str
            os.Args[1:].
        files : mapping of str to str or bytes
            Files by their names; relative ones lie where the program starts.

        Returns
        -------
        Image
            This one if the program does not look at what it is given.

        Raises
        ------
        ValueError
            For a NUL in an argument or in a file.

        Examples
        --------
        >>> from gosched_edu import go
        >>> echo = '''package main
        ... import ("io"; "os")
        ... func main() { io.Copy(os.Stdout, os.Stdin) }
        ... '''
        >>> go.run(go.compile(echo).given(stdin="hello")).output
        'hello'
        """
        parts = [part for pair in (files or {}).items() for part in pair]
        texts = {"stdin": as_bytes(stdin), "args": _joined(args, "argument"), "files": _joined(parts, "file")}
        data = self.data.tolist()
        for name, index in self.inputs.items():
            if text := texts[name]:
                data[index : index + 2] = isa.BASE + 8 * len(data), len(text)
                data.extend(text)
        if len(data) == len(self.data):
            return self
        return replace(self, data=np.array(data, dtype=np.int64))

    @property
    def size(self) -> int:
        """Number of instructions."""
        return len(self.code) // isa.WORDS_PER_INSTR

    def function_at(self, pc: int) -> Function | None:
        """The function that holds instruction `pc`, or None."""
        low, high = 0, len(self.functions)
        while low < high:
            middle = (low + high) // 2
            if self.functions[middle].end <= pc:
                low = middle + 1
            else:
                high = middle
        f = self.functions[low] if low < len(self.functions) else None
        return f if f is not None and f.entry <= pc < f.end else None

    def disassemble(self) -> str:
        """The image as text, one instruction a line, for readers and for tests."""
        out: list[str] = []
        for number, f in enumerate(self.functions):
            out.append(f"{number}: {f.name}  frame={f.frame} args={f.nargs} results={f.nresults}")
            for pc in range(f.entry, f.end):
                op, *abc = (int(x) for x in self.code[4 * pc : 4 * pc + 4])
                spec = isa.OPS[op]
                args = [_operand(x, kind) for x, kind in zip(abc, spec.operands, strict=True) if kind != "-"]
                out.append(f"  {pc:5d}  {int(self.lines[pc]):4d}  {spec.name:8s} {', '.join(args)}")
        return "\n".join(out)


def as_bytes(text: str | bytes) -> bytes:
    """What a run is given, as bytes."""
    return text if isinstance(text, bytes) else text.encode()


def _joined(parts: Sequence[str | bytes], what: str) -> bytes:
    """Texts that each end with NUL, as golib/os/os.go takes them apart."""
    encoded = [as_bytes(p) for p in parts]
    if any(b"\0" in p for p in encoded):
        raise ValueError(f"a NUL byte in an {what}" if what[0] in "aeiou" else f"a NUL byte in a {what}")
    return b"".join(p + b"\0" for p in encoded)


def once(make: Callable[[Image], Made]) -> Callable[[Image], Made]:
    """What `make` makes of an image, made once: images cannot change. Nobody may change what comes out."""
    known: WeakKeyDictionary[Image, Made] = WeakKeyDictionary()

    @wraps(make)
    def made(image: Image) -> Made:
        found = known.get(image)
        if found is None:
            found = known[image] = make(image)
        return found

    return made


def _operand(x: int, kind: str) -> str:
    """One operand as text; packed ones are taken apart."""
    if kind == "o":
        return f"{x >> 8}({x & 0xFF})"
    if kind == "x":
        return f"{x & 0xFFFF}*{x >> 16}"
    if kind == "v":
        return f"({x >> 1}{',ok' if x & 1 else ''})"
    return str(x)
