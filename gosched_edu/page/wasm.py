"""The compiled kernel as WebAssembly: what numba made, for another machine.

Problem. The published page has no server, and its labs must run the very kernel of this package.

Rejected. A second kernel in JavaScript (two runtimes to keep equal); Pyodide (no numba in it);
emscripten or clang on C made from the kernel (compilers that pip does not install).

Chosen. llvmlite contains LLVM's WebAssembly backend. numba compiles the kernel in a process of its
own for a processor without any extras; the code it hands to LLVM is given another target, is
optimised and emitted again. All values are int64, so nothing else must change. The few functions of
the C library that the kernel calls are imports: the page gives it JavaScript's own.

Invariant. The module computes what the native kernel computes, event for event; where a program
uses math.Exp, Log, Sin, Cos, Tan or Atan, the last bit may differ.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from gosched_edu.kernel.build import cache_folder, source_hash
from gosched_edu.page.wasmfile import module

TRIPLE = "wasm32-unknown-unknown"
LAYOUT = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
#: What every browser since 2020 has.
FEATURES = "+bulk-memory,+sign-ext,+mutable-globals,+nontrapping-fptoint"
#: Numba for a plain 64-bit processor: no vectors and no instructions that WebAssembly lacks.
_PLAIN = {
    "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "",
    "NUMBA_LOOP_VECTORIZE": "0", "NUMBA_SLP_VECTORIZE": "0",
}  # fmt: skip
#: Functions of the C library that are instructions of WebAssembly.
_INSTRUCTIONS = ("sqrt", "floor", "ceil", "trunc")
EXPORT = "run"


def kernel_wasm() -> bytes:
    """The kernel as a WebAssembly module; made once for each state of its source.

    Returns
    -------
    bytes
        Imports ``env.__linear_memory``, ``env.__stack_pointer`` and functions of one float64;
        exports ``run(result, error, state)`` in numba's calling convention: an int32 status, 0 for
        all is well; the kernel's own answer is the int64 at address `result`.

    Raises
    ------
    RuntimeError
        The process that compiles has failed; its last words are in the message.
    """
    stored = cache_folder() / "wasm" / f"{source_hash()}.wasm"
    if stored.exists():
        return stored.read_bytes()
    # a reader who waits for it should know why
    print("Compiling the simulated runtime for web pages, once ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="gosched-wasm-") as folder:
        out = Path(folder) / "kernel.wasm"
        environment = os.environ | _PLAIN | {"GOSCHED_CACHE": folder}
        done = subprocess.run(
            [sys.executable, "-m", "gosched_edu.page.wasm", str(out)],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"the kernel could not be made WebAssembly:\n{done.stderr[-2000:]}")
        result = out.read_bytes()
    try:
        stored.parent.mkdir(parents=True, exist_ok=True)
        part = stored.with_suffix(f".{os.getpid()}")
        part.write_bytes(result)
        part.replace(stored)
    except OSError:
        pass  # a folder that cannot be written costs time, nothing else
    return result


def _retarget(text: str) -> str:
    """LLVM code for another machine: target, layout, and no attributes of the old one."""
    text = re.sub(r"^target triple = .*$", f'target triple = "{TRIPLE}"', text, flags=re.M)
    text = re.sub(r"^target datalayout = .*$", f'target datalayout = "{LAYOUT}"', text, flags=re.M)
    text = re.sub(r'"(target-cpu|target-features|probe-stack)"="[^"]*"', "", text)
    for name in _INSTRUCTIONS:
        text = text.replace(f"@{name}(", f"@llvm.{name}.f64(")
    return text


def _compile() -> bytes:
    import llvmlite.binding as llvm

    from gosched_edu.kernel.build import compiled

    dispatcher = compiled()
    (signature,) = dispatcher.signatures  # type: ignore[attr-defined]
    overload = dispatcher.overloads[signature]  # type: ignore[attr-defined]
    entry = overload.fndesc.llvm_func_name
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    code = llvm.parse_assembly(_retarget(dispatcher.inspect_llvm(signature)))  # type: ignore[attr-defined]
    for f in code.functions:
        if not f.is_declaration:
            f.linkage = "external" if f.name == entry else "internal"
    for variable in code.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"  # common symbols abort the backend
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default"
    )
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(code, builder)
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_strip_dead_prototype_pass()
    passes.run(code, builder)
    return module(machine.emit_object(code), {entry: EXPORT})


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(_compile())
