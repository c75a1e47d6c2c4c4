"""Names as the running program knows them: of types for %T, of functions for tracebacks.

Problem. gc's messages leave out the program's own package, a running program does not.

Rejected. One spelling for both: learners compare with the real messages.

Invariant. These are the spellings of reflect.Type.String and runtime.Func.Name.
"""

from __future__ import annotations

from gosched_edu.golang import types as t
from gosched_edu.golang.objects import Function

#: The user's package is called "main" inside the compiler.
_MAIN = "main"


def type_name(kind: t.Type) -> str:
    """The type as ``%T`` prints it."""
    match kind:
        case t.Basic():
            return kind.id if kind.kind != "unsafe" else "unsafe.Pointer"
        case t.Named():
            short = kind.package.rpartition("/")[2]
            args = ",".join(type_name(a) for a in kind.args)
            name = f"{kind.name}[{args}]" if args else kind.name
            return f"{short}.{name}" if short else name
        case t.Pointer():
            return "*" + type_name(kind.elem)
        case t.Slice():
            return "[]" + type_name(kind.elem)
        case t.Array():
            return f"[{kind.length}]{type_name(kind.elem)}"
        case t.Map():
            return f"map[{type_name(kind.key)}]{type_name(kind.elem)}"
        case t.Chan():
            return _channel(kind)
        case t.Func():
            return "func" + signature(kind)
        case t.Struct():
            fields = "; ".join(map(_field, kind.fields))
            return f"struct {{ {fields} }}" if fields else "struct {}"
        case t.Interface():
            methods = "; ".join(m.name + signature(m.type) for m in kind.methods)
            return f"interface {{ {methods} }}" if methods else "interface {}"
    return str(kind)


def _channel(kind: t.Chan) -> str:
    elem = type_name(kind.elem)
    if kind.dir == "both" and isinstance(kind.elem, t.Chan) and kind.elem.dir == "recv":
        elem = f"({elem})"
    return {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}[kind.dir] + elem


def _field(f: t.StructField) -> str:
    text = type_name(f.type) if f.embedded else f"{f.name} {type_name(f.type)}"
    if f.tag:
        from gosched_edu.golang.constants import quote

        text += " " + quote(f.tag)
    return text


def signature(f: t.Func) -> str:
    """Parameters and results."""
    params = [type_name(p) for p in f.params]
    if f.variadic:
        last = f.params[-1]
        assert isinstance(last, t.Slice)
        params[-1] = "..." + type_name(last.elem)
    results = ", ".join(map(type_name, f.results))
    if len(f.results) > 1:
        results = f"({results})"
    return f"({', '.join(params)})" + (f" {results}" if results else "")


def function_name(f: Function, main: str = _MAIN) -> str:
    """The name in tracebacks: ``main.(*T).M``, ``sort.Slice``, ``main.Map[...]``."""
    package = main if f.package == _MAIN else f.package
    generic = "[...]" if f.tparams else ""
    if f.recv is None:
        number = f".{f.number}" if f.number >= 0 else ""
        return f"{package}.{f.name}{number}{generic}"
    pointer = isinstance(f.recv, t.Pointer)
    base = f.recv.elem if isinstance(f.recv, t.Pointer) else f.recv
    name = (base.name if isinstance(base, t.Named) else str(base)) + generic
    return f"{package}.(*{name}).{f.name}" if pointer else f"{package}.{name}.{f.name}"
