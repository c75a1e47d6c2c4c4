"""Code of the runtime's own goroutines, added to every image before it runs.

Problem. A mark worker is a goroutine: it is started, parks, and is seen in traces. What it does is
the kernel's, not the program's.

Rejected. Goroutines without code (every place that looks at a goroutine would have to ask).

Chosen. For each kind a function whose only instruction is one step of the kernel, in a loop. It
lies behind the program's functions, where no function value can reach it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gosched_edu.kernel import isa
from gosched_edu.kernel.image import NOSPLIT, RUNTIME, Function, Image, once

#: Name and instruction of each.
SYSTEM: tuple[tuple[str, str], ...] = (
    ("runtime.gcBgMarkWorker", "GCMARK"),
    ("runtime.timerproc", "TIMERPROC"),
    ("runtime.forcegchelper", "GCMARK"),
    ("runtime.updateMaxProcsGoroutine", "MAXPROCS"),
)


@once
def with_system(image: Image) -> Image:
    """The image with the runtime's own functions behind those of the program.

    Examples
    --------
    >>> from gosched_edu.kernel.system import SYSTEM
    >>> [name for name, _ in SYSTEM][:2]
    ['runtime.gcBgMarkWorker', 'runtime.timerproc']
    """
    code, functions, at = [], [], image.size
    for name, step in SYSTEM:
        code += [isa.BY_NAME[step].code, 0, 0, 0, isa.BY_NAME["LOOP"].code, at, 0, 0]
        functions.append(Function(name, at, at + 2, 2, 0, 0, 0, 0, flags=RUNTIME | NOSPLIT))
        at += 2
    more = np.zeros(at - image.size, np.int32)
    return replace(
        image,
        code=np.append(image.code, np.array(code, np.int32)),
        lines=np.append(image.lines, more), cols=np.append(image.cols, more),
        files=np.append(image.files, more), functions=image.functions + tuple(functions),
    )  # fmt: skip
