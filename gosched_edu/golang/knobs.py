"""Knobs: package variables that a lab may set before a run.

Problem. ``//knob n 1 100`` is a comment to Go; a mistake in it would go unnoticed.

Invariant. A knob belongs to an int variable with a constant first value in its range.
"""

from __future__ import annotations

from collections.abc import Callable

from gosched_edu.golang import ast
from gosched_edu.golang import types as t
from gosched_edu.golang.errors import Pos
from gosched_edu.golang.objects import Info, Var


def check_knobs(
    specs: list[tuple[ast.VarSpec, list[Var]]],
    info: Info,
    error: Callable[[Pos, str], None],
) -> None:
    """Report knobs that name no variable of their line, or one that is no constant int."""
    for spec, variables in specs:
        for k in spec.knobs:
            i = next((i for i, v in enumerate(variables) if v.name == k.name), None)
            if i is None:
                names = ", ".join(v.name for v in variables)
                error(k.pos, f"knob {k.name} names no variable of this line ({names})")
            elif variables[i].type not in (t.INT, t.INVALID):
                error(k.pos, f"knob {k.name} must be an int, not {variables[i].type}")
            elif len(spec.values) != len(variables) or (
                info.operands[spec.values[i]].mode != "constant"
            ):
                error(k.pos, f"knob {k.name} needs a constant initial value")
            else:
                value = info.operands[spec.values[i]].value
                assert isinstance(value, int)
                if not k.low <= value <= k.high:
                    error(
                        k.pos,
                        f"knob {k.name}: {value} is not in the range {k.low} to {k.high}",
                    )
