"""placeholder"""
from __future__ import annotations
from tree_sitter import Node
from gosched_edu.golang.errors import Diagnostic

def check(data: bytes) -> list[Diagnostic]:
    return []

def from_tree(root: Node) -> Diagnostic:
    pending = [root]
    while pending:
        n = pending.pop()
        if n.is_missing or n.type == "ERROR":
            t = (n.text or b"").decode("utf-8", "replace").split("\n")[0][:30]
            return Diagnostic(n.start_point.row + 1, n.start_point.column + 1, f"syntax error: unexpected {t or 'end of statement'}")
        pending.extend(reversed([c for c in n.children if c.has_error or c.is_missing]))
    return Diagnostic(1, 1, "syntax error")
