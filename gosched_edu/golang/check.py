"""The whole program: package-level declarations, in any order.

Problem. A package's functions, variables and constants may refer to each other in any
order, and variables are initialised in the order of their dependencies.

Rejected. Source order for initialisation: `var a = b; var b = 1` is good Go.

Invariant. `Info.init_order` lists the variable declarations so that none runs before
another that it needs, directly or through functions.
"""

from __future__ import annotations

from gosched_edu.golang import ast, universe
from gosched_edu.golang import types as t
from gosched_edu.golang.check_stmt import StmtChecker
from gosched_edu.golang.errors import Diagnostic, Pos
from gosched_edu.golang.objects import Const, Function, Info, Object, PkgName, Scope, Var


def check(
    file: ast.File, version: tuple[int, int], filename: str, silent: bool = False
) -> tuple[Info, list[Diagnostic]]:
    """Check a program.

    Parameters
    ----------
    file : ast.File
        The program.
    version : tuple of int
        The language version.
    filename : str
        The name in messages.
    silent : bool
        Parts of the program are missing from the tree: say nothing about unused names.

    Returns
    -------
    info : Info
        What the lowering needs; complete only if there are no errors.
    errors : list of Diagnostic
    """
    checker = Checker(version, filename, silent)
    checker.program(file)
    return checker.info, checker.errors


Pending = tuple[ast.ConstSpec, list[Const]] | tuple[ast.VarSpec, list[Var]] | ast.FuncDecl


class Checker(StmtChecker):
    """Checks a program."""

    def __init__(self, version: tuple[int, int], filename: str, silent: bool):
        super().__init__(version, filename, silent)
        self.pending: dict[Object, Pending] = {}
        self.open: list[Object] = []
        self.references: dict[object, set[Object]] = {}
        self.specs: list[tuple[ast.VarSpec, list[Var]]] = []

    def program(self, file: ast.File) -> None:
        """Check the declarations of `file`, then their bodies."""
        imports = self._imports(file)
        self.scope = self.package
        for d in file.decls:
            self._collect(d)
        for obj in list(self.pending):
            self.resolve(obj)
        for f in [*self.info.declared, *self.info.inits]:
            self._function_body(f)
        main = self.package.names.get("main")
        if file.package.name != "main":
            self.error(
                file.package.pos,
                f"package {file.package.name} is not a main package",
                "a program that runs starts with: package main",
            )
        elif not isinstance(main, Function):
            declared = any(n.name == "main" for d in file.decls for n in declared_names(d))
            if not declared and not self.silent:
                self.error(file.package.pos, "function main is undeclared in the main package")
        if not self.silent:
            self._unused(imports)
        if not self.errors:
            self._order()
        self._knobs()

    # --- imports ---------------------------------------------------------------------------

    def _imports(self, file: ast.File) -> list[PkgName]:
        out: list[PkgName] = []
        for spec in file.imports:
            name = spec.name.name if spec.name else spec.path.rpartition("/")[2]
            if spec.path not in universe.PACKAGES:
                have = ", ".join(universe.PACKAGES)
                self.error(
                    spec.pos, f'package "{spec.path}" is not simulated yet', f"supported: {have}"
                )
            obj = PkgName(name, spec.pos, used=spec.path not in universe.PACKAGES, path=spec.path)
            if name == "_":
                continue
            if isinstance(other := self.universe.names.get(name), PkgName):
                self.error(
                    spec.pos,
                    f"{name} redeclared in this block\n\t{self.filename}:{other.pos.line}:"
                    f"{other.pos.col}: other declaration of {name}",
                )
            else:
                self.universe.names[name] = obj
            out.append(obj)
        return out

    def _unused(self, imports: list[PkgName]) -> None:
        for p in imports:
            if not p.used:
                renamed = p.name != p.path.rpartition("/")[2]
                note = f" as {p.name}" if renamed else ""
                self.error(p.pos, f'"{p.path}" imported{note} and not used')
        for v in self.vars:
            if not v.used:
                self.error(v.pos, f"declared and not used: {v.name}")

    # --- declarations ------------------------------------------------------------------------

    def _collect(self, d: ast.ConstSpec | ast.VarSpec | ast.FuncDecl) -> None:
        match d:
            case ast.ConstSpec():
                consts = [Const(n.name, n.pos, spec=d) for n in d.names]
                for n, const in zip(d.names, consts, strict=True):
                    self._declare(n, const)
                    self.pending[const] = (d, consts)
            case ast.VarSpec():
                variables = [Var(n.name, n.pos, spec=d, used=True) for n in d.names]
                self.specs.append((d, variables))
                self.info.globals.extend(variables)
                for n, v in zip(d.names, variables, strict=True):
                    self._declare(n, v)
                    self.pending[v] = (d, variables)
            case ast.FuncDecl():
                f = Function(d.name.name, d.name.pos, decl=d)
                if d.name.name in ("main", "init") and (d.type.params or d.type.results):
                    self.error(
                        d.name.pos,
                        f"func {d.name.name} must have no arguments and no return values",
                    )
                if d.name.name == "init":
                    self.info.inits.append(f)
                    self.info.defs[d.name] = f
                else:
                    self.info.declared.append(f)
                    self._declare(d.name, f)
                self.pending[f] = d

    def _declare(self, ident: ast.Ident, obj: Object) -> None:
        if ident.name in ("init", "main") and not isinstance(obj, Function):
            self.error(ident.pos, f"cannot declare {ident.name} - must be func")
            return
        if isinstance(imported := self.universe.names.get(ident.name), PkgName):
            self.error(
                imported.pos,
                f"{ident.name} redeclared in this block\n\t{self.filename}:{ident.pos.line}:"
                f"{ident.pos.col}: other declaration of {ident.name}",
            )
            return
        self.declare(ident, obj)

    def resolve(self, obj: Object) -> None:
        if obj in self.open:
            if not isinstance(obj, Function) and obj.type == t.INVALID:
                self._cycle(obj)
            return
        if obj not in self.pending:
            return
        saved = self.scope, self.func, self.iota, self.needs, self.targets
        self.scope, self.func, self.iota, self.targets = Scope(self.package), None, None, []
        self.needs = set()
        declaration = self.pending[obj]
        if isinstance(declaration, ast.FuncDecl):
            del self.pending[obj]
            obj.type = self.signature(declaration.type)
        else:
            spec, group = declaration
            for each in group:
                del self.pending[each]
            self.open.extend(group)
            if isinstance(spec, ast.ConstSpec):
                self.const_spec(spec, [c for c in group if isinstance(c, Const)])
            else:
                self.var_spec(spec, [v for v in group if isinstance(v, Var)])
                self.references[spec] = self.needs
            del self.open[-len(group) :]
        self.scope, self.func, self.iota, self.needs, self.targets = saved

    def _cycle(self, obj: Object) -> None:
        cycle = self.open[self.open.index(obj) :]
        first = min(range(len(cycle)), key=lambda i: cycle[i].pos)
        self._report_cycle([(o.name, o.pos) for o in cycle[first:] + cycle[:first]])

    def _report_cycle(self, cycle: list[tuple[str, Pos]]) -> None:
        """Report declarations that refer to each other; the error is at the first."""
        name, pos = cycle[0]
        if len(cycle) == 1:
            self.error(pos, f"initialization cycle: {name} refers to itself")
            return
        lines = [f"initialization cycle for {name}"]
        for (x, at), (y, _) in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            lines.append(f"\t{self.filename}:{at.line}:{at.col}: {x} refers to {y}")
        self.error(pos, "\n".join(lines))

    def _function_body(self, f: Function) -> None:
        assert f.decl is not None and isinstance(f.type, t.Func)
        self.scope, self.func, self.needs = self.package, None, set()
        f.info = self.enter_function(f.decl.type, f.type)
        self.body(f.info, f.decl.body)
        self.references[f] = self.needs

    # --- initialisation ------------------------------------------------------------------------

    def _order(self) -> None:
        """Order the variable declarations by their dependencies, else by the source."""
        owner = {v: spec for spec, variables in self.specs for v in variables}
        done: set[object] = set()

        def visit(start: object, path: list[object]) -> None:
            if start in done:
                return
            if start in path:
                cycle = path[path.index(start) :]
                specs = [x for x in cycle if isinstance(x, ast.VarSpec)]
                if specs:
                    self._init_cycle(cycle)
                    done.update(cycle)
                return
            needs = sorted(self.references.get(start, ()), key=lambda o: o.pos)
            for obj in needs:
                visit(owner.get(obj, obj) if isinstance(obj, Var) else obj, [*path, start])
            if isinstance(start, ast.VarSpec) and start not in done:
                self.info.init_order.append(start)
            done.add(start)

        for spec, _ in self.specs:
            visit(spec, [])

    def _init_cycle(self, cycle: list[object]) -> None:
        first = next(i for i, x in enumerate(cycle) if isinstance(x, ast.VarSpec))
        named: list[tuple[str, Pos]] = []
        for x in cycle[first:] + cycle[:first]:
            if isinstance(x, ast.VarSpec):
                named.append((x.names[0].name, x.names[0].pos))
            elif isinstance(x, Function):
                named.append((x.name, x.pos))
        self._report_cycle(named)

    def _knobs(self) -> None:
        for spec, variables in self.specs:
            for k in spec.knobs:
                i = next((i for i, v in enumerate(variables) if v.name == k.name), None)
                if i is None:
                    names = ", ".join(v.name for v in variables)
                    self.error(k.pos, f"knob {k.name} names no variable of this line ({names})")
                elif variables[i].type not in (t.INT, t.INVALID):
                    self.error(k.pos, f"knob {k.name} must be an int, not {variables[i].type}")
                elif len(spec.values) != len(variables) or (
                    self.info.operands[spec.values[i]].mode != "constant"
                ):
                    self.error(k.pos, f"knob {k.name} needs a constant initial value")
                else:
                    value = self.info.operands[spec.values[i]].value
                    assert isinstance(value, int)
                    if not k.low <= value <= k.high:
                        self.error(
                            k.pos,
                            f"knob {k.name}: {value} is not in the range {k.low} to {k.high}",
                        )


def declared_names(d: ast.ConstSpec | ast.VarSpec | ast.FuncDecl) -> tuple[ast.Ident, ...]:
    """The names that a declaration introduces."""
    return (d.name,) if isinstance(d, ast.FuncDecl) else d.names
