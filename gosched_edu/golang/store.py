"""Lowered functions of golib on disk, so that the next process need not lower them again.

Problem. ``fmt.Println`` reaches two hundred functions of the library. Parsing, checking and lowering
them takes a second, which each new process would spend.

Rejected. Storing the whole library, checked: several megabytes to load for a program that uses
a corner of it. Storing images: every program has its own.

Chosen. Units (`gosched_edu.golang.objectfile`) are stored one by one, under the name of what they
are; functions, types and variables in them are stored as names and looked up in the library
that is loaded. The file's name holds a hash of the compiler's and golib's sources.

Invariant. A unit that is read is the one that would be made. What cannot be named (types declared
in functions) is not stored. A file that cannot be read or written changes nothing but the time.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import pickle
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from gosched_edu.golang import types as t
from gosched_edu.golang.library import Library
from gosched_edu.golang.objectfile import FuncRef, InitVars, Target, Thunk, Unit
from gosched_edu.golang.objects import Function, Object, Package, Var
from gosched_edu.golang.subst import instantiate

_KEEP = 30 * 24 * 3600  # seconds


class Unnamed(Exception):
    """Something that has no name outside the function that declares it."""


class UnitStore:
    """The stored units of one library.

    Parameters
    ----------
    library : Library
        What names are looked up in.
    folder : Path or None
        Where the file is; None keeps nothing.
    race : bool
        Whether they are made for the race detector.
    """

    def __init__(self, library: Library, folder: Path | None, race: bool = False):
        self.library = library
        self.fresh: dict[str, Unit] = {}
        self.file = None
        self.blobs: dict[str, bytes] = {}
        if folder is not None:
            self.file = folder / f"{library.version[1]}{'.race' if race else ''}.units"
            self.blobs = _read(self.file)
            atexit.register(self.save)

    def get(self, target: Target) -> Unit | None:
        """The stored unit of a symbol."""
        try:
            blob = self.blobs.get(key(target)) if self.blobs else None
            if blob is None:
                return None
            unit = _Unpickler(io.BytesIO(blob), self.library).load()
        except (Unnamed, pickle.UnpicklingError, EOFError, AttributeError, KeyError, TypeError):
            return None
        return unit if isinstance(unit, Unit) else None

    def put(self, target: Target, unit: Unit) -> None:
        """Remember a unit, to be written when the process ends."""
        if self.file is not None:
            try:
                self.fresh[key(target)] = unit
            except Unnamed:
                return

    def save(self) -> None:
        """Write what is new, with what others have written meanwhile."""
        if self.file is None or not self.fresh:
            return
        blobs = _read(self.file)
        for name, unit in self.fresh.items():
            buffer = io.BytesIO()
            try:
                _Pickler(buffer).dump(unit)
            except (Unnamed, pickle.PicklingError):
                continue
            blobs[name] = buffer.getvalue()
        self.fresh.clear()
        self.blobs = blobs
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.file.parent, delete=False) as f:
                data = pickle.dumps(blobs)
                f.write(_digest(data) + data)
            os.replace(f.name, self.file)
            self._forget_old()
        except OSError:
            return

    def _forget_old(self) -> None:
        """Remove what other versions of the sources left long ago."""
        assert self.file is not None
        mine = self.file.parent
        for folder in mine.parent.iterdir():
            if folder != mine and folder.stat().st_mtime < time.time() - _KEEP:
                shutil.rmtree(folder, ignore_errors=True)


def _read(file: Path) -> dict[str, bytes]:
    """The stored units by name; none if the file is not as it was written."""
    try:
        data = file.read_bytes()
    except OSError:
        return {}
    size = hashlib.sha256().digest_size
    if data[:size] != _digest(data[size:]):
        return {}
    found: dict[str, bytes] = pickle.loads(data[size:])
    return found


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# --- what is shared ---------------------------------------------------------------------------


def is_shared(target: Target) -> bool:
    """Whether a unit is the same for every program: golib's, with golib's types."""
    match target:
        case FuncRef():
            return target.function.package != "main" and not any(map(mentions_main, target.targs))
        case Thunk():
            return not any(map(mentions_main, (target.receiver, *target.targs)))
        case InitVars():
            return target.package.path != "main"
    return False


def mentions_main(kind: t.Type) -> bool:
    """Whether a type of the user's program occurs in `kind`."""
    match kind:
        case t.Named():
            return kind.package == "main" or any(map(mentions_main, kind.args))
        case t.Pointer() | t.Slice() | t.Array() | t.Chan():
            return mentions_main(kind.elem)
        case t.Map():
            return mentions_main(kind.key) or mentions_main(kind.elem)
        case t.Func():
            return any(map(mentions_main, (*kind.params, *kind.results)))
        case t.Struct():
            return any(mentions_main(f.type) or f.package == "main" for f in kind.fields)
        case t.Interface():
            return any(mentions_main(m.type) or m.package == "main" for m in kind.methods)
    return False


# --- names ----------------------------------------------------------------------------------


def key(target: Target) -> str:
    """A name for what a symbol stands for."""
    match target:
        case FuncRef():
            return f"{_function(target.function)}[{','.join(map(_type, target.targs))}]"
        case Thunk():
            own = f"[{','.join(map(_type, target.targs))}]" if target.targs else ""
            return f"{target.kind} {_type(target.receiver)}.{target.name}{own} {target.package}"
        case InitVars():
            return f"init {target.package.path} {target.number}"
    raise Unnamed


def _function(f: Function) -> str:
    return "{} {} {}".format(*_function_name(f))


def _function_name(f: Function) -> tuple[str, str, str]:
    """Package, receiver's type, name."""
    if f.package == "main" or f.name in ("init", "_"):
        raise Unnamed
    # as it is written: the receiver's type itself may not have been worked out yet
    return f.package, f.base, f.name


def _type(kind: t.Type) -> str:
    """The type, with whole package paths."""
    match kind:
        case t.Named():
            if kind.local or kind.package == "main":
                raise Unnamed
            args = ",".join(map(_type, kind.args))
            return f"{kind.package}.{kind.name}[{args}]"
        case t.TypeParam():
            raise Unnamed
        case t.Pointer():
            return "*" + _type(kind.elem)
        case t.Slice():
            return "[]" + _type(kind.elem)
        case t.Array():
            return f"[{kind.length}]{_type(kind.elem)}"
        case t.Chan():
            return f"chan {kind.dir} ({_type(kind.elem)})"
        case t.Map():
            return f"map[{_type(kind.key)}]{_type(kind.elem)}"
        case t.Func():
            params, results = (",".join(map(_type, x)) for x in (kind.params, kind.results))
            return f"func({params}{'...' if kind.variadic else ''})({results})"
        case t.Struct():
            fields = (f"{f.package} {f.name} {f.embedded} {f.tag!r} {_type(f.type)}" for f in kind.fields)
            return f"struct{{{';'.join(fields)}}}"
        case t.Interface():
            methods = (f"{m.package} {m.name} {_type(m.type)}" for m in kind.methods)
            return f"interface{{{';'.join(methods)}}}"
    return str(kind)


# --- pickles with names ------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        match obj:
            case t.Named():
                if obj.args:
                    return "instance", obj.origin, obj.args
                if obj.local or obj.package == "main" or (obj.params and obj.local):
                    raise Unnamed
                return "type", obj.package, obj.name
            case Function():
                return "function", *_function_name(obj)
            case Var():
                if obj.owner is not None or obj.package == "main" or obj.name == "_":
                    raise Unnamed
                return "var", obj.package, obj.name
            case Package():
                return "package", obj.path
            case t.TypeParam() | Object():
                raise Unnamed
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, library: Library):
        super().__init__(file)
        self.library = library

    def persistent_load(self, pid: Any) -> Any:
        match pid:
            case "instance", origin, args:
                return instantiate(origin, args)
            case "package", path:
                return self._package(path)
            case "type", "", name:
                return {"error": t.ERROR, "comparable": t.COMPARABLE}[name]
            case "type", path, name:
                return self._package(path).scope.names[name].type
            case "var", path, name:
                return self._package(path).scope.names[name]
            case "function", path, "", name:
                return self._package(path).scope.names[name]
            case "function", path, base, name:
                kind = self._package(path).scope.names[base].type
                assert isinstance(kind, t.Named)
                return kind.methods[name]
        raise pickle.UnpicklingError(f"unknown name {pid}")

    def _package(self, path: str) -> Package:
        found = self.library.load(path)
        if found is None:
            raise pickle.UnpicklingError(f"no package {path}")
        return found
