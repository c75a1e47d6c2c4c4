"""Labels, goto, break, continue and fallthrough: where control may jump.

Problem. A goto may go forwards to a label that is not known yet, but not into a block and not
over a variable declaration; a label may serve three kinds of statements.

Rejected. Checking on the way through the statements' types: a forward goto is decided only
at the end of its block.

Chosen. One pass over the syntax of a function body, as in cmd/compile/internal/syntax/branches.go:
each block hands the gotos it could not resolve to the block around it.

Invariant. What this module does not report, the lowering can jump to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gosched_edu.golang import ast
from gosched_edu.golang.errors import Pos

Report = Callable[[Pos, str], None]


@dataclass(eq=False)
class _Block:
    parent: _Block | None
    start: Pos
    labeled: ast.Labeled | None


@dataclass
class _Label:
    block: _Block
    stmt: ast.Labeled
    used: bool = False


@dataclass(frozen=True)
class _Around:
    """The statements that an unlabelled break or continue would leave; the case's number."""

    breaks: ast.Stmt | None = None
    continues: ast.Stmt | None = None
    case: int = -1


@dataclass
class _Scan:
    """The state inside one block."""

    block: _Block
    around: _Around
    declared: tuple[str, Pos] | None = None
    forward: list[ast.Branch] = field(default_factory=list)
    over: list[ast.Branch] = field(default_factory=list)


class Branches:
    """Checks the branch statements of one function body.

    Parameters
    ----------
    report : callable
        Takes a position and a message.
    filename : str
        The name in messages.
    """

    def __init__(self, report: Report, filename: str):
        self.report = report
        self.filename = filename
        self.labels: dict[str, _Label] = {}

    def check(self, body: ast.Block) -> None:
        """Check `body`; function literals inside are bodies of their own."""
        for jump in self._block(None, _Around(), None, body.pos, body.stmts):
            assert jump.label is not None
            name = jump.label.name
            if (label := self.labels.get(name)) is not None:
                label.used = True
                self.report(
                    jump.label.pos,
                    f"goto {name} jumps into block starting at {self._where(label.block.start)}",
                )
            else:
                self.report(jump.label.pos, f"label {name} not defined")
        for name, label in self.labels.items():
            if not label.used:
                self.report(label.stmt.label.pos, f"label {name} defined and not used")

    def _where(self, pos: Pos) -> str:
        return f"{self.filename}:{pos.line}:{pos.col}"

    def _block(
        self,
        parent: _Block | None,
        around: _Around,
        labeled: ast.Labeled | None,
        start: Pos,
        body: Sequence[ast.Stmt],
    ) -> list[ast.Branch]:
        """Check a statement list; the gotos whose labels were not found in it."""
        scan = _Scan(_Block(parent, start, labeled), around)
        stmts = list(body)
        while stmts and _empty(stmts[-1]):
            stmts.pop()
        for i, s in enumerate(stmts):
            self._stmt(scan, s, i == len(stmts) - 1)
        return scan.forward

    def _stmt(self, scan: _Scan, s: ast.Stmt, last: bool) -> None:
        labeled: ast.Labeled | None = None
        while isinstance(s, ast.Labeled):
            if s.label.name != "_":
                self._declare(scan, s)
                labeled = s
            s = s.stmt

        def inner(around: _Around, start: Pos, body: Sequence[ast.Stmt]) -> None:
            scan.forward += self._block(scan.block, around, labeled, start, body)

        around = scan.around
        nested = _Around(around.breaks, around.continues)
        match s:
            case ast.DeclStmt():
                spec = next((x for x in s.specs if isinstance(x, ast.VarSpec)), None)
                if spec is not None:
                    self._declares(scan, spec.names[0].name, spec.pos)
            case ast.Assign():
                if s.op == ":=":
                    self._declares(scan, ", ".join(map(ast.text, s.lhs)), s.op_pos)
            case ast.Branch():
                if s.label is None:
                    self._unlabeled(around, s, last)
                else:
                    self._branch(scan, s)
            case ast.Block():
                inner(nested, s.pos, s.stmts)
            case ast.If():
                inner(nested, s.then.pos, s.then.stmts)
                if s.orelse is not None:
                    inner(nested, s.orelse.pos, [s.orelse])
            case ast.For() | ast.Range():
                inner(_Around(s, s), s.body.pos, s.body.stmts)
            case ast.Switch() | ast.TypeSwitch():
                for i, case in enumerate(s.cases):
                    inner(_Around(s, around.continues, i), case.pos, case.body)
            case ast.Select():
                for clause in s.clauses:
                    inner(_Around(s, around.continues), clause.pos, clause.body)

    def _declares(self, scan: _Scan, name: str, pos: Pos) -> None:
        """A variable is declared here: pending gotos would jump over it."""
        scan.declared = name, pos
        scan.over = list(scan.forward)

    def _declare(self, scan: _Scan, s: ast.Labeled) -> None:
        name = s.label.name
        label = self.labels.get(name)
        if label is not None:
            self.report(
                s.label.pos,
                f"label {name} already defined at {self._where(label.stmt.label.pos)}",
            )
        else:
            label = self.labels[name] = _Label(scan.block, s)
        rest: list[ast.Branch] = []
        for jump in scan.forward:
            assert jump.label is not None
            if jump.label.name != name:
                rest.append(jump)
                continue
            label.used = True
            if scan.declared is not None and jump in scan.over:
                what, pos = scan.declared
                self.report(
                    jump.label.pos,
                    f"goto {name} jumps over declaration of {what} at {self._where(pos)}",
                )
        scan.forward = rest

    def _unlabeled(self, around: _Around, s: ast.Branch, last: bool) -> None:
        if s.word == "break" and around.breaks is None:
            self.report(s.pos, "break is not in a loop, switch, or select")
        elif s.word == "continue" and around.continues is None:
            self.report(s.pos, "continue is not in a loop")
        elif s.word == "fallthrough":
            message = "fallthrough statement out of place"
            switch = around.breaks
            if isinstance(switch, ast.TypeSwitch):
                message = "cannot fallthrough in type switch"
            elif isinstance(switch, ast.Switch) and around.case >= 0 and last:
                if around.case + 1 < len(switch.cases):
                    return
                message = "cannot fallthrough final case in switch"
            self.report(s.pos, message)

    def _branch(self, scan: _Scan, s: ast.Branch) -> None:
        assert s.label is not None
        name = s.label.name
        label = self.labels.get(name)
        if label is not None:
            label.used = True
        if s.word == "goto":
            if label is None or not _encloses(label.block, scan.block):
                scan.forward.append(s)
            return
        if label is None:
            self.report(s.label.pos, f"{s.word} label not defined: {name}")
            return
        around: _Block | None = scan.block
        while around is not None and around.labeled is not label.stmt:
            around = around.parent
        target = _target(label.stmt) if around is not None else None
        loops = isinstance(target, (ast.For, ast.Range))
        if s.word == "continue" and not loops:
            self.report(s.label.pos, f"invalid continue label {name}")
        elif not loops and not isinstance(target, (ast.Switch, ast.TypeSwitch, ast.Select)):
            self.report(s.label.pos, f"invalid break label {name}")


def _target(s: ast.Labeled) -> ast.Stmt:
    return s.stmt


def _encloses(outer: _Block, block: _Block | None) -> bool:
    while block is not None and block is not outer:
        block = block.parent
    return block is not None


def _empty(s: ast.Stmt) -> bool:
    return isinstance(s, ast.Block) and not s.stmts and s.rbrace == s.pos
