"""Go source text to `ast.File`.

Problem. tree-sitter always returns a tree, even for garbage: errors are nodes in it.

Rejected. A grammar of our own: the language is large and the library's grammar is tested
on all of Go's own source.

Invariant. Whatever the text (binary, empty, ten thousand brackets), the outcome is a tree
without error nodes or a `GoError` with a line and a column.
"""

from __future__ import annotations

import re

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from gosched_edu.golang import ast, syntax
from gosched_edu.golang.errors import Diagnostic, GoError, Pos
from gosched_edu.golang.parse_expr import children, text
from gosched_edu.golang.parse_stmt import StmtParser

MAX_SOURCE = 1 << 20
_LANGUAGE = Language(tree_sitter_go.language())
_KNOB = re.compile(r"//knob\b(.*)")
_KNOB_ARGS = re.compile(r"\s+(\w+)\s+(-?\d+)\s+(-?\d+)\s*$")
_DECLARATIONS = "import, const, var, func"


def parse(source: str, filename: str = "main.go") -> tuple[ast.File, list[Diagnostic]]:
    """Parse a program.

    Parameters
    ----------
    source : str
        The Go source.
    filename : str
        The name in messages.

    Returns
    -------
    file : ast.File
        The syntax tree.
    errors : list of Diagnostic
        Constructs that are not simulated; `ast.Bad` stands in their place.

    Raises
    ------
    GoError
        If the text is not Go.
    """
    data, errors = _bytes(source)
    if not errors:
        errors = syntax.check(data)
    if errors:
        raise GoError(errors, source, filename)
    root = Parser(_LANGUAGE).parse(data).root_node
    if root.has_error:
        raise GoError([syntax.from_tree(root)], source, filename)
    parser = FileParser()
    tree = parser.file(root)
    if not parser.errors or not any(e.message.startswith("syntax") for e in parser.errors):
        return tree, parser.errors
    raise GoError(parser.errors, source, filename)


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

    def file(self, root: Node) -> ast.File:
        """The whole program."""
        package: ast.Ident | None = None
        imports: list[ast.ImportSpec] = []
        decls: list[ast.ConstSpec | ast.VarSpec | ast.FuncDecl] = []
        knobs = self._knobs(root)
        for n in children(root):
            match n.type:
                case "package_clause":
                    package = self.ident(children(n)[0])
                case "import_declaration":
                    imports.extend(self._imports(n))
                case "const_declaration":
                    decls.extend(self.const_specs(n))
                case "var_declaration":
                    decls.extend(self._with_knobs(s, knobs) for s in self.var_specs(n))
                case "function_declaration":
                    if (f := self._function(n)) is not None:
                        decls.append(f)
                case "method_declaration":
                    self.unsupported(n, "method declarations", _DECLARATIONS)
                case "type_declaration":
                    self.unsupported(n, "type declarations", _DECLARATIONS)
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
        return ast.File(package, tuple(imports), tuple(decls))

    def _imports(self, n: Node) -> list[ast.ImportSpec]:
        specs: list[Node] = []
        for c in children(n):
            specs.extend(children(c) if c.type == "import_spec_list" else [c])
        out: list[ast.ImportSpec] = []
        for s in specs:
            name = s.child_by_field_name("name")
            if name is not None and name.type == "dot":
                self.unsupported(s, "dot imports", 'import "fmt"')
                continue
            path = text(s.child_by_field_name("path"))[1:-1]
            out.append(ast.ImportSpec(self.pos(s), self.ident(name) if name else None, path))
        return out

    def _function(self, n: Node) -> ast.FuncDecl | None:
        if (generic := n.child_by_field_name("type_parameters")) is not None:
            self.unsupported(generic, "type parameters", "functions without them")
            return None
        name = self.ident(n.child_by_field_name("name"))
        if (body := n.child_by_field_name("body")) is None:
            self.error(name.pos, "missing function body")
            return None
        return ast.FuncDecl(self.pos(n), name, self.signature(n), self.block(body))

    # --- knobs ---------------------------------------------------------------------------

    def _knobs(self, root: Node) -> list[ast.Knob]:
        out: list[ast.Knob] = []
        pending = [root]
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


__all__ = ["MAX_SOURCE", "Pos", "parse"]
