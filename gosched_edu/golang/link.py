"""Units of code to an image: what a program needs, and nothing else.

Problem. A program must carry the functions, types and data that it can reach, in one numbering;
which methods an interface call can reach depends on the types that exist.

Rejected. All methods of all types: printing one integer would link the whole library.

Chosen. As cmd/link/internal/ld/deadcode.go: start from main, follow symbols; a method is reached
when its type has a descriptor in the image and some reached code calls a method of its name and
signature through an interface. Package variables of the library are initialised only if they
are reached; constant first values are in the data and need no code.

Invariant. Function 0 initialises the variables that are there, in the order of the packages'
imports, runs the init functions and calls main.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gosched_edu.golang import layout, lookup, rtype, symtab
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Emitter, UnitBuilder, wrap64
from gosched_edu.golang.errors import Diagnostic, GoError, Pos
from gosched_edu.golang.lower import lower
from gosched_edu.golang.lower_core import Program
from gosched_edu.golang.lower_dynamic import constant_words, method_number
from gosched_edu.golang.objectfile import (
    Address,
    Code,
    Data,
    Descriptor,
    FuncRef,
    Implements,
    InitVars,
    Konst,
    Local,
    MethodNumber,
    Static,
    Symbol,
    Target,
    Text,
    Thunk,
    Unit,
    Variable,
    WordIndex,
    Words,
)
from gosched_edu.golang.objects import Function, Package, Var
from gosched_edu.golang.store import is_shared
from gosched_edu.kernel import isa
from gosched_edu.kernel.image import RUNTIME, Image, Knob
from gosched_edu.kernel.image import Function as ImageFunction

#: Functions of package runtime that faults call, by fault number (kernel/faults.py).
HANDLERS: dict[int, str] = {
    1: "panicdivide", 2: "panicshift", 3: "panicmem", 4: "panicsend", 5: "panicclosed",
    6: "panicclosenil", 7: "panicmakechan", 8: "panicIndex", 9: "panicSliceB",
    10: "panicSliceAcap", 11: "panicmakeslice", 16: "fatalpanic",
}  # fmt: skip
#: How many words package variables, strings and descriptors may have together.
MAX_DATA = 1 << 24

_JUMPS = np.array([op.operands.find("t") + 1 for op in isa.OPS])


def link(program: Program, package: Package, entry: Function, filename: str, source: str) -> Image:
    """Put a program together.

    Parameters
    ----------
    program : Program
    package : Package
        The user's, checked without errors.
    entry : Function
        What runs after initialisation: main.main.
    filename, source : str
        Of the user's file.
    """
    linker = Linker(program, package)
    try:
        linker.reach(entry)
        return linker.image(entry, filename, source)
    except TooLarge as e:
        line, col = e.var.pos
        message = f"variable {e.var.name} is too large to be simulated"
        hint = f"package variables may have {MAX_DATA} words together; a byte in an array is a word"
        raise GoError([Diagnostic(line, col, message, hint)], source, filename) from None


class TooLarge(Exception):
    """A package variable for which there is no room."""

    def __init__(self, var: Var):
        super().__init__(var.name)
        self.var = var


class Linker:
    """The image in the making."""

    def __init__(self, program: Program, package: Package):
        self.program = program
        self.package = package
        self.packages = list(_in_order(package, program))
        self.codes: list[Code] = []
        self.bases: list[int] = []  # of each code: the number of its unit's first function
        self.values: dict[int, list[int]] = {}  # of the relocations of each code
        self.seen: dict[int, int] = {}  # values by the identity of the symbol
        self.first: dict[Target, int] = {}
        self.todo: list[int] = []  # units whose symbols have not been followed
        self.words: list[int | Address] = [0]
        self.data: dict[Data, int] = {}
        self.closures: dict[int, int] = {}  # of function literals without captures
        self.types: list[t.Type] = []
        self.konsts: dict[int, int] = {}
        self.numbers: dict[MethodNumber, int] = {}
        self.interfaces: dict[t.Type, int] = {}
        self.dispatch: dict[tuple[int, int], int] = {}
        self.matched: set[tuple[int, MethodNumber]] = set()
        self.inits: set[InitVars] = set()
        self.owners: dict[Var, InitVars] = {}
        for p in self.packages:
            for i, init in enumerate(p.info.init_order):
                for v in init.lhs:
                    self.owners[v] = InitVars(p, i)
        # A program that reaches one of them may make a pointer to any type that it has.
        reflect = next((p for p in self.packages if p.path == "reflect"), None)
        makers = [reflect.scope.names["pointerTo"]] if reflect is not None else []
        self._pointer_makers = [f for f in makers if isinstance(f, Function)]
        # A program that reaches one of these may ask for the methods and signature of any type.
        names = ("methodsOf", "signatureOf") if reflect is not None else ()
        listers = [reflect.scope.names[n] for n in names] if reflect is not None else []
        self._listers = [f for f in listers if isinstance(f, Function)]
        self.listed = 0  # so many types have their methods and signatures

    # --- reaching ----------------------------------------------------------------------------

    def reach(self, entry: Function) -> None:
        """Lower all that the program can reach."""
        # Function 0 is written last, when it is known what must be initialised.
        self.codes.append(Code("runtime.main", [], [], [], 2, 0, 0, Pos(0, 0), "proc.go"))
        self.bases.append(0)
        self.function(FuncRef(entry))
        for p in self.packages:
            for f in p.info.inits:
                self.function(FuncRef(f))
        for i, init in enumerate(self.package.info.init_order):
            if any(v.name == "_" for v in init.lhs) or self._initial(init.lhs, i) is None:
                self._initialise(InitVars(self.package, i))
            for v in init.lhs:
                self.address(Variable(v))
        for name in HANDLERS.values():
            self.function(FuncRef(self.program.runtime(name)))
        while self.todo or self._match():
            while self.todo:
                self._follow(self.todo.pop())

    def function(self, target: Target) -> int:
        """The number of a function."""
        found = self.first.get(target)
        if found is None:
            # Numbers are given by the unit, so it is lowered at once; what it needs waits.
            if (other := self._linked(target)) is not None:
                found = self.first[target] = self.function(other)
            else:
                found = self.first[target] = self._add(self._unit(target))
        return found

    def _linked(self, target: Target) -> FuncRef | None:
        """The function that one without a body stands for: ``//link package.name``."""
        if not isinstance(target, FuncRef) or not target.function.linked[1]:
            return None
        path, name = target.function.linked
        package = self.program.library.load(path)
        other = package.scope.names[name] if package is not None else None
        assert isinstance(other, Function), f"golib: {path}.{name} is no function"
        return FuncRef(other)

    def _unit(self, target: Target) -> Unit:
        program = self.program
        shared = is_shared(target)
        if shared:
            program = program.golib
            if (unit := program.units.get(target)) is not None:
                return unit
            if (unit := program.store.get(target)) is not None:
                program.units[target] = unit
                return unit
        unit = lower(program, target)
        if shared:
            program.units[target] = unit
            program.store.put(target, unit)
        return unit

    def _add(self, unit: Unit) -> int:
        base = len(self.codes)
        for code in unit.codes:
            self.codes.append(code)
            self.bases.append(base)
        self.todo.append(base)
        return base

    def _follow(self, base: int) -> None:
        """Reach what a unit refers to."""
        at = base
        while at < len(self.codes) and self.bases[at] == base:
            values = self.values[at] = []
            for _, symbol in self.codes[at].relocations:
                # a symbol is met many times, and most are the same objects
                known = self.seen.get(id(symbol))
                if known is None:
                    known = self.value(symbol, at)
                    if not _is_local(symbol):
                        self.seen[id(symbol)] = known
                values.append(known)
            at += 1

    def _initialise(self, init: InitVars) -> None:
        if init not in self.inits:
            self.inits.add(init)
            self.function(init)

    def _match(self) -> bool:
        """Reach the methods that interface calls can reach now; whether there were new ones."""
        before = len(self.codes)
        if any(self.first.get(FuncRef(f)) is not None for f in self._pointer_makers):
            for kind in list(self.types):
                if not isinstance(kind, t.Pointer):
                    self.address(Descriptor(t.Pointer(kind)))
        if any(self.first.get(FuncRef(f)) is not None for f in self._listers):
            while self.listed < len(self.types):
                self._list(self.types[self.listed])
                self.listed += 1
        for i in range(len(self.types)):
            kind = self.types[i]
            if t.is_interface(kind) or not (names := lookup.method_names(kind)):
                continue
            at = self.data[Descriptor(kind)]
            for number, n in list(self.numbers.items()):
                if number.name in names and (i, number) not in self.matched:
                    self.matched.add((i, number))
                    for found in lookup.methods_named(kind, number.name):
                        package = getattr(found.obj, "package", "")
                        if method_number(number.name, found.type, package) == number:
                            self.dispatch[at, n] = self.function(dispatch_target(kind, found))
        return len(self.codes) > before or bool(self.todo)

    def _list(self, kind: t.Type) -> None:
        """Write the methods of a type, and what a function takes and gives, behind its descriptor."""
        methods: list[int] = []
        u = kind.underlying
        if isinstance(u, t.Interface):
            for m in u.methods:
                at = self.resolved(Address(Descriptor(m.type)))
                methods += [*self._text(m.name), at, at, 0]
        else:
            for name in sorted(n for n in lookup.method_names(kind) if n[:1].isupper()):
                for found in lookup.methods_named(kind, name):
                    function = self.closure(self.function(dispatch_target(kind, found)))
                    f = found.type
                    assert isinstance(f, t.Func)
                    expr = t.Func((kind, *f.params), f.results, variadic=f.variadic)
                    described = [self.resolved(Address(Descriptor(x))) for x in (f, expr)]
                    methods += [*self._text(name), *described, function]
        self._slice(kind, rtype.METHODS, methods, 5)
        if isinstance(u, t.Func):
            words: list[int] = []
            for i, each in enumerate((*u.params, *u.results)):
                variadic = u.variadic and i == len(u.params) - 1
                words += [self.resolved(Address(Descriptor(each))), (i >= len(u.params)) + 2 * variadic]
            self._slice(kind, rtype.SIGNATURE, words, 2)

    def _text(self, text: str) -> tuple[int, int]:
        data = text.encode()
        return self.resolved(Address(Text(data))), len(data)

    def _slice(self, kind: t.Type, field: int, words: list[int], size: int) -> None:
        """Put the address and length of a table into a descriptor."""
        if words:
            at = self.data[Descriptor(kind)] + field
            self.words[at : at + 3] = [isa.BASE + 8 * len(self.words), *[len(words) // size] * 2]
            self.words.extend(words)

    # --- symbols -----------------------------------------------------------------------------

    def value(self, symbol: Symbol, at: int) -> int:
        """The number that a symbol in code number `at` stands for."""
        match symbol:
            case Local():
                return self.bases[at] + symbol.index
            case Konst():
                word = symbol.value
                if isinstance(word, Address):
                    if isinstance(word.data, Static) and isinstance(word.data.target, Local):
                        word = self.closure(self.bases[at] + word.data.target.index)
                    else:
                        word = self.resolved(word)
                return self.konsts.setdefault(wrap64(word), len(self.konsts))
            case WordIndex():
                return self.address(Variable(symbol.var)) + symbol.offset
            case MethodNumber():
                return self.numbers.setdefault(symbol, len(self.numbers))
            case Implements():
                interface = symbol.interface.underlying
                return isa.IMPL_FLAG | self.interfaces.setdefault(interface, len(self.interfaces))
        return self.function(symbol)

    def closure(self, function: int) -> int:
        """The address of the closure object of function number `function`."""
        index = self.closures.get(function)
        if index is None:
            index = self.closures[function] = len(self.words)
            self.words.append(function)
        return isa.BASE + 8 * index

    def resolved(self, a: Address) -> int:
        """The address of a word of data."""
        return isa.BASE + 8 * (self.address(a.data) + a.offset)

    def address(self, data: Data) -> int:
        """The index of the first word of `data`."""
        found = self.data.get(data)
        if found is not None:
            return found
        index = self.data[data] = len(self.words)
        match data:
            case Text():
                self.words.extend(data.value)
            case Words():
                self._put(index, data.values)
            case Static():
                self.words.append(0)
                self.words[index] = self.function(data.target)
            case Variable():
                self._variable(data.var, index)
            case Descriptor():
                head, table = rtype.descriptor(data.type, len(self.types), self.program.main)
                self.types.append(data.type)
                self._put(index, (*head, *table))
        return index

    def _put(self, index: int, values: tuple[int | Address, ...]) -> None:
        """Words of data; what they refer to comes behind them."""
        self.words.extend([0] * len(values))
        for i, v in enumerate(values):
            self.words[index + i] = self.resolved(v) if isinstance(v, Address) else v

    def _variable(self, var: Var, index: int) -> None:
        size = max(1, layout.words(var.type))
        if len(self.words) + size > MAX_DATA:
            raise TooLarge(var)
        self.words.extend([0] * size)
        init = self.owners.get(var)
        if init is None:
            return
        variables = init.package.info.init_order[init.number].lhs
        values = self._initial(variables, init.number, init.package)
        if values is None:
            self._initialise(init)
        else:
            for i, v in enumerate(values):
                self.words[index + i] = self.resolved(v) if isinstance(v, Address) else v

    def _initial(
        self, variables: tuple[Var, ...], number: int, package: Package | None = None
    ) -> tuple[int | Address, ...] | None:
        """The words of a constant first value; None if there must be code."""
        package = package or self.package
        init = package.info.init_order[number]
        x = package.info.operands.get(init.rhs)
        if len(variables) != 1 or x is None or x.mode != "constant" or x.value is None:
            return None
        kind = variables[0].type
        return None if t.is_interface(kind) else constant_words(x.value, kind)

    # --- the image ---------------------------------------------------------------------------

    def image(self, entry: Function, filename: str, source: str) -> Image:
        """The finished image."""
        self.codes[0] = self._start(entry)
        self.values[0] = [self.value(symbol, 0) for _, symbol in self.codes[0].relocations]
        self._implementations()
        self._pointers()
        names: dict[str, int] = {filename: 0}
        words: list[int] = []
        functions: list[ImageFunction] = []
        entries: list[int] = []
        places: list[Pos] = []
        files: list[int] = []
        pc = 0
        for at, code in enumerate(self.codes):
            start = len(words)
            words += code.words
            for (where, _), value in zip(code.relocations, self.values[at], strict=True):
                words[start + where] = value
            count = len(code.places)
            file = names.setdefault(code.file, len(names))
            functions.append(
                ImageFunction(
                    code.name, pc, pc + count, code.frame, code.nargs, code.nresults,
                    code.declared.line, code.declared.col, file, code.bytes,
                    code.deferret + pc if code.deferret >= 0 else -1, code.flags,
                )  # fmt: skip
            )
            places += code.places
            entries += [pc] * count
            files += [file] * count
            pc += count
        array = np.array(words, dtype=np.int32).reshape(-1, isa.WORDS_PER_INSTR)
        base = np.array(entries, dtype=np.int32)
        jumps = _JUMPS[array[:, 0]]
        for column in (1, 2, 3):
            rows = jumps == column
            array[rows, column] += base[rows]
        handlers = [-1] * (max(HANDLERS) + 1)
        for number, name in HANDLERS.items():
            handlers[number] = self.first[FuncRef(self.program.runtime(name))]
        if (table := self._runtime_variable("pclntab")) is not None:
            lines = [p.line for p in places]
            self.words[table : table + 2] = symtab.put(self.words, functions, lines, tuple(names))
        data = [self.resolved(w) if isinstance(w, Address) else wrap64(w) for w in self.words]
        return Image(
            code=array.reshape(-1),
            lines=np.array([p.line for p in places], dtype=np.int32),
            cols=np.array([p.col for p in places], dtype=np.int32),
            files=np.array(files, dtype=np.int32),
            functions=tuple(functions),
            konst=np.array(list(self.konsts) or [0], dtype=np.int64),
            data=np.array(data, dtype=np.int64),
            dispatch=self.dispatch,
            handlers=tuple(handlers),
            knobs=self._knobs(),
            inputs=self._inputs(),
            variables=tuple(
                (at, max(1, layout.words(d.var.type)))
                for d, at in self.data.items()
                if isinstance(d, Variable)
            ),
            filename=filename,
            filenames=tuple(names),
            source=source,
        )

    def _start(self, entry: Function) -> Code:
        """Function 0: proc.go:main."""
        out = Emitter(UnitBuilder("proc.go", RUNTIME), "runtime.main", 0, 0, Pos(0, 0))
        base = out.alloc(isa.FRAME_ARGS)
        for p in self.packages:
            for i in range(len(p.info.init_order)):
                if InitVars(p, i) in self.inits:
                    out.emit("CALL", InitVars(p, i), base)
            for f in p.info.inits:
                out.emit("CALL", FuncRef(f), base)
        out.emit("CALL", FuncRef(entry), base)
        out.emit("RET")
        return out.finish()

    def _implementations(self) -> None:
        """Which types implement the interfaces that the program asks for."""
        for kind in self.types:
            if t.is_interface(kind) or not lookup.method_names(kind):
                continue
            at = self.data[Descriptor(kind)]
            for interface, n in self.interfaces.items():
                if lookup.implements(kind, interface):
                    self.dispatch[at, isa.IMPL_FLAG | n] = 0

    def _pointers(self) -> None:
        """The descriptors of pointer types that are there, in those of their elements."""
        for kind in self.types:
            at = self.data.get(Descriptor(t.Pointer(kind)))
            if at is not None:
                self.words[self.data[Descriptor(kind)] + rtype.POINTER_TO] = isa.BASE + 8 * at

    def _runtime_variable(self, name: str) -> int | None:
        """Where a variable of package runtime lies, None if the program does not use it."""
        package = next((p for p in self.packages if p.path == "runtime"), None)
        var = package.scope.names.get(name) if package is not None else None
        return self.data.get(Variable(var)) if isinstance(var, Var) else None

    def _inputs(self) -> dict[str, int]:
        """Where the texts are that a run may be given; see golib/os/os.go."""
        out: dict[str, int] = {}
        package = next((p for p in self.packages if p.path == "os"), None)
        for name in ("stdin", "args", "files") if package is not None else ():
            var = package.scope.names[f"given{name.title()}"]  # type: ignore[union-attr]
            assert isinstance(var, Var)
            if (index := self.data.get(Variable(var))) is not None:
                out[name] = index
        return out

    def _knobs(self) -> tuple[Knob, ...]:
        out: list[Knob] = []
        for v in self.package.info.globals:
            for k in v.spec.knobs if v.spec is not None else ():
                if k.name == v.name:
                    index = self.data[Variable(v)]
                    default = self.words[index]
                    assert isinstance(default, int)
                    out.append(Knob(k.name, index, default, k.low, k.high))
        return tuple(out)


def _is_local(symbol: Symbol) -> bool:
    """Whether a symbol means something else in another unit."""
    if isinstance(symbol, Konst) and isinstance(symbol.value, Address):
        data = symbol.value.data
        return isinstance(data, Static) and isinstance(data.target, Local)
    return isinstance(symbol, Local)


def dispatch_target(kind: t.Type, found: lookup.Found) -> Target:
    """The function that takes an interface's data word and calls the method of `kind`."""
    f = found.obj
    if isinstance(f, Function) and not found.path:
        pointer = isinstance(f.recv, t.Pointer)
        same = pointer == (isinstance(kind, t.Pointer) and found.owner != kind)
        if same and layout.slots(kind) == 1:
            args = found.owner.args if isinstance(found.owner, t.Named) else ()
            return FuncRef(f, args)
    assert f is not None
    return Thunk("dispatch", kind, f.name, getattr(f, "package", ""))


def _in_order(package: Package, program: Program) -> Iterator[Package]:
    """The packages of a program, each behind those that it imports."""
    done: set[str] = set()

    def visit(p: Package) -> Iterator[Package]:
        if p.path in done:
            return
        done.add(p.path)
        for each in sorted(p.imports, key=lambda q: q.path):
            yield from visit(each)
        yield p

    runtime = program.library.load("runtime")
    assert runtime is not None
    yield from visit(runtime)
    yield from visit(package)
