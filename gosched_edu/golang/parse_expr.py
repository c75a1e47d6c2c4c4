"""Expressions and types: from the parser library's nodes to `ast`.

Problem. tree-sitter's grammar has one node type for what looks alike (`f[int](x)` is a
conversion to it) and several for what is one thing to us.

Rejected. Following its distinctions: whether a name is a type is the checker's affair.

Invariant. A method `_xxx` turns a node of type `xxx` into an expression; nodes without one
are errors of the grammar library, reported as syntax errors.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from gosched_edu.golang import ast, literals
from gosched_edu.golang.errors import Diagnostic, Pos
from gosched_edu.golang.repair import NEW

_TYPE_NODES = frozenset(
    "type_identifier qualified_type pointer_type channel_type function_type parenthesized_type "
    "struct_type array_type slice_type map_type interface_type generic_type "
    "implicit_length_array_type type_elem type_constraint".split()
)


class ExprParser:
    """Turns expression nodes into `ast.Expr`; collects errors."""

    def __init__(self) -> None:
        self.errors: list[Diagnostic] = []
        self.line_shift = 0

    # --- places and errors ---------------------------------------------------------

    def pos(self, n: Node) -> Pos:
        row, column = n.start_point
        return Pos(row + 1, column + 1)

    def error(self, pos: Pos, message: str, hint: str = "") -> None:
        self.errors.append(Diagnostic(pos.line, pos.col, message, hint))

    def unknown(self, n: Node) -> ast.Bad:
        """Something that the grammar library takes for Go and we do not."""
        self.error(self.pos(n), f"syntax error: unexpected {n.type.replace('_', ' ')}")
        return ast.Bad(self.pos(n))

    # --- expressions -----------------------------------------------------------------

    def expr(self, n: Node | None) -> ast.Expr:
        """The expression or type at node `n`."""
        assert n is not None
        if n.type in _TYPE_NODES:
            return self.type(n)
        handler: Callable[[Node], ast.Expr] | None = getattr(self, f"_{n.type}", None)
        return self.unknown(n) if handler is None else handler(n)

    def exprs(self, n: Node | None) -> tuple[ast.Expr, ...]:
        """The expressions of a list node, or of a node that stands for itself."""
        if n is None:
            return ()
        if n.type == "expression_list":
            return tuple(self.expr(c) for c in children(n))
        return (self.expr(n),)

    def ident(self, n: Node | None) -> ast.Ident:
        assert n is not None
        name = text(n)
        return ast.Ident(self.pos(n), "new" if name == NEW else name)

    _identifier = _blank_identifier = _package_identifier = ident

    def _nil(self, n: Node) -> ast.Expr:
        return self.ident(n)

    _true = _false = _iota = _nil

    def _literal(self, n: Node, kind: str) -> ast.Expr:
        read: dict[str, Callable[[str], object]] = {
            "int": literals.integer,
            "float": literals.floating,
            "string": literals.string,
            "rune": literals.rune,
            "imag": literals.imaginary,
        }
        try:
            value = read[kind](text(n))
        except literals.LiteralError as e:
            pos = self.pos(n)
            self.error(pos, str(e))
            return ast.Bad(pos)
        return ast.Literal(self.pos(n), kind, text(n), value)  # type: ignore[arg-type]

    def _int_literal(self, n: Node) -> ast.Expr:
        return self._literal(n, "int")

    def _float_literal(self, n: Node) -> ast.Expr:
        return self._literal(n, "float")

    def _rune_literal(self, n: Node) -> ast.Expr:
        return self._literal(n, "rune")

    def _imaginary_literal(self, n: Node) -> ast.Expr:
        return self._literal(n, "imag")

    def _interpreted_string_literal(self, n: Node) -> ast.Expr:
        return self._literal(n, "string")

    _raw_string_literal = _interpreted_string_literal

    def _parenthesized_expression(self, n: Node) -> ast.Expr:
        return ast.Paren(self.pos(n), self.expr(children(n)[0]))

    def _selector_expression(self, n: Node) -> ast.Expr:
        x = self.expr(n.child_by_field_name("operand"))
        return ast.Selector(self.pos(n), x, self.ident(n.child_by_field_name("field")))

    def _unary_expression(self, n: Node) -> ast.Expr:
        op = text(n.child_by_field_name("operator"))
        x = self.expr(n.child_by_field_name("operand"))
        return ast.Star(self.pos(n), x) if op == "*" else ast.Unary(self.pos(n), op, x)

    def _binary_expression(self, n: Node) -> ast.Expr:
        # Long sums lean to the left: a loop, so that they need no deep recursion.
        spine = [n]
        while (left := spine[-1].child_by_field_name("left")) is not None:
            if left.type != "binary_expression":
                break
            spine.append(left)
        x = self.expr(spine[-1].child_by_field_name("left"))
        for b in reversed(spine):
            op = b.child_by_field_name("operator")
            assert op is not None
            y = self.expr(b.child_by_field_name("right"))
            x = ast.Binary(self.pos(b), text(op), self.pos(op), x, y)
        return x

    def _call_expression(self, n: Node) -> ast.Expr:
        fun = self.expr(n.child_by_field_name("function"))
        if (arguments := n.child_by_field_name("type_arguments")) is not None:
            at = self.pos(arguments)
            fun = ast.Index(fun.pos, fun, self._type_arguments(arguments), at)
        listing = n.child_by_field_name("arguments")
        assert listing is not None
        args: list[ast.Expr] = []
        ellipsis = False
        for c in listing.named_children:
            if c.type == "variadic_argument":
                ellipsis = True
                args.append(self.expr(children(c)[0]))
            elif c.type != "comment":
                args.append(self.expr(c))
        lparen, rparen = (self.pos(listing.children[i]) for i in (0, -1))
        return ast.Call(self.pos(n), fun, tuple(args), rparen, ellipsis, lparen)

    def _type_conversion_expression(self, n: Node) -> ast.Expr:
        return self._conversion(n, n.child_by_field_name("type"))

    def _conversion(self, n: Node, kind: Node | None) -> ast.Expr:
        """The conversion in `n`, to `kind`; *T(x) is *(T(x)), though the library puts it as (*T)(x)."""
        if kind is not None and kind.type == "pointer_type":
            return ast.Star(self.pos(kind), self._conversion(n, children(kind)[0]))
        target = self.expr(kind)
        operand = self.expr(n.child_by_field_name("operand"))
        lparen = self.pos(next(c for c in n.children if c.type == "("))
        return ast.Call(target.pos, target, (operand,), self.pos(n.children[-1]), lparen=lparen)

    def _index_expression(self, n: Node) -> ast.Expr:
        x = self.expr(n.child_by_field_name("operand"))
        at = self.pos(next(c for c in n.children if c.type == "["))
        return ast.Index(self.pos(n), x, (self.expr(n.child_by_field_name("index")),), at)

    def _type_instantiation_expression(self, n: Node) -> ast.Expr:
        types = [self.expr(c) for c in children(n)]
        at = self.pos(next(c for c in n.children if c.type == "["))
        return ast.Index(self.pos(n), types[0], tuple(types[1:]), at)

    def _slice_expression(self, n: Node) -> ast.Expr:
        x = self.expr(n.child_by_field_name("operand"))
        low, high, most = (
            None if (c := n.child_by_field_name(name)) is None else self.expr(c)
            for name in ("start", "end", "capacity")
        )
        return ast.SliceExpr(self.pos(n), x, low, high, most)

    def _type_assertion_expression(self, n: Node) -> ast.Expr:
        x = self.expr(n.child_by_field_name("operand"))
        return ast.TypeAssert(self.pos(n), x, self.type(n.child_by_field_name("type")))

    def _composite_literal(self, n: Node) -> ast.Expr:
        target = self.expr(n.child_by_field_name("type"))
        body = n.child_by_field_name("body")
        assert body is not None
        return self._elements(n, target, body)

    def _elements(self, n: Node, target: ast.Expr | None, body: Node) -> ast.Expr:
        elements: list[ast.Expr] = []
        for c in children(body):
            if c.type == "keyed_element":
                key = self._element(c.child_by_field_name("key"))
                value = self._element(c.child_by_field_name("value"))
                elements.append(ast.KeyValue(self.pos(c), key, value))
            else:
                elements.append(self._element(c))
        return ast.Composite(self.pos(n), target, tuple(elements), self.pos(body.children[-1]))

    def _element(self, n: Node | None) -> ast.Expr:
        assert n is not None
        inner = children(n)[0] if n.type == "literal_element" else n
        return self._elements(inner, None, inner) if inner.type == "literal_value" else self.expr(inner)

    def _func_literal(self, n: Node) -> ast.Expr:
        signature = self.signature(n)
        return ast.FuncLit(self.pos(n), signature, self.block(n.child_by_field_name("body")))

    def block(self, n: Node | None) -> ast.Block:
        """The block at node `n`."""
        raise NotImplementedError

    # --- types -------------------------------------------------------------------------

    def type(self, n: Node | None) -> ast.Expr:
        """The type at node `n`."""
        assert n is not None
        match n.type:
            case "type_identifier":
                return self.ident(n)
            case "qualified_type":
                package = self.ident(n.child_by_field_name("package"))
                name = self.ident(n.child_by_field_name("name"))
                return ast.Selector(self.pos(n), package, name)
            case "pointer_type":
                return ast.Star(self.pos(n), self.type(children(n)[0]))
            case "parenthesized_type":
                return ast.Paren(self.pos(n), self.type(children(n)[0]))
            case "channel_type":
                return self._channel(n)
            case "function_type":
                # gc sees a function type at its bracket
                kind = self.signature(n)
                at = n.child_by_field_name("parameters")
                assert at is not None
                return ast.FuncType(self.pos(at), kind.params, kind.results)
            case "generic_type":
                base = self.type(n.child_by_field_name("type"))
                args = n.child_by_field_name("type_arguments")
                assert args is not None
                return ast.Index(self.pos(n), base, self._type_arguments(args), self.pos(args))
            case "slice_type":
                return ast.SliceType(self.pos(n), self.type(n.child_by_field_name("element")))
            case "array_type":
                length = self.expr(n.child_by_field_name("length"))
                element = self.type(n.child_by_field_name("element"))
                return ast.ArrayType(self.pos(n), length, element)
            case "implicit_length_array_type":
                element = self.type(n.child_by_field_name("element"))
                return ast.ArrayType(self.pos(n), None, element)
            case "map_type":
                key = self.type(n.child_by_field_name("key"))
                return ast.MapType(self.pos(n), key, self.type(n.child_by_field_name("value")))
            case "struct_type":
                listing = children(children(n)[0])
                return ast.StructType(self.pos(n), tuple(self._struct_field(c) for c in listing))
            case "interface_type":
                return self._interface(n)
            case "type_elem" | "type_constraint":
                return self.type(children(n)[0])
        return self.expr(n)

    def _channel(self, n: Node) -> ast.Expr:
        tokens = [c.type for c in n.children if not c.is_named]
        way = "both" if tokens == ["chan"] else "recv" if tokens[0] == "<-" else "send"
        elem = self.type(n.child_by_field_name("value"))
        if way == "both" and isinstance(elem, ast.ChanType) and elem.dir == "recv":
            # "<- associates with the leftmost chan possible": chan<- (chan T)
            way, elem = "send", ast.ChanType(elem.pos, "both", elem.elem)
        return ast.ChanType(self.pos(n), way, elem)

    def _type_arguments(self, n: Node) -> tuple[ast.Expr, ...]:
        return tuple(self.type(c) for c in children(n))

    def _struct_field(self, n: Node) -> ast.StructField:
        names = tuple(self.ident(m) for m in n.children_by_field_name("name") if m.is_named)
        kind = self.type(n.child_by_field_name("type"))
        if n.children[0].type == "*":
            kind = ast.Star(self.pos(n), kind)
        tag = n.child_by_field_name("tag")
        return ast.StructField(self.pos(n), names, kind, b"" if tag is None else self._tag(tag))

    def _tag(self, n: Node) -> bytes:
        literal = self._literal(n, "string")
        return literal.value if isinstance(literal, ast.Literal) else b""  # type: ignore[return-value]

    def _interface(self, n: Node) -> ast.Expr:
        methods: list[ast.MethodSpec] = []
        embedded: list[tuple[ast.TypeTerm, ...]] = []
        for c in children(n):
            if c.type == "method_elem":
                name = self.ident(c.child_by_field_name("name"))
                methods.append(ast.MethodSpec(self.pos(c), name, self.signature(c)))
            else:
                embedded.append(self.terms(c))
        return ast.InterfaceType(self.pos(n), tuple(methods), tuple(embedded))

    def terms(self, n: Node) -> tuple[ast.TypeTerm, ...]:
        """The terms of a union, or of a single type."""
        out: list[ast.TypeTerm] = []
        for c in children(n):
            tilde = c.type == "negated_type"
            kind = self.type(children(c)[0] if tilde else c)
            out.append(ast.TypeTerm(self.pos(c), tilde, kind))
        return tuple(out)

    def type_params(self, n: Node | None) -> tuple[ast.TypeParam, ...]:
        """The type parameters of a declaration."""
        out: list[ast.TypeParam] = []
        for c in children(n):
            kind = c.child_by_field_name("type")
            assert kind is not None
            union = self.terms(kind)
            constraint: ast.Constraint = union
            if len(union) == 1 and not union[0].tilde:
                constraint = union[0].type
            for m in c.children_by_field_name("name"):
                if m.is_named:
                    out.append(ast.TypeParam(self.pos(m), self.ident(m), constraint))
        return tuple(out)

    def signature(self, n: Node) -> ast.FuncType:
        """The parameters and results of a function declaration, literal or type."""
        params = self.fields(n.child_by_field_name("parameters"))
        result = n.child_by_field_name("result")
        results: tuple[ast.Field, ...] = ()
        if result is not None:
            if result.type == "parameter_list":
                results = self.fields(result)
            else:
                results = (ast.Field(None, self.type(result)),)
        return ast.FuncType(self.pos(n), params, results)

    def fields(self, n: Node | None) -> tuple[ast.Field, ...]:
        """Parameters, results or a receiver."""
        out: list[ast.Field] = []
        for c in children(n):
            kind = self.type(c.child_by_field_name("type"))
            if c.type == "variadic_parameter_declaration":
                dots = next(x for x in c.children if x.type == "...")
                kind = ast.Ellipsis(self.pos(dots), kind)
            named = [m for m in c.children_by_field_name("name") if m.is_named]
            out.extend(ast.Field(self.ident(m), kind) for m in named)
            if not named:
                out.append(ast.Field(None, kind))
        if any(f.name for f in out) and not all(f.name for f in out):
            # Before a name with a type stand names of that type: the grammar gives up on long lists.
            last = out[-1].type
            for i in range(len(out) - 1, -1, -1):
                if out[i].name is not None:
                    last = out[i].type
                elif isinstance(word := out[i].type, ast.Ident):
                    out[i] = ast.Field(word, last)
        return tuple(out)


def children(n: Node | None) -> list[Node]:
    """The named children of `n` that are not comments."""
    return [] if n is None else [c for c in n.named_children if c.type != "comment"]


def text(n: Node | None) -> str:
    """The source text of `n`."""
    if n is None or n.text is None:
        return ""
    return n.text.decode("utf-8", "replace")
