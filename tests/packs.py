"""Many generated programs in one image, to choose from by a knob.

Compiling a program is mostly compiling what it uses of the library. A test that runs a thousand programs
can share that: ten of them are functions of one file, and main calls the one that the knob names. Each
run is a new process, so none sees what another one did.
"""

from __future__ import annotations

from functools import cache

from programs import random_program
from rich_programs import rich_program

from gosched_edu import go
from gosched_edu.kernel.image import Image

#: Programs of one image.
SIZE = 10
KNOB = "which"


def generated(number: int) -> str:
    """The program of that number: by turns one of the plain generator and one of the rich one."""
    return (rich_program if number % 2 else random_program)(number)


def pack(numbers: range) -> str:
    """One file with the programs of these numbers; the knob "which" counts them from 0."""
    # Both generators import what they use; the rich one's head has all of it, and its types.
    head = rich_program(1).partition("\nfunc main()")[0]
    parts = [head, f"\nvar {KNOB} = 0 //knob {KNOB} 0 {len(numbers) - 1}\n"]
    for k, number in enumerate(numbers):
        parts.append(f"func program{k}(){generated(number).partition('func main()')[2]}")
    calls = "\n".join(f"\tcase {k}:\n\t\tprogram{k}()" for k in range(len(numbers)))
    return "\n".join([*parts, f"func main() {{\n\tswitch {KNOB} {{\n{calls}\n\t}}\n}}\n"])


@cache
def image(number: int) -> Image:
    """The image that holds the program of that number, as number % SIZE."""
    first = number - number % SIZE
    return go.compile(pack(range(first, first + SIZE)))
