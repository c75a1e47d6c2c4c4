"""The compiled kernel as WebAssembly: what numba made, for another machine.

Problem. The published page has no server, and its labs must run the very kernel of this package.

Rejected. A second kernel in JavaScript (two runtimes to keep equal); Pyodide (no numba in it);
emscripten or clang on C made from the kernel (compilers that pip does not install).

Chosen. llvmlite contains LLVM's WebAssembly backend. The code that numba lowers the kernel to names no
machine yet (`gosched_edu.kernel.build.llvm_code`); here it is optimised and emitted for wasm32. All
values are int64, so nothing else must change. The few functions of the C library that the kernel calls
are imports: the page gives it JavaScript's own.

Invariant. The module computes what the native kernel computes, event for event; where a program
uses math.Exp, Log, Sin, Cos, Tan or Atan, the last bit may differ.
"""

from __future__ import annotations

import sys

from gosched_edu.kernel import library
from gosched_edu.kernel.build import ENTRY, cache_folder, llvm_code, source_hash
from gosched_edu.page.wasmfile import module

TRIPLE = "wasm32-unknown-unknown"
#: What every browser since 2020 has.
FEATURES = "+bulk-memory,+sign-ext,+mutable-globals,+nontrapping-fptoint"
#: Functions of the C library that are instructions of WebAssembly.
_INSTRUCTIONS = ("sqrt", "floor", "ceil", "trunc")


def kernel_wasm() -> bytes:
    """The kernel as a WebAssembly module; made once for each state of its source.

    Returns
    -------
    bytes
        Imports ``env.__linear_memory``, ``env.__stack_pointer`` and functions of one float64;
        exports ``run``: the address of the state's table in, a status out, both int64.
    """
    stored = cache_folder() / "page" / f"{source_hash()}.wasm"
    result = library.load(stored)
    if result is None:
        # a reader who waits for it should know why
        print("Compiling the simulated runtime for web pages, once ...", file=sys.stderr, flush=True)
        result = module(library.emit(_calls_as_instructions(llvm_code()), _machine()), {ENTRY: ENTRY})
        try:
            stored.parent.mkdir(parents=True, exist_ok=True)
            library.store(stored, result)
        except OSError:
            pass  # a folder that cannot be written costs time, nothing else
    return result


def _calls_as_instructions(code: str) -> str:
    for name in _INSTRUCTIONS:
        code = code.replace(f'@"{name}"(', f'@"llvm.{name}.f64"(').replace(f"@{name}(", f"@llvm.{name}.f64(")
    return code


def _machine() -> object:
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default"
    )
