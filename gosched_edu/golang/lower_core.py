"""The lowering's ground: one function, its types, and where its variables are.

Problem. A variable is a run of slots, words in a heap object, or words of the data; the same
generic body has other types, and so other runs, for each instance.

Rejected. Every variable in memory: a loop counter would cost three instructions a step.

Chosen. A `Place` says where a value is; selecting a field gives another place without
moving anything. All types come through `kind` and `plain`, which put the type arguments in.

Invariant. Variables whose address is taken, or that closures share while they change, and
those of memory types are in heap objects; reading or writing a place moves exactly the words
of its type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from gosched_edu.golang import ast, layout, lookup
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, UnitBuilder
from gosched_edu.golang.library import Library, kept
from gosched_edu.golang.lower_equal import EqualLowering
from gosched_edu.golang.lower_num import NumberLowering
from gosched_edu.golang.objectfile import (
    Address,
    Descriptor,
    FuncRef,
    Target,
    Unit,
    Variable,
    WordIndex,
)
from gosched_edu.golang.objects import FuncInfo, Function, Info, Selection, Var
from gosched_edu.golang.parse import LATEST
from gosched_edu.golang.store import UnitStore
from gosched_edu.golang.subst import Env, mentions_params, substitute
from gosched_edu.kernel import isa


@dataclass(frozen=True)
class Place:
    """Where a value of type `type` is.

    Attributes
    ----------
    kind : str
        "slots": a run from slot `number`; "memory": `offset` words behind the address in slot
        `number`; "data": `offset` words behind the first of package variable `var`.
    checked : bool
        Of "memory": the address is known not to be nil.
    """

    kind: str
    type: t.Type
    number: int = 0
    offset: int = 0
    var: Var | None = None
    checked: bool = False


@dataclass(eq=False)
class Program:
    """What the functions of one program share while they are lowered.

    Attributes
    ----------
    library : Library
    version : tuple of int
        The language version of the user's package.
    main : str
        The name of the user's package.
    units, store
        Of golib: what has been lowered, which is the same for every program; in this process
        and on disk.
    """

    library: Library
    version: tuple[int, int]
    main: str = "main"
    race: bool = False  # made for the race detector
    functions: dict[str, Function] = field(default_factory=dict)
    units: dict[Target, Unit] = field(default_factory=dict)

    @cached_property
    def store(self) -> UnitStore:
        """Units that were lowered by other processes."""
        return UnitStore(self.library, kept(), self.race)

    @property
    def golib(self) -> Program:
        """The context in which golib is lowered: with the newest language."""
        found = self.library.contexts.get(self.race)
        if found is None:
            found = Program(self.library, LATEST, race=self.race)
            self.library.contexts[self.race] = found
        assert isinstance(found, Program)
        return found

    def runtime(self, name: str) -> Function:
        """A function of package runtime."""
        found = self.functions.get(name)
        if found is None:
            package = self.library.load("runtime")
            obj = package.scope.names.get(name) if package is not None else None
            if not isinstance(obj, Function):
                raise RuntimeError(f"golib: package runtime has no function {name}")
            found = self.functions[name] = obj
        return found


def is_instrumented(path: str) -> bool:
    """Whether the race detector hears of the accesses of a package (base.NoInstrumentPkgs)."""
    return path not in ("runtime", "sync", "sync/atomic") and not path.startswith("internal/")


class CoreLowering(EqualLowering, NumberLowering):
    """State and vocabulary of the lowering."""

    def __init__(
        self,
        program: Program,
        unit: UnitBuilder,
        emitter: Emitter,
        info: Info,
        func: FuncInfo | None,
        env: Env,
        package: str,
    ):
        self.program = program
        self.unit = unit
        self.out = emitter
        self.info = info
        self.func = func
        self.env = env
        self.package = package
        self.race = program.race and is_instrumented(package)
        self.vars: dict[Var, Place] = {}
        # Operands of a deferred or started call that have been evaluated.
        self.ready: dict[ast.Expr, Place] = {}

    # --- types -----------------------------------------------------------------------------

    def plain(self, kind: t.Type) -> t.Type:
        """`kind` with the type arguments of this instance."""
        return substitute(kind, self.env) if self.env else kind

    def kind(self, e: ast.Expr) -> t.Type:
        """The type of expression `e`."""
        x = self.info.operands[e]
        return substitute(x.type, self.env) if self.env else x.type

    def selection(self, e: ast.Selector) -> Selection:
        """What selector `e` means in this instance."""
        s = self.info.selections[e]
        if not self.env or s.kind == "package" or not mentions_params(s.receiver):
            return s
        receiver = self.plain(s.receiver)
        found = lookup.find(receiver, e.sel.name, self.package)
        assert found is not None and found.obj is not None
        kind = found.kind if s.kind != "method expr" else s.kind
        return Selection(
            kind, found.path, found.obj, found.type if kind != "method expr" else self.plain(s.type),
            found.indirect, receiver, found.owner,
        )  # fmt: skip

    def descriptor(self, kind: t.Type, target: int | None = None) -> int:
        return self.out.constant(Address(Descriptor(kind)), target)

    # --- variables -------------------------------------------------------------------------

    def boxed(self, var: Var) -> bool:
        """Whether `var` is in a heap object of its own."""
        return var.boxed or layout.is_memory(self.plain(var.type))

    def place_of(self, var: Var) -> Place:
        """Where a variable is."""
        if var.owner is None:
            return Place("data", var.type, var=var)
        return self.vars[var]

    def read(self, p: Place, target: int | None = None) -> int:
        """The value at a place; of slots without a target, the slots themselves."""
        if p.kind == "slots":
            if target is None:
                return p.number
            self.move(target, p.number, layout.slots(p.type))
            return target
        if p.kind == "data":
            if layout.words(p.type) == 1 and not layout.is_memory(p.type):
                assert p.var is not None
                self._announce_data(p, False)
                slot = self.dest(target)
                self.out.emit("GLD", slot, WordIndex(p.var, p.offset))
                return slot
            return self._from_memory(self.data_address(p), 0, p.type, target)
        return self._from_memory(p.number, p.offset, p.type, target)

    def _from_memory(self, address: int, offset: int, kind: t.Type, target: int | None) -> int:
        if target is not None:
            mark = self.out.top
            self.load_at(address, offset, kind, target)
            self.out.top = mark
            return target
        return self.load_at(address, offset, kind)

    def write(self, p: Place, source: int) -> None:
        """Assign the value at slot `source` to a place."""
        if p.kind == "slots":
            self.move(p.number, source, layout.slots(p.type))
        elif p.kind == "data":
            if layout.words(p.type) == 1 and not layout.is_memory(p.type):
                assert p.var is not None
                self._announce_data(p, True)
                self.out.emit("GST", WordIndex(p.var, p.offset), source)
            elif layout.words(p.type):
                mark = self.out.top
                self.store_at(self.data_address(p), 0, p.type, source)
                self.out.top = mark
        else:
            self.store_at(p.number, p.offset, p.type, source)

    def _announce_data(self, p: Place, write: bool) -> None:
        if self.race:
            mark = self.out.top
            self.announce(self.data_address(p), 0, 1, write)
            self.out.top = mark

    def data_address(self, p: Place, target: int | None = None) -> int:
        """A slot with the address of a place in the data."""
        assert p.var is not None
        return self.out.constant(Address(Variable(p.var), p.offset), target)

    def address_of(self, p: Place, target: int | None = None) -> int:
        """A slot with the address of a place in memory; nil panics."""
        if p.kind == "data":
            return self.data_address(p, target)
        assert p.kind == "memory", f"{p} has no address"
        if not p.checked:
            mark = self.out.top
            self.out.emit("LD", self.out.alloc(), p.number, 0)
            self.out.top = mark
        return self.at(p.number, p.offset, target)

    def field(self, p: Place, index: int) -> Place:
        """The place of a struct's field; `p` may be a pointer to the struct."""
        if isinstance(u := p.type.underlying, t.Pointer):
            p = Place("memory", u.elem, self.read(p))
            u = p.type.underlying
        assert isinstance(u, t.Struct)
        at = layout.offset(u, index)
        kind = u.fields[index].type
        if p.kind == "slots" and not layout.is_memory(p.type):
            return Place("slots", kind, p.number + at)
        if p.kind == "slots":
            return Place("memory", kind, p.number, at, checked=True)
        return Place(p.kind, kind, p.number, p.offset + at, p.var, p.checked)

    def walk(self, p: Place, path: tuple[int, ...]) -> Place:
        """The place at the end of a path of fields; pointers on the way are followed."""
        for i in path:
            p = self.field(p, i)
        return p

    # --- calls of the runtime ----------------------------------------------------------------

    def runtime(self, name: str, kinds: tuple[t.Type, ...], args: list[tuple[int, int]]) -> int:
        f = self.program.runtime(name)
        return self.call_with(FuncRef(f, kinds), f, kinds, args)

    def call_with(
        self, ref: FuncRef, f: Function, kinds: tuple[t.Type, ...], args: list[tuple[int, int]]
    ) -> int:
        """Call function `f` with runs of slots: the slot of its first result."""
        assert isinstance(f.type, t.Func)
        signature = substitute(f.type, dict(zip(f.tparams, kinds, strict=True)))
        assert isinstance(signature, t.Func)
        nargs, nresults = sum(n for _, n in args), layout.total(signature.results)
        base = self.out.alloc(isa.FRAME_ARGS + max(nargs, nresults))
        first = at = base + isa.FRAME_ARGS
        for slot, count in args:
            self.move(at, slot, count)
            at += count
        if f.intrinsic:
            return self.expand(f, [(first + i, n) for i, n in _runs(args)], nresults, None)
        self.out.emit("CALL", ref, base)
        self.out.top = first + nresults
        return first

    def expand(self, f: Function, args: list[tuple[int, int]], nresults: int, target: int | None) -> int:
        """The instructions that intrinsic `f` stands for."""
        raise NotImplementedError


def _runs(args: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Offsets and lengths of runs that lie one behind the other."""
    out: list[tuple[int, int]] = []
    at = 0
    for _, n in args:
        out.append((at, n))
        at += n
    return out
