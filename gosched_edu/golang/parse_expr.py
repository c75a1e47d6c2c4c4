"""Expressions and types: from the parser library's nodes to `ast`.

Problem. tree-sitter's Go grammar covers the whole language; this edition simulates a part.

Rejected. Failing at the first unknown node: a program with a struct and a select would be
told of one only.

Invariant. Each construct that is not simulated is reported once, by Go's name for it,
with what exists instead; in its place stands `ast.Bad`, about which the checker is silent.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from gosched_edu.golang import ast, literals
from gosched_edu.golang.errors import Diagnostic, Pos

TYPES = "int, int64, string, bool, time.Duration, chan, func, pointers, struct{}"
EXPRESSIONS = "calls, func literals, operators, conversions, receive, & and *"
UNSUPPORTED = {
    "array_type": ("array types", TYPES),
    "implicit_length_array_type": ("array types", TYPES),
    "slice_type": ("slice types", TYPES),
    "map_type": ("map types", TYPES),
    "interface_type": ("interface types", TYPES),
    "generic_type": ("generic types", TYPES),
    "index_expression": ("index expressions", EXPRESSIONS),
    "slice_expression": ("slice expressions", EXPRESSIONS),
    "type_assertion_expression": ("type assertions", EXPRESSIONS),
    "type_instantiation_expression": ("type instantiations", EXPRESSIONS),
    "variadic_argument": ("variadic arguments", EXPRESSIONS),
    "imaginary_literal": ("complex numbers", "int, string, bool and rune literals"),
    "variadic_parameter_declaration": ("variadic parameters", "fixed parameters"),
}
_PREDECLARED = ("nil", "true", "false", "iota")
_TYPE_NODES = frozenset(
    "type_identifier qualified_type pointer_type channel_type function_type parenthesized_type "
    "struct_type array_type slice_type map_type interface_type generic_type "
    "implicit_length_array_type".split()
)


class ExprParser:
    """Turns expression nodes into `ast.Expr`; collects errors."""

    def __init__(self) -> None:
        self.errors: list[Diagnostic] = []
        self.line_shift = 0

    # --- places and errors ---------------------------------------------------------

    def pos(self, n: Node) -> Pos:
        return Pos(n.start_point.row + 1, n.start_point.column + 1)

    def error(self, pos: Pos, message: str, hint: str = "") -> None:
        self.errors.append(Diagnostic(pos.line, pos.col, message, hint))

    def unsupported(self, n: Node, what: str, instead: str) -> ast.Bad:
        self.error(self.pos(n), f"{what} are not simulated yet", f"supported: {instead}")
        return ast.Bad(self.pos(n))

    # --- expressions -----------------------------------------------------------------

    def expr(self, n: Node | None) -> ast.Expr:
        """The expression or type at node `n`."""
        assert n is not None
        if n.type in _TYPE_NODES:
            return self.type(n)
        if n.type in UNSUPPORTED:
            return self.unsupported(n, *UNSUPPORTED[n.type])
        handler: Callable[[Node], ast.Expr] | None = getattr(self, f"_{n.type}", None)
        if handler is None:
            return self.unsupported(n, n.type.replace("_", " ") + "s", EXPRESSIONS)
        return handler(n)

    def exprs(self, n: Node | None) -> tuple[ast.Expr, ...]:
        """The expressions of a list node, or of a node that stands for itself."""
        if n is None:
            return ()
        if n.type == "expression_list":
            return tuple(self.expr(c) for c in children(n))
        return (self.expr(n),)

    def ident(self, n: Node | None) -> ast.Ident:
        assert n is not None
        return ast.Ident(self.pos(n), text(n))

    _identifier = ident

    def _nil(self, n: Node) -> ast.Expr:
        return self.ident(n)

    _true = _false = _iota = _nil

    def _literal(self, n: Node, kind: str) -> ast.Expr:
        read: dict[str, Callable[[str], object]] = {
            "int": literals.integer,
            "float": literals.floating,
            "string": literals.string,
            "rune": literals.rune,
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
        if (arguments := n.child_by_field_name("type_arguments")) is not None:
            return self.unsupported(arguments, "type arguments", "plain functions")
        fun = self.expr(n.child_by_field_name("function"))
        listing = n.child_by_field_name("arguments")
        assert listing is not None
        args = tuple(self.expr(c) for c in children(listing))
        ellipsis = any(c.type == "..." for c in listing.children)
        return ast.Call(self.pos(n), fun, args, self.pos(listing.children[-1]), ellipsis)

    def _type_conversion_expression(self, n: Node) -> ast.Expr:
        target = self.expr(n.child_by_field_name("type"))
        operand = self.expr(n.child_by_field_name("operand"))
        return ast.Call(self.pos(n), target, (operand,), self.pos(n.children[-1]))

    def _composite_literal(self, n: Node) -> ast.Expr:
        target = self.expr(n.child_by_field_name("type"))
        body = n.child_by_field_name("body")
        assert body is not None
        if isinstance(target, ast.Bad):
            return target
        if elements := children(body):
            return self.unsupported(elements[0], "composite literals with elements", "struct{}{}")
        return ast.Composite(self.pos(n), target, ())

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
                tokens = [c.type for c in n.children if not c.is_named]
                way = "both" if tokens == ["chan"] else "recv" if tokens[0] == "<-" else "send"
                return ast.ChanType(self.pos(n), way, self.type(n.child_by_field_name("value")))
            case "function_type":
                return self.signature(n)
            case "struct_type":
                fields = children(children(n)[0])
                if fields:
                    return self.unsupported(n, "structs with fields", TYPES)
                return ast.StructType(self.pos(n))
        if n.type in UNSUPPORTED:
            return self.unsupported(n, *UNSUPPORTED[n.type])
        return self.unsupported(n, n.type.replace("_", " ") + "s", TYPES)

    def signature(self, n: Node) -> ast.FuncType:
        """The parameters and results of a function declaration, literal or type."""
        params = self._fields(n.child_by_field_name("parameters"))
        result = n.child_by_field_name("result")
        results: tuple[ast.Field, ...] = ()
        if result is not None:
            if result.type == "parameter_list":
                results = self._fields(result)
            else:
                results = (ast.Field(None, self.type(result)),)
        return ast.FuncType(self.pos(n), params, results)

    def _fields(self, n: Node | None) -> tuple[ast.Field, ...]:
        out: list[ast.Field] = []
        for c in children(n):
            if c.type == "variadic_parameter_declaration":
                bad = self.unsupported(c, *UNSUPPORTED[c.type])
                name = c.child_by_field_name("name")
                out.append(ast.Field(self.ident(name) if name else None, bad))
                continue
            kind = self.type(c.child_by_field_name("type"))
            names = c.children_by_field_name("name")
            named = [m for m in names if m.is_named]
            out.extend(ast.Field(self.ident(m), kind) for m in named)
            if not named:
                out.append(ast.Field(None, kind))
        if any(f.name for f in out) and not all(f.name for f in out):
            assert n is not None
            self.error(self.pos(n), "syntax error: mixed named and unnamed parameters")
        return tuple(out)


def children(n: Node | None) -> list[Node]:
    """The named children of `n` that are not comments."""
    return [] if n is None else [c for c in n.named_children if c.type != "comment"]


def text(n: Node | None) -> str:
    """The source text of `n`."""
    if n is None or n.text is None:
        return ""
    return n.text.decode("utf-8", "replace")
