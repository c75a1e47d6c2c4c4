"""Go source text to `ast.File`.

Problem. tree-sitter always returns a tree, even for garbage: errors are nodes in it. And a
library that serves many Go versions declares some names only for some of them.

Rejected. A grammar of our own: the language is large and the library's grammar is tested
on all of Go's own source. Build tags for each declaration: Go has them for files only.

Chosen. The comment ``//since 1.21`` or ``//until 1.20`` above a declaration keeps it from
other versions (until: the first version without it); the file remembers its name.

Invariant. Whatever the text (binary, empty, ten thousand brackets), the outcome is a tree
without error nodes or a `GoError` with a line and a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from gosched_edu.golang import ast, syntax
from gosched_edu.golang.errors import Diagnostic, GoError, Pos
from gosched_edu.golang.parse_expr import children, text
from gosched_edu.golang.parse_stmt import StmtParser
from gosched_edu.golang.repair import generic_methods, repaired

MAX_SOURCE = 1 << 20
LATEST = (1, 99)
_LANGUAGE = Language(tree_sitter_go.language())
_KNOB = re.compile(r"//knob\b(.*)")
_KNOB_ARGS = re.compile(r"\s+(\w+)\s+(-?\d+)\s+(-?\d+)\s*$")
_DIRECTIVE = re.compile(r"//(?:op|link|since|until|frame|go:)\b|//go:")
_RANGE = re.compile(r"//(since|until) (\d+)\.(\d+)")

#: A function as gofmt writes it: head, body.
_FUNCTION = re.compile(rb"^(func [^\n]*(?<!struct )(?<!interface )\{)(\n.*?^)\}$", re.M | re.S)

Version = tuple[int, int]


def parse(
    source: str, filename: str = "main.go", version: Version = LATEST, trusted: bool = False
) -> ast.File:
    """Parse a file.

    Parameters
    ----------
    source : str
        The Go source.
    filename : str
        The name in messages.
    version : tuple of int
        What declarations with ``//since`` and ``//until`` are measured by.
    trusted : bool
        The text is one of golib's: its syntax is looked at only if the parser finds fault, and
        trees of functions' signatures and bodies are made when they are asked for.

    Raises
    ------
    GoError
        If the text is not Go.
    """
    data, errors = _bytes(source)
    if not errors and not trusted:
        errors = syntax.check(data)
    if errors:
        raise GoError(errors, source, filename)
    return _tree(data, source, filename, version, trusted, source.split("\n"))


def declarations(
    lines: Sequence[str], first: int, last: int, filename: str, version: Version
) -> tuple[ast.Decl, ...]:
    """What stands in lines `first` to `last`, from 0, of a file of golib, as in the tree of the file."""
    text = "\n".join(["package p" + "\n" * first + lines[first], *lines[first + 1 : last + 1], ""])
    return _tree(text.encode(), text, filename, version, True, lines).decls


def _tree(
    data: bytes, source: str, filename: str, version: Version, trusted: bool, lines: Sequence[str]
) -> ast.File:
    root = Parser(_LANGUAGE).parse(_hollow(data) if trusted else data).root_node
    if root.has_error and trusted:
        root = Parser(_LANGUAGE).parse(data).root_node
    params: dict[int, Node] = {}
    errors: list[Diagnostic] = []
    if root.has_error and not (errors := syntax.check(data)):
        if (readings := generic_methods(data)) is not None:
            data, other = readings
            root = Parser(_LANGUAGE).parse(data).root_node
            params = _own_params(other)
        for thorough in (False, True):
            if root.has_error:
                root = Parser(_LANGUAGE).parse(repaired(data, thorough)).root_node
    if root.has_error:
        raise GoError(errors or syntax.refused(data, root), source, filename)
    parser = FileParser(source, filename, version, trusted, params, lines)
    tree = parser.file(root)
    if parser.errors:
        raise GoError(parser.errors, source, filename)
    return tree


def _own_params(data: bytes) -> dict[int, Node]:
    """The type parameters of functions, by where their names begin."""
    out: dict[int, Node] = {}
    for thorough in (False, True):
        root = Parser(_LANGUAGE).parse(repaired(data, thorough)).root_node
        for n in children(root):
            name, found = (n.child_by_field_name(f) for f in ("name", "type_parameters"))
            if name is not None and found is not None:
                out[name.start_byte] = found
        if not root.has_error:
            break
    return out


def _hollow(data: bytes) -> bytes:
    """The source, formatted by gofmt, with empty lines for functions' bodies: most of the parser's time."""
    return _FUNCTION.sub(lambda m: m[1] + b"\n" * m[2].count(b"\n") + b"}", data)


def _bytes(source: str) -> tuple[bytes, list[Diagnostic]]:
    """The source as bytes, or what is wrong with its characters."""
    if len(source) > MAX_SOURCE:
        hint = f"at most {MAX_SOURCE} characters can be simulated"
        return b"", [Diagnostic(1, 1, "source is too long", hint)]
    source = source.removeprefix("\ufeff")
    for bad, message in (
        (r"\x00", "invalid NUL character"),
        ("[\ud800-\udfff]", "invalid UTF-8 encoding"),
        ("\ufeff", "invalid BOM in the middle of the file"),
    ):
        if m := re.search(bad, source):
            before = source[: m.start()].encode("utf-8", "replace")
            line = before.count(b"\n") + 1
            return b"", [Diagnostic(line, len(before) - before.rfind(b"\n"), message)]
    return source.encode(), []


class FileParser(StmtParser):
    """Turns the root node into `ast.File`."""

    def __init__(
        self,
        source: str,
        filename: str,
        version: Version,
        lazy: bool = False,
        params: Mapping[int, Node] | None = None,
        lines: Sequence[str] = (),
    ):
        super().__init__()
        self.lazy = lazy
        self.params = params or {}  # of methods, by where their names begin
        self.source = source
        self.lines = lines or source.split("\n")
        self.filename = filename
        self.version = version
        self.absent: list[tuple[str, str]] = []
        self.rows: list[tuple[int, int]] = []

    def file(self, root: Node) -> ast.File:
        """The whole program."""
        package: ast.Ident | None = None
        imports: list[ast.ImportSpec] = []
        decls: list[ast.Decl] = []
        knobs = self._knobs(root)
        for n in children(root):
            match n.type:
                case "package_clause":
                    package = self.ident(children(n)[0])
                case "import_declaration":
                    imports.extend(self._imports(n))
                case "const_declaration":
                    self._add(decls, n, self.const_specs(n))
                case "var_declaration":
                    specs = tuple(self._with_knobs(s, knobs) for s in self.var_specs(n))
                    self._add(decls, n, specs)
                case "type_declaration":
                    self._add(decls, n, self.type_specs(n))
                case "function_declaration" | "method_declaration":
                    self._add(decls, n, (self._function(n),))
                case _:
                    what = "syntax error: non-declaration statement outside function body"
                    self.error(self.pos(n), what)
        for k in knobs:
            self.error(
                k.pos,
                "knob is not beside a package-level var declaration",
                "write it above or at the end of the line of: var " + k.name + " = 10",
            )
        assert package is not None, "syntax.check requires the package clause"
        return ast.File(
            package, tuple(imports), tuple(decls), self.filename, tuple(self.absent), tuple(self.rows)
        )

    def _imports(self, n: Node) -> list[ast.ImportSpec]:
        specs: list[Node] = []
        for c in children(n):
            specs.extend(children(c) if c.type == "import_spec_list" else [c])
        out: list[ast.ImportSpec] = []
        for s in specs:
            name = s.child_by_field_name("name")
            path = text(s.child_by_field_name("path"))[1:-1]
            out.append(ast.ImportSpec(self.pos(s), self.ident(name) if name else None, path))
        return out

    def _function(self, n: Node) -> ast.FuncDecl:
        name = self.ident(n.child_by_field_name("name"))
        body = n.child_by_field_name("body")
        receiver = n.child_by_field_name("receiver")
        return ast.FuncDecl(
            self.pos(n),
            name,
            (lambda: self.signature(n)) if self.lazy else self.signature(n),
            None if body is None else self._body(body),
            self.fields(receiver)[0] if receiver is not None else None,
            self.type_params(n.child_by_field_name("type_parameters") or self._own(n, receiver)),
            tuple(self._directives(n.start_point.row)),
        )

    def _own(self, n: Node, receiver: Node | None) -> Node | None:
        """The type parameters of a method."""
        name = n.child_by_field_name("name")
        return None if receiver is None or name is None else self.params.get(name.start_byte)

    def _body(self, n: Node) -> ast.Block | Callable[[], ast.Block]:
        return (lambda: self.block(self._whole(n))) if self.lazy else self.block(n)

    def _whole(self, n: Node) -> Node:
        """`n`, or the body that was left out there, at its place in the file."""
        if n.named_child_count > 0:
            return n
        first, last = n.start_point.row, n.end_point.row
        text = "package p" + "\n" * first + "\n".join(self.lines[first : last + 1])
        root = Parser(_LANGUAGE).parse(text.encode()).root_node
        function = next(c for c in reversed(root.children) if c.type.endswith("_declaration"))
        body = function.child_by_field_name("body")
        assert body is not None and not root.has_error
        return body

    # --- directives ------------------------------------------------------------------------

    def _directives(self, row: int) -> list[str]:
        """The directives in the comment that ends above line `row` (from 0)."""
        out: list[str] = []
        while row > 0 and (line := self.lines[row - 1].strip()).startswith("//"):
            if _DIRECTIVE.match(line):
                out.insert(0, line)
            row -= 1
        return out

    def _add(self, decls: list[ast.Decl], n: Node, specs: tuple[ast.Decl, ...]) -> None:
        """Add what exists in this version of Go."""
        outer = self._directives(n.start_point.row)
        for d in specs:
            inner = self._directives(d.pos.line - 1) if d.pos != self.pos(n) else []
            if why := self._when([*outer, *inner]):
                names = (d.name,) if isinstance(d, (ast.FuncDecl, ast.TypeSpec)) else d.names
                method = isinstance(d, ast.FuncDecl) and d.recv is not None
                of = _receiver_name(d.recv.type) + "." if method else ""  # type: ignore[union-attr]
                self.absent.extend((of + x.name, why) for x in names)
            else:
                decls.append(d)
                self.rows.append((n.start_point.row, n.end_point.row))

    def _when(self, directives: list[str]) -> str:
        """The versions that have a declaration with these directives; "" if this one has it."""
        for d in directives:
            if (m := _RANGE.match(d)) is not None:
                bound = int(m[2]), int(m[3])
                if (self.version < bound) == (m[1] == "since"):
                    word = "since" if m[1] == "since" else "until"
                    return f"{word} Go {m[2]}.{m[3]}"
        return ""

    # --- knobs ---------------------------------------------------------------------------

    def _knobs(self, root: Node) -> list[ast.Knob]:
        out: list[ast.Knob] = []
        pending = [root] if "//knob" in self.source else []
        while pending:
            n = pending.pop()
            if n.type == "comment" and (m := _KNOB.match(text(n).strip())):
                if args := _KNOB_ARGS.match(m[1]):
                    out.append(ast.Knob(self.pos(n), args[1], int(args[2]), int(args[3])))
                else:
                    self.error(self.pos(n), "malformed knob", "write //knob name low high")
            pending.extend(n.children)
        return sorted(out, key=lambda k: k.pos)

    def _with_knobs(self, spec: ast.VarSpec, knobs: list[ast.Knob]) -> ast.VarSpec:
        """Attach the knobs directly above `spec` or on its line, and strike them off."""
        mine: list[ast.Knob] = []
        line = spec.pos.line
        for k in reversed(knobs):
            if k.pos.line == spec.pos.line or k.pos.line == line - 1:
                line = min(line, k.pos.line)
                mine.insert(0, k)
        for k in mine:
            knobs.remove(k)
        return ast.VarSpec(spec.pos, spec.names, spec.type, spec.values, tuple(mine))


def _receiver_name(e: ast.Expr) -> str:
    """The name of a receiver's type."""
    while not isinstance(e, ast.Ident):
        e = e.x if isinstance(e, (ast.Star, ast.Paren, ast.Index)) else ast.Ident(e.pos, "_")
    return e.name


__all__ = ["LATEST", "MAX_SOURCE", "Pos", "parse"]
