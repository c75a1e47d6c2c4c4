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


def type_name(kind: t.Type, main: str = _MAIN) -> str:
    """The type as ``%T`` prints it; `main` is the name of the user's package."""
    match kind:
        case t.Basic():
            return kind.id if kind.kind != "unsafe" else "unsafe.Pointer"
        case t.Named():
            short = main if kind.package == _MAIN else kind.package.rpartition("/")[2]
            args = ",".join(type_name(a, main) for a in kind.args)
            name = f"{kind.name}[{args}]" if args else kind.name
            return f"{short}.{name}" if short else name
        case t.Pointer():
            return "*" + type_name(kind.elem, main)
        case t.Slice():
            return "[]" + type_name(kind.elem, main)
        case t.Array():
            return f"[{kind.length}]{type_name(kind.elem, main)}"
        case t.Map():
            return f"map[{type_name(kind.key, main)}]{type_name(kind.elem, main)}"
        case t.Chan():
            return _channel(kind, main)
        case t.Func():
            return "func" + signature(kind, main)
        case t.Struct():
            fields = "; ".join(_field(f, main) for f in kind.fields)
            return f"struct {{ {fields} }}" if fields else "struct {}"
        case t.Interface():
            methods = "; ".join(m.name + signature(m.type, main) for m in kind.methods)
            return f"interface {{ {methods} }}" if methods else "interface {}"
    return str(kind)


def _channel(kind: t.Chan, main: str) -> str:
    elem = type_name(kind.elem, main)
    if kind.dir == "both" and isinstance(kind.elem, t.Chan) and kind.elem.dir == "recv":
        elem = f"({elem})"
    return {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}[kind.dir] + elem


def _field(f: t.StructField, main: str) -> str:
    text = type_name(f.type, main) if f.embedded else f"{f.name} {type_name(f.type, main)}"
    if f.tag:
        from gosched_edu.golang.constants import quote

        text += " " + quote(f.tag)
    return text


def signature(f: t.Func, main: str = _MAIN) -> str:
    """Parameters and results."""
    params = [type_name(p, main) for p in f.params]
    if f.variadic:
        last = f.params[-1]
        assert isinstance(last, t.Slice)
        params[-1] = "..." + type_name(last.elem, main)
    results = ", ".join(type_name(r, main) for r in f.results)
    if len(f.results) > 1:
        results = f"({results})"
    return f"({', '.join(params)})" + (f" {results}" if results else "")


def function_name(f: Function, main: str = _MAIN) -> str:
    """The name in tracebacks: ``main.(*T).M``, ``sort.Slice``, ``main.Map[...]``."""
    package = main if f.package == _MAIN else f.package
    own = "[...]" if f.own else ""
    generic = "[...]" if len(f.tparams) > len(f.own) else ""
    if f.recv is None:
        number = f".{f.number}" if f.number >= 0 else ""
        return f"{package}.{f.name}{number}{generic}"
    pointer = isinstance(f.recv, t.Pointer)
    base = f.recv.elem if isinstance(f.recv, t.Pointer) else f.recv
    name = (base.name if isinstance(base, t.Named) else str(base)) + generic
    return f"{package}.(*{name}).{f.name}{own}" if pointer else f"{package}.{name}.{f.name}{own}"
