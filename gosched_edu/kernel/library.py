"""The compiled kernel as object code: made by LLVM, kept on disk, linked into the process.

Problem. Compiling takes seconds, so it is done once on a machine. What is kept must be read fast, and
must never be another source's, another processor's, or half of a file.

Rejected. numba's own cache (numba has to be imported before it can be read: half of the time from a new
process to its first result); a shared library (it needs a linker, which not every reader has).

Chosen. LLVM, through llvmlite, optimises the code that numba made and emits an object file. It is kept
behind its checksum, and LLVM links it into the process; ctypes calls its one function. A call through
ctypes lets go of Python's lock, so runs in several threads proceed side by side.

Invariant. A file whose contents are not what was written is not linked. A file is written under another
name and then moved, so that no process sees half of one.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

#: Linked code lives as long as its engine.
_engines: list[Any] = []


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=cpu, features=features, opt=3, codemodel="jitdefault", jit=True)


def host() -> str:
    """The processor that code is made for here: its name and all its features."""
    return f"{llvm.get_process_triple()} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def emit(code: str, machine: Any = None) -> bytes:
    """Optimise LLVM code and make an object file of it, for this machine or another one."""
    machine = machine or _machine()
    module = llvm.parse_assembly(code)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=1)
    # the kernel has no loops that would gain by it
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    again = llvm.create_new_module_pass_manager()
    again.add_jump_threading_pass()  # what the second level would do in twice the time
    again.add_simplify_cfg_pass()
    again.run(module, builder)
    return bytes(machine.emit_object(module))


def store(path: Path, code: bytes) -> None:
    """Keep object code."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(hashlib.sha256(code).digest() + code)
    part.replace(path)


def load(path: Path) -> bytes | None:
    """Object code that was kept, or None if there is none or it is damaged."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    checksum, code = stored[:32], stored[32:]
    return code if hashlib.sha256(code).digest() == checksum else None


def link(code: bytes, name: str) -> Callable[[Any], int]:
    """Link object code into this process; its function `name`, of a `State`."""
    machine = _machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    function = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(engine.get_function_address(name))

    def run(state: Any) -> int:
        return function(state.addr)  # type: ignore[no-any-return]

    return run
