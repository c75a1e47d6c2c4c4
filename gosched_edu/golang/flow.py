"""Where control can go: whether a function can run off its end.

Problem. "missing return" is decided by the form of the last statement, as the
specification defines it, not by what the program would do.

Rejected. A control-flow graph: it would accept programs that gc rejects.

Invariant. These are functions of the syntax alone, but for the question whether a call is one
of the predeclared panic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gosched_edu.golang import ast

IsPanic = Callable[[ast.Call], bool]


def terminates(s: ast.Stmt, is_panic: IsPanic, label: str = "") -> bool:
    """Whether `s` is a terminating statement in the sense of the language."""
    match s:
        case ast.Return() | ast.Bad():
            return True
        case ast.Branch():
            return s.word in ("goto", "fallthrough")
        case ast.ExprStmt():
            call = ast.unparen(s.x)
            return isinstance(call, ast.Call) and is_panic(call)
        case ast.Block():
            return _list(s.stmts, is_panic)
        case ast.Labeled():
            return terminates(s.stmt, is_panic, s.label.name)
        case ast.If():
            if s.orelse is None:
                return False
            return terminates(s.then, is_panic) and terminates(s.orelse, is_panic)
        case ast.For():
            return s.cond is None and not leaves(s.body, label)
        case ast.Switch() | ast.TypeSwitch():
            return any(c.values is None for c in s.cases) and all(
                _list(c.body, is_panic) and not any(leaves(b, label) for b in c.body) for c in s.cases
            )
        case ast.Select():
            return all(
                _list(c.body, is_panic) and not any(leaves(b, label) for b in c.body) for c in s.clauses
            )
    return False


def _list(stmts: Sequence[ast.Stmt], is_panic: IsPanic) -> bool:
    """Whether a statement list ends in a terminating statement, empty ones apart."""
    for s in reversed(stmts):
        if not (isinstance(s, ast.Block) and not s.stmts and s.rbrace == s.pos):
            return terminates(s, is_panic)
    return False


def leaves(s: ast.Stmt, label: str, nested: bool = False) -> bool:
    """Whether `s` holds a break out of the statement around it, called `label`.

    `nested` is true inside an inner statement that takes unlabelled breaks itself.
    """
    match s:
        case ast.Branch():
            if s.word != "break":
                return False
            return s.label.name == label if s.label is not None else not nested
        case ast.Block():
            return any(leaves(b, label, nested) for b in s.stmts)
        case ast.Labeled():
            return leaves(s.stmt, label, nested)
        case ast.If():
            branches = [s.then] if s.orelse is None else [s.then, s.orelse]
            return any(leaves(b, label, nested) for b in branches)
        case ast.For() | ast.Range():
            return leaves(s.body, label, True)
        case ast.Switch() | ast.TypeSwitch():
            return any(leaves(b, label, True) for c in s.cases for b in c.body)
        case ast.Select():
            return any(leaves(b, label, True) for c in s.clauses for b in c.body)
    return False
