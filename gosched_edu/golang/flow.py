"""Where control can go: labels, and whether a function can run off its end.

Problem. "missing return" is decided by the form of the last statement, as the
specification defines it, not by what the program would do.

Rejected. A control-flow graph: it would accept programs that gc rejects.

Invariant. These are functions of the syntax alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gosched_edu.golang import ast


def labels(stmts: Iterable[ast.Stmt]) -> Iterator[ast.Ident]:
    """All labels of a function body, function literals not included."""
    for s in stmts:
        match s:
            case ast.Labeled():
                yield s.label
                yield from labels((s.stmt,))
            case ast.Block():
                yield from labels(s.stmts)
            case ast.If():
                yield from labels((s.then, s.orelse) if s.orelse else (s.then,))
            case ast.For() | ast.Range():
                yield from labels((s.body,))
            case ast.Switch():
                for case in s.cases:
                    yield from labels(case.body)


def terminates(s: ast.Stmt, label: str = "") -> bool:
    """Whether `s` is a terminating statement in the sense of the language."""
    match s:
        case ast.Return() | ast.Bad():
            return True
        case ast.Branch():
            return s.word == "goto"
        case ast.ExprStmt():
            call = ast.unparen(s.x)
            return (
                isinstance(call, ast.Call)
                and isinstance(call.fun, ast.Ident)
                and call.fun.name == "panic"
            )
        case ast.Block():
            return bool(s.stmts) and terminates(s.stmts[-1])
        case ast.Labeled():
            return terminates(s.stmt, s.label.name)
        case ast.If():
            return s.orelse is not None and terminates(s.then) and terminates(s.orelse)
        case ast.For():
            return s.cond is None and not leaves(s.body, label)
        case ast.Switch():
            return any(c.values is None for c in s.cases) and all(
                bool(c.body)
                and (_falls(c.body[-1]) or terminates(c.body[-1]))
                and not any(leaves(b, label) for b in c.body)
                for c in s.cases
            )
    return False


def _falls(s: ast.Stmt) -> bool:
    return isinstance(s, ast.Branch) and s.word == "fallthrough"


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
        case ast.Switch():
            return any(leaves(b, label, True) for c in s.cases for b in c.body)
    return False
