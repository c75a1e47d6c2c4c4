"""Interface values to instructions: boxing, type assertions, type switches.

Problem. An interface value is two words, whatever it holds; what it holds is known only when
the program runs.

Rejected. Interface tables (itabs): an interface value would need another first word for each
interface type, made or looked up at each conversion.

Chosen. The first word is the address of the type descriptor of what is held, in every interface
type. A conversion between interface types is a copy; an assertion to a concrete type compares
one word; one to an interface type asks the dispatch table (IMPL).

Invariant. The data word is the value itself if it is one slot, the address of a copy that
nobody changes if it is more, 0 if it is none.
"""

from __future__ import annotations

from gosched_edu.golang import ast, constants, layout, lookup
from gosched_edu.golang import types as t
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_num import basic
from gosched_edu.golang.lower_order import OrderLowering
from gosched_edu.golang.objectfile import (
    Address,
    Descriptor,
    Implements,
    MethodNumber,
    Text,
    Words,
)
from gosched_edu.golang.objects import Value


def constant_words(value: Value, kind: t.Type) -> tuple[int | Address, ...]:
    """The words of constant `value` of type `kind`."""
    if isinstance(value, bytes):
        return (Address(Text(value)) if value else 0, len(value))
    return constants.words(value, basic(kind).kind)


class DynamicLowering(OrderLowering):
    """Lowers constants, and what is done with interface values."""

    def expr(self, e: ast.Expr, target: int | None = None) -> int:
        """The value of an expression."""
        raise NotImplementedError

    # --- constants ---------------------------------------------------------------------------

    def constant(self, value: Value, kind: t.Type, target: int | None = None) -> int:
        """A run with a constant."""
        words = constant_words(value, kind)
        if len(words) == 1:
            return self.out.constant(words[0], target)
        slot = self.dest(target, len(words))
        for i, w in enumerate(words):
            self.out.constant(w, slot + i)
        return slot

    # --- into and out of interfaces ------------------------------------------------------------

    def box_constant(self, value: Value, kind: t.Type, target: int | None = None) -> int:
        """An interface value that holds a constant."""
        slot = self.dest(target, 2)
        self.out.constant(Address(Descriptor(kind)), slot)
        words = constant_words(value, kind)
        self.out.constant(words[0] if len(words) == 1 else Address(Words(words)), slot + 1)
        return slot

    def box(self, source: int, kind: t.Type, target: int) -> None:
        """Put the value of (concrete) type `kind` at `source` into an interface at `target`."""
        count = layout.slots(kind)
        data = target + 1
        if count == 0:
            self.out.constant(0, data)
        elif count == 1:
            self.out.move(data, source)
        else:
            self.out.emit("NEWCOPY", data, source, count)
        self.out.constant(Address(Descriptor(kind)), target)

    def unbox(self, data: int, kind: t.Type, target: int) -> None:
        """Take the value of type `kind` out of an interface's data word."""
        count = layout.slots(kind)
        if count == 1:
            self.out.move(target, data)
        elif count:
            self.out.emit("LDN", target, data, count)

    # --- assertions ----------------------------------------------------------------------------

    def holds(self, value: int, kind: t.Type | None, label: Label, when: bool) -> None:
        """Go forward to `label` if whether interface `value` holds a `kind` equals `when`.

        No `kind`: whether it is nil.
        """
        out = self.out
        mark = out.top
        if kind is None:
            out.emit("JZ" if when else "JNZ", value, label)
        elif t.is_interface(kind):
            interface = kind.underlying
            assert isinstance(interface, t.Interface)
            if not interface.methods:
                out.emit("JNZ" if when else "JZ", value, label)
            else:
                yes = out.alloc()
                out.emit("IMPL", yes, value, Implements(interface))
                out.emit("JNZ" if when else "JZ", yes, label)
        else:
            out.emit("JEQ" if when else "JNE", value, self.descriptor(kind), label)
        out.top = mark

    def taken(self, value: int, kind: t.Type, target: int) -> None:
        """The value of type `kind` that interface `value` is known to hold."""
        if t.is_interface(kind):
            self.move(target, value, 2)
        else:
            self.unbox(value + 1, kind, target)

    def assertion(self, e: ast.TypeAssert, target: int | None, ok: bool) -> int:
        """``x.(T)``; with `ok` the flag follows the value."""
        kind = self.kind(e)
        count = layout.slots(kind)
        slot = self.dest(target, count + ok)
        mark = self.out.top
        value = self.expr(e.x)
        if value < slot + count + ok and slot < value + 2:
            # it goes where it comes from
            value, old = self.out.alloc(2), value
            self.move(value, old, 2)
        self.out.pos = e.pos
        good, end = Label(), Label()
        self.holds(value, kind, good, True)
        if ok:
            self.zero(kind, slot)
            self.out.constant(0, slot + count)
            self.out.emit("JMP", end)
        else:
            self._fail(value, kind, self.kind(e.x))
        self.out.bind(good)
        self.taken(value, kind, slot)
        if ok:
            self.out.constant(1, slot + count)
            self.out.bind(end)
        self.out.top = mark
        return slot

    def _fail(self, value: int, kind: t.Type, iface: t.Type) -> None:
        """Panic: interface `value`, of type `iface`, does not hold a `kind`."""
        wanted = self.descriptor(kind)
        u = kind.underlying
        if not isinstance(u, t.Interface):
            args = [(value, 1), (wanted, 1), (self.descriptor(iface), 1)]
            self.runtime("panicdottypeE", (), args)
            return
        out = self.out
        missing, has, end = out.alloc(2), out.alloc(), Label()
        self.zero(t.STRING, missing)
        out.emit("JZ", value, end)
        for m in u.methods:
            self.constant(m.name.encode(), t.STRING, missing)
            out.emit("IMPL", has, value, method_number(m.name, m.type, m.package))
            out.emit("JZ", has, end)
        out.bind(end)
        self.runtime("typeassertpanic", (), [(value, 1), (wanted, 1), (missing, 2)])


def method_number(name: str, kind: t.Type, package: str) -> MethodNumber:
    """The symbol of a method's number."""
    assert isinstance(kind, t.Func)
    plain = t.Func(kind.params, kind.results, variadic=kind.variadic)
    return MethodNumber(name, plain, "" if lookup.exported(name) else package)
