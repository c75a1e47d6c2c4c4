"""The names that need no declaration, and the library: ONE table of what exists.

Problem. The simulator has a small part of Go's library. Whoever writes a program must
learn at once what is there, and each new function must cost one line.

Rejected. A case in the checker and a case in the lowering for each function.

Invariant. A library function is its type and its code. The code is a list of
instructions over the letters r (result), a, b (arguments, the receiver first) and t (a
temporary), and integers (constants); no other place knows library functions by name,
except fmt's (package `formats`) and WaitGroup.Go, which needs a goroutine.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Builtin, Const, Nil, Object, Scope, TypeName

DURATION = t.Named("time", "Duration", t.INT64)
TIME = t.Named("time", "Time", t.Struct("wall uint64; ext int64; loc *time.Location"))
_STATE = t.Struct("noCopy sync.noCopy; state atomic.Uint64; sema uint32")
WAITGROUP = t.Named("sync", "WaitGroup", _STATE)

Step = tuple["str | int", ...]


@dataclass(frozen=True)
class LibFunc:
    """A function or method of the library.

    Attributes
    ----------
    name : str
        As written in a program: ``time.Sleep``, ``(*sync.WaitGroup).Add``.
    type : Func
        Without the receiver.
    code : tuple of steps
        Mnemonic, then operands.
    since : tuple of int
        The Go version that brought it.
    only : int or None
        The only constant that the argument may be.
    special : str
        The name of its own rule in checker and lowering; such a function has no code.
    instead : str
        What to write where the language version has no such function.
    """

    name: str
    type: t.Func
    code: tuple[Step, ...] = ()
    since: tuple[int, int] = (1, 0)
    only: int | None = None
    special: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Package:
    """A library package."""

    path: str
    functions: dict[str, LibFunc] = field(default_factory=dict)
    types: dict[str, t.Type] = field(default_factory=dict)
    constants: dict[str, tuple[t.Type, int]] = field(default_factory=dict)

    def names(self) -> list[str]:
        return sorted([*self.functions, *self.types, *self.constants])


def _f(params: tuple[t.Type, ...], results: tuple[t.Type, ...] = (), names: str = "") -> t.Func:
    return t.Func(params, results, tuple(names.split()) if names else ())


_PRINT = _f((), ())
_SPRINT = _f((), (t.STRING,))
_ONE_INT = (t.INT,)

PACKAGES: dict[str, Package] = {
    "fmt": Package(
        "fmt",
        {
            "Println": LibFunc("fmt.Println", _PRINT, special="fmt"),
            "Printf": LibFunc("fmt.Printf", _PRINT, special="fmt"),
            "Print": LibFunc("fmt.Print", _PRINT, special="fmt"),
            "Sprintln": LibFunc("fmt.Sprintln", _SPRINT, special="fmt"),
            "Sprintf": LibFunc("fmt.Sprintf", _SPRINT, special="fmt"),
            "Sprint": LibFunc("fmt.Sprint", _SPRINT, special="fmt"),
        },
    ),
    "os": Package("os", {"Exit": LibFunc("os.Exit", _f(_ONE_INT, (), "code"), (("EXIT", "a"),))}),
    "runtime": Package(
        "runtime",
        {
            "Gosched": LibFunc("runtime.Gosched", _f(()), (("GOSCHED",),)),
            "NumGoroutine": LibFunc("runtime.NumGoroutine", _f((), _ONE_INT), (("NUMG", "r"),)),
            "NumCPU": LibFunc("runtime.NumCPU", _f((), _ONE_INT), (("NPROC", "r"),)),
            "GOMAXPROCS": LibFunc(
                "runtime.GOMAXPROCS", _f(_ONE_INT, _ONE_INT, "n"), (("NPROC", "r"),), only=0
            ),
        },
    ),
    "sync": Package("sync", types={"WaitGroup": WAITGROUP}),
    "time": Package(
        "time",
        {
            "Sleep": LibFunc("time.Sleep", _f((DURATION,), (), "d"), (("SLEEP", "a"),)),
            "Now": LibFunc("time.Now", _f((), (TIME,)), (("NOW", "r"),)),
            "Since": LibFunc(
                "time.Since",
                _f((TIME,), (DURATION,), "t"),
                (("NOW", "t"), ("SUB", "r", "t", "a")),
            ),
        },
        {"Duration": DURATION, "Time": TIME},
        {
            "Nanosecond": (DURATION, 1),
            "Microsecond": (DURATION, 10**3),
            "Millisecond": (DURATION, 10**6),
            "Second": (DURATION, 10**9),
            "Minute": (DURATION, 60 * 10**9),
            "Hour": (DURATION, 3600 * 10**9),
        },
    ),
}

_LONG = (t.INT64,)


def _per(name: str, unit: int) -> LibFunc:
    return LibFunc(f"time.Duration.{name}", _f((), _LONG), (("DIV", "r", "a", unit),))


# Methods by receiver. A pointer type as the key: the method needs an address.
METHODS: dict[t.Type, dict[str, LibFunc]] = {
    t.Pointer(WAITGROUP): {
        "Add": LibFunc("(*sync.WaitGroup).Add", _f(_ONE_INT, (), "delta"), (("WGADD", "a", "b"),)),
        "Done": LibFunc("(*sync.WaitGroup).Done", _f(()), (("WGADD", "a", -1),)),
        "Wait": LibFunc("(*sync.WaitGroup).Wait", _f(()), (("WGWAIT", "a"),)),
        "Go": LibFunc(
            "(*sync.WaitGroup).Go",
            _f((_f(()),), (), "f"),
            since=(1, 25),
            special="WaitGroup.Go",
            instead="use Add(1), a go statement and Done",
        ),
    },
    DURATION: {
        "Nanoseconds": LibFunc("time.Duration.Nanoseconds", _f((), _LONG), (("MOV", "r", "a"),)),
        "Microseconds": _per("Microseconds", 10**3),
        "Milliseconds": _per("Milliseconds", 10**6),
        "String": LibFunc("time.Duration.String", _SPRINT, special="Duration.String"),
    },
    TIME: {
        "Sub": LibFunc("time.Time.Sub", _f((TIME,), (DURATION,), "u"), (("SUB", "r", "a", "b"),)),
        "Add": LibFunc("time.Time.Add", _f((DURATION,), (TIME,), "d"), (("ADD", "r", "a", "b"),)),
        "Before": LibFunc(
            "time.Time.Before", _f((TIME,), (t.BOOL,), "u"), (("LT", "r", "a", "b"),)
        ),
        "After": LibFunc("time.Time.After", _f((TIME,), (t.BOOL,), "u"), (("LT", "r", "b", "a"),)),
    },
}

# Functions that Go has and the simulator has not, although their package is there, need no
# list: all such names get the same answer.
BUILTINS = (
    "cap", "close", "len", "make", "max", "min", "new", "panic", "print", "println",
)  # fmt: skip
KNOWN_BUILTINS = ("append", "clear", "complex", "copy", "delete", "imag", "real", "recover")
KNOWN_TYPES = tuple(
    "any byte comparable complex64 complex128 error float32 float64 int8 int16 int32 rune "
    "uint uint8 uint16 uint32 uint64 uintptr".split()
)
SUPPORTED_TYPES = "int, int64, string, bool, time.Duration, chan, func, pointers, struct{}"

_NOWHERE = Pos(0, 0)


def scope() -> Scope:
    """The universe scope."""
    out = Scope()
    objects: list[Object] = [
        TypeName(str(k), _NOWHERE, k) for k in (t.INT, t.INT64, t.STRING, t.BOOL)
    ]
    objects += [Const(n, _NOWHERE, t.UNTYPED_BOOL, value=n == "true") for n in ("true", "false")]
    objects.append(Const("iota", _NOWHERE, t.UNTYPED_INT))
    objects.append(Nil("nil", _NOWHERE, t.UNTYPED_NIL))
    objects += [Builtin(name, _NOWHERE) for name in BUILTINS]
    out.names = {o.name: o for o in objects}
    return out


def missing(package: Package, name: str) -> str:
    """Why `name` cannot be used: what the package has instead."""
    near = difflib.get_close_matches(name, package.names(), 1)
    maybe = f"; did you mean {package.path}.{near[0]}?" if near else ""
    have = ", ".join(package.names())
    return f"{package.path}.{name} is not simulated yet (of package {package.path}: {have}){maybe}"
