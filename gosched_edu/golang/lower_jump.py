"""Labels and goto to instructions.

Problem. A goto may go forwards or backwards; the machine has another instruction for going back,
because that is where budgets are checked.

Rejected. Finding the gotos of a function beforehand: a label that has been passed is known.

Invariant. Where a goto may go has been checked (`branches`): never into a block, never over a
variable's declaration. So the slots in use at the label are in use at the goto.
"""

from __future__ import annotations

from gosched_edu.golang import ast
from gosched_edu.golang.emit import Label
from gosched_edu.golang.lower_select import SelectLowering


class JumpLowering(SelectLowering):
    """Lowers labelled statements and branches."""

    def __init__(self, *args: object):
        super().__init__(*args)  # type: ignore[arg-type]
        self.labels: dict[str, Label] = {}

    def labeled(self, s: ast.Labeled) -> None:
        """A statement with a label."""
        self.out.bind(self.labels.setdefault(s.label.name, Label()))
        self.stmt(s.stmt, s.label.name)

    def branch(self, s: ast.Branch) -> None:
        """break, continue or goto."""
        name = s.label.name if s.label is not None else ""
        self.out.pos = s.pos
        if s.word == "goto":
            label = self.labels.setdefault(name, Label())
            self.out.emit("LOOP" if label.at >= 0 else "JMP", label)
            return
        for x in reversed(self.exits):
            if name and x.label != name:
                continue
            if s.word == "break":
                self.out.emit("JMP", x.leave)
                return
            if x.again is not None:
                self.out.emit("JMP", x.again)
                return
