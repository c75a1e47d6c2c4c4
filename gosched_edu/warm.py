"""Compile the kernel into its cache, for this machine and for web pages: ``python -m gosched_edu.warm``.

The first use on a machine takes some seconds of compiling. Doing it here, with a word,
is better than in a reader's first cell.
"""

from __future__ import annotations

import time


def main() -> None:
    """Compile or load the kernel and the explorer, and say how long it took."""
    from gosched_edu.explore.native import compiled as explorer
    from gosched_edu.kernel.build import cache_folder, compiled
    from gosched_edu.page.wasm import kernel_wasm

    start = time.perf_counter()
    compiled()
    kernel_wasm()
    explorer()
    print(f"Kernel ready after {time.perf_counter() - start:.1f} s, kept in {cache_folder()}.")


if __name__ == "__main__":
    main()
