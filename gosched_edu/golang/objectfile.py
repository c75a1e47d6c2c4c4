"""Compiled functions before they are put together: what a linker works on.

Problem. A program uses a corner of the library. Lowering all of it for each program would take
seconds; code with final addresses cannot be kept for the next program.

Rejected. One image for the whole library: every program would carry all of it, and every
trace and listing would show it.

Chosen. As object files have it: a function is lowered once to code whose references to other
functions, data, types and method numbers are symbols. `link` resolves them.

Invariant. Symbols are values: equal symbols mean the same thing in every unit. The one
exception is `Local`, which means a function of its own unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Function, Package, Var
from gosched_edu.golang.types import Func, Type

# --- functions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Local:
    """Function number `index` of the same unit: a function literal or a wrapper."""

    index: int


@dataclass(frozen=True)
class FuncRef:
    """A declared function or method; `targs` are the type arguments (of the receiver's type)."""

    function: Function
    targs: tuple[Type, ...] = ()


@dataclass(frozen=True)
class Thunk:
    """A function that the compiler makes to call method `name` of `receiver`.

    Attributes
    ----------
    kind : str
        "method": the receiver is the first parameter (method expressions, promoted methods);
        "dispatch": the first parameter is an interface's data word that holds the receiver;
        "bound": the receiver is captured in the closure (method values).
    targs : tuple of Type
        For the method's own type parameters.
    """

    kind: str
    receiver: Type
    name: str
    package: str
    targs: tuple[Type, ...] = ()


@dataclass(frozen=True)
class InitVars:
    """The function that initialises one declaration of package variables."""

    package: Package
    number: int  # in the package's init_order


Target = Local | FuncRef | Thunk | InitVars

# --- data -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """The bytes of a constant string, one a word."""

    value: bytes


@dataclass(frozen=True)
class Descriptor:
    """The type descriptor of a type."""

    type: Type


@dataclass(frozen=True)
class Variable:
    """A package variable."""

    var: Var


@dataclass(frozen=True)
class Static:
    """The closure object of a function that captures nothing."""

    target: Target


@dataclass(frozen=True)
class Words:
    """Constant words, such as a string in an interface."""

    values: tuple[int | Address, ...]


Data = Text | Descriptor | Variable | Static | Words

# --- what an operand can be -------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """The address of a word of data, as a constant."""

    data: Data
    offset: int = 0


@dataclass(frozen=True)
class Konst:
    """The index of a constant in the constant pool."""

    value: int | Address


@dataclass(frozen=True)
class WordIndex:
    """The number of a data word, for GLD and GST."""

    var: Var
    offset: int = 0


@dataclass(frozen=True)
class MethodNumber:
    """The number of a method; `package` is "" for exported ones."""

    name: str
    type: Func
    package: str


@dataclass(frozen=True)
class Implements:
    """The method number that says "implements this interface"."""

    interface: Type


Symbol = Local | FuncRef | Thunk | InitVars | Konst | WordIndex | MethodNumber | Implements


# --- code -----------------------------------------------------------------------------------


@dataclass
class Code:
    """One function: its instructions, jump targets counted from its first instruction.

    Attributes
    ----------
    words : list of int
        Four for each instruction.
    places : list of Pos
        Of each instruction.
    relocations : list of (int, Symbol)
        Index into `words`, and what belongs there.
    frame, nargs, nresults : int
        Slots.
    deferret : int
        Number of its DEFERRET instruction or -1.
    flags, bytes : int
        As `gosched_edu.kernel.image.Function` has them.
    """

    name: str
    words: list[int]
    places: list[Pos]
    relocations: list[tuple[int, Symbol]]
    frame: int
    nargs: int
    nresults: int
    declared: Pos
    file: str
    deferret: int = -1
    flags: int = 0
    bytes: int = 0


@dataclass
class Unit:
    """What is lowered in one go: a function with the literals and wrappers inside it."""

    codes: list[Code] = field(default_factory=list)
