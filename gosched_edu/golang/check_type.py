"""Type expressions: what they denote.

Problem. A type may refer to one that is still being declared, or to itself.

Rejected. Checking types when all are declared: constants need types and array types need
constants.

Invariant. What must look into a type that may still be incomplete waits (`Core.later`).
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.check_interface import InterfaceChecker
from gosched_edu.golang.check_name import object_kind
from gosched_edu.golang.objects import (
    Const,
    FuncInfo,
    Operand,
    PkgName,
    TypeName,
    Var,
)


class TypeChecker(InterfaceChecker):
    """Resolves types."""

    def expr(self, e: ast.Expr) -> Operand:
        """Check an expression that must have one value."""
        raise NotImplementedError

    # --- types -----------------------------------------------------------------------------

    def type_expr(self, e: ast.Expr, generic: bool = False) -> t.Type:
        """The type that `e` denotes; INVALID after an error."""
        kind = self._type_expr(e, generic)
        self.info.operands[e] = Operand("type" if kind != t.INVALID else "invalid", e, kind)
        return kind

    def var_type(self, e: ast.Expr) -> t.Type:
        """The type of variables: no constraint."""
        kind = self.type_expr(e)

        def check() -> None:
            i = kind.underlying
            if isinstance(i, t.Interface) and (i.terms is not None or i.comparable):
                why = "is (or embeds) comparable" if i.comparable else "contains type constraints"
                self.error(
                    e.pos, f"cannot use type {kind} outside a type constraint: interface {why}"
                )

        if not isinstance(kind, (t.TypeParam, t.Basic)):
            self.later(check)
        return kind

    def _type_expr(self, e: ast.Expr, generic: bool) -> t.Type:
        match e:
            case ast.Paren():
                return self.type_expr(e.x, generic)
            case ast.Ident():
                if isinstance(self.scope.lookup(e.name), PkgName):
                    self.error(e.pos, f"{e.name} (package name) is not a type")
                    return t.INVALID
                x = self.ident(e)
                if x.ok and x.mode != "type":
                    what = object_kind(self.info.uses[e])
                    self.error(e.pos, f"{e.name} ({what}) is not a type")
                    return t.INVALID
                return self._instantiated(e, x, generic)
            case ast.Selector() if (name := self.package_of(e)) is not None:
                obj = self.member(e, name)
                if obj is None:
                    return t.INVALID
                if not isinstance(obj, TypeName):
                    self.error(e.pos, f"{ast.text(e)} is not a type")
                    return t.INVALID
                return self._instantiated(e, self.denoted(e, obj), generic)
            case ast.Selector() if isinstance(e.x, ast.Ident):
                x = self.ident(e.x)
                if not x.ok:
                    return t.INVALID
            case ast.Star():
                base = self.var_type(e.x)
                return base if base == t.INVALID else t.Pointer(base)
            case ast.ChanType():
                elem = self.var_type(e.elem)
                return elem if elem == t.INVALID else t.Chan(e.dir, elem)
            case ast.SliceType():
                elem = self.var_type(e.elem)
                return elem if elem == t.INVALID else t.Slice(elem)
            case ast.ArrayType():
                return self._array(e)
            case ast.MapType():
                return self._map(e)
            case ast.FuncType():
                return self.signature(e)
            case ast.StructType():
                return self.struct_type(e)
            case ast.InterfaceType():
                return self._interface(e)
            case ast.Index():
                return self.instance(e)
            case ast.Bad():
                return t.INVALID
        self.error(e.pos, f"{ast.text(e)} is not a type")
        return t.INVALID

    def _instantiated(self, e: ast.Expr, x: Operand, generic: bool) -> t.Type:
        """The type that operand `x` denotes; a generic one must be instantiated."""
        if isinstance(x.obj, TypeName) and x.obj.tparams and not generic:
            params = ", ".join(f"{p.name} {p.constraint}" for p in x.obj.tparams)
            self.error(
                e.pos, f"cannot use generic type {x.type}[{params}] without instantiation"
            )
            return t.INVALID
        return x.type

    def _array(self, e: ast.ArrayType) -> t.Type:
        if e.length is None:
            self.error(
                e.pos, "invalid use of [...] array (outside a composite literal)"
            )
            self.var_type(e.elem)
            return t.INVALID
        length = self._array_length(e.length)
        elem = self.var_type(e.elem)
        return t.INVALID if length < 0 or elem == t.INVALID else t.Array(length, elem)

    def _array_length(self, e: ast.Expr) -> int:
        """The length that constant `e` gives; -1 after an error (typexpr.go:arrayLength)."""
        if isinstance(e, ast.Ident):
            obj = self.scope.lookup(e.name)
            if obj is None:
                name = e.name
                self.error(e.pos, f"undefined array length {name} or missing type constraint")
                return -1
            if not isinstance(obj, Const):
                self.error(e.pos, f"invalid array length {e.name}")
                return -1
        x = self.expr(e)
        if not x.ok:
            return -1
        if x.mode != "constant":
            self.error(e.pos, f"array length {self.describe(x)} must be constant")
            return -1
        shown = self.describe(x)
        value = x.value
        if t.is_untyped(x.type) or t.is_integer(x.type):
            if not isinstance(value, (bytes, bool, tuple)) and value is not None:
                if value == int(value) and 0 <= value < 1 << 63:
                    self.convert_untyped(x, t.INT)
                    return int(value)
        whole = t.is_integer(x.type)
        message = f"invalid array length {shown}" if whole else f"array length {shown} must be integer"
        self.error(e.pos, message)
        return -1

    def _map(self, e: ast.MapType) -> t.Type:
        key, elem = self.var_type(e.key), self.var_type(e.value)

        def check() -> None:
            if key.underlying != t.INVALID and not t.is_comparable(key):
                why = ""
                if isinstance(key, t.TypeParam):
                    why = " (missing comparable constraint)"
                self.error(e.key.pos, f"invalid map key type {key}{why}")

        if t.INVALID in (key, elem):
            return t.INVALID
        self.later(check)
        return t.Map(key, elem)

    # --- structs ---------------------------------------------------------------------------

    def struct_type(self, e: ast.StructType) -> t.Type:
        fields: list[t.StructField] = []
        seen: dict[str, ast.Pos] = {}

        def add(name: str, pos: ast.Pos, kind: t.Type, embedded: bool, tag: bytes) -> None:
            if name != "_" and (other := seen.get(name)) is not None:
                where = f"{self.filename}:{other.line}:{other.col}"
                self.error(pos, f"{name} redeclared\n\t{where}: other declaration of {name}")
                return
            seen[name] = pos
            fields.append(t.StructField(name, kind, embedded, tag, self.package_path))

        for f in e.fields:
            kind = self.var_type(f.type)
            for ident in f.names:
                add(ident.name, ident.pos, kind, False, f.tag)
            if not f.names:
                ident = embedded_name(f.type)
                add(ident.name, ident.pos, kind, True, f.tag)
                self.later(lambda f=f, kind=kind: self._embedded(f.type, kind))  # type: ignore[misc]
        return t.Struct(tuple(fields))

    def _embedded(self, e: ast.Expr, kind: t.Type) -> None:
        """Check an embedded field (struct.go:structType)."""
        pointer = isinstance(kind, t.Pointer)
        base = kind.elem if isinstance(kind, t.Pointer) else kind
        u = base.underlying
        if isinstance(base, t.TypeParam):
            self.error(e.pos, "embedded field type cannot be a type parameter")
        elif u == t.UNSAFE_POINTER:
            self.error(e.pos, "embedded field type cannot be unsafe.Pointer")
        elif isinstance(u, t.Pointer):
            self.error(e.pos, "embedded field type cannot be a pointer")
        elif isinstance(u, t.Interface) and pointer:
            self.error(e.pos, "embedded field type cannot be a pointer to an interface")

    # --- functions -------------------------------------------------------------------------

    def signature(self, e: ast.FuncType) -> t.Func:
        """The function type that `e` denotes."""
        params: list[t.Type] = []
        variadic = False
        for i, f in enumerate(e.params):
            if isinstance(f.type, ast.Ellipsis):
                elem = self.var_type(f.type.elem)
                if i < len(e.params) - 1:
                    self.error(f.type.pos, "can only use ... with final parameter")
                variadic = i == len(e.params) - 1
                kind = elem
                if variadic and elem != t.INVALID:
                    kind = t.Slice(elem)
                self.info.operands[f.type] = Operand("type", f.type, kind)
                params.append(kind)
            else:
                params.append(self._field_type(e.params, i, params))
        results: list[t.Type] = []
        for i, f in enumerate(e.results):
            if isinstance(f.type, ast.Ellipsis):
                self.error(f.type.pos, "invalid use of ...")
                results.append(t.INVALID)
            else:
                results.append(self._field_type(e.results, i, results))
        names = tuple(f.name.name if f.name else "" for f in e.params)
        result_names = tuple(f.name.name if f.name else "" for f in e.results)
        variadic = variadic and params[-1] != t.INVALID
        return t.Func(tuple(params), tuple(results), names, result_names, variadic)

    def _field_type(self, fields: tuple[ast.Field, ...], i: int, known: list[t.Type]) -> t.Type:
        """The type of field `i`; ``a, b T`` share one expression, which is checked once."""
        if i and fields[i - 1].type is fields[i].type:
            return known[i - 1]
        return self.var_type(fields[i].type)

    def enter_function(self, e: ast.FuncType, kind: t.Func, recv: Var | None = None) -> FuncInfo:
        """Make the function of type `kind` the current one, in a scope with its parameters.

        A method's receiver is the first of `FuncInfo.params`.
        """
        info = self.func = FuncInfo(kind, self.func)
        self.open_scope()
        if recv is not None:
            recv.owner = info
            info.params.append(recv)
            if recv.name:
                self.declare(ast.Ident(recv.pos, recv.name), recv)
        for fields, types, into in (
            (e.params, kind.params, info.params),
            (e.results, kind.results, info.results),
        ):
            for field, each in zip(fields, types, strict=True):
                ident = field.name or ast.Ident(field.type.pos, "")
                var = self.new_var(ident, each, used=True)
                # A return statement assigns to the results.
                var.assigned = into is info.results
                into.append(var)
                if field.name is not None:
                    self.declare(field.name, var)
        return info

    def describe(self, x: Operand) -> str:
        """The operand as gc writes it."""
        raise NotImplementedError

    def convert_untyped(self, x: Operand, target: t.Type) -> None:
        """Give untyped `x` the type that its neighbour of type `target` asks for."""
        raise NotImplementedError


def embedded_name(e: ast.Expr) -> ast.Ident:
    """The name of an embedded field: that of its type."""
    while not isinstance(e, ast.Ident):
        if isinstance(e, (ast.Star, ast.Paren, ast.Index)):
            e = e.x
        elif isinstance(e, ast.Selector):
            e = e.sel
        else:
            return ast.Ident(e.pos, "_")
    return e
