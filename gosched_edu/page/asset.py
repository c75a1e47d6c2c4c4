"""The one script that all pages of the book share: the kernel, its tables, the stage, the labs.

It is an ordinary script, not a module, so that it runs in a page opened from a disk as well. The
kernel and the tables are inside, compressed: no second request, no server.
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from importlib.resources import files
from pathlib import Path

from gosched_edu.page.tables import kernel_tables
from gosched_edu.page.wasm import kernel_wasm

#: In this order: each uses what stands before it.
SCRIPTS = ("machine.js", "log.js", "steps.js", "dump.js", "stage.js", "inside.js", "choose.js",
           "beside.js", "outcomes.js", "lab.js")  # fmt: skip
NAME = "gosched.js"


def packed(data: bytes) -> str:
    """Deflated, in base64: `inflate(bytesOf(text))` in machine.js is the way back."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode()


def kernel_script() -> str:
    """Kernel and tables as a script that sets ``gosched.packed``."""
    tables = json.dumps(kernel_tables(), separators=(",", ":")).encode()
    return (
        f'globalThis.gosched = {{ packed: {{ wasm: "{packed(kernel_wasm())}", '
        f'tables: "{packed(tables)}" }} }};\n'
    )


def script() -> str:
    """The whole script."""
    parts = [(files("gosched_edu.page") / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return kernel_script() + "".join(parts)


def main(folder: str) -> None:
    """Write the script into a folder, and the sandbox with its programs."""
    from gosched_edu.labs.sandbox import write_page

    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / NAME).write_text(script(), encoding="utf-8")
    write_page(out)


if __name__ == "__main__":
    main(sys.argv[1])
