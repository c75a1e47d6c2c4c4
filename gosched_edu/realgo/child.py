"""A program of unknown manners as a child process: bounded in time, output and memory.

Problem. Readers' programs loop for ever, print for ever, and are interrupted half-way.

Rejected. `subprocess.communicate` (keeps all output in memory, and on a timeout leaves
grandchildren alive); limits set in ``preexec_fn`` (not safe beside threads, and a notebook has
threads); becoming the reaper of all orphans (that is the reader's process, not ours).

Chosen. The child leads a group of its own, and a mark in its environment, which its children inherit,
finds those that have left the group (setsid), where the system shows environments (Linux).

Invariant. When the ``with`` block is left, however it is left, nothing of the child lives.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

OUTPUT_LIMIT = 1_000_000  #: bytes of standard output, and as many of standard error
_ADDRESS_SPACE = 16 << 30  # Go reserves far more than it uses
MEMORY_LIMIT = 4 << 30  #: bytes that it can write to
_MARK = "GOSCHED_CHILD"
_FILE_SIZE = 1 << 30


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Hold back Ctrl-C: inside `subprocess.Popen` it would leave a process that nobody knows."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    if seen and callable(before):
        before(signal.SIGINT, None)


class Child:
    """A running process and what it has written so far.

    Parameters
    ----------
    command : list of str
    folder : Path
        Where it runs.
    env : mapping
        Its whole environment.
    limit : bool
        Whether memory and files are limited.
    stdin : Path, optional
        The file that is its standard input; by default nothing.
    """

    def __init__(
        self, command: list[str], folder: Path, env: Mapping[str, str], *, limit: bool = True,
        stdin: Path | None = None,
    ) -> None:  # fmt: skip
        self.started = time.perf_counter_ns()
        self.ended = 0
        self.flooded = False
        posix = sys.platform != "win32"
        self._mark = uuid.uuid4().hex
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._output, self._error = bytearray(), bytearray()
        try:
            with open(stdin or os.devnull, "rb") as given, _interrupt_later():
                self._process = subprocess.Popen(
                    command, cwd=folder, env=dict(env) | {_MARK: self._mark}, stdin=given,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=posix,
                )  # fmt: skip
            self._start(limit)
        except BaseException:  # before the with block, nobody else would end it
            if hasattr(self, "_process"):
                self._signal_group()
            raise

    def _start(self, limit: bool) -> None:
        if limit and sys.platform == "linux":
            self._limit()
        self._threads = [
            threading.Thread(target=self._watch, daemon=True),
            threading.Thread(
                target=self._read, args=(self._process.stdout, self._output), daemon=True
            ),
            threading.Thread(
                target=self._read, args=(self._process.stderr, self._error), daemon=True
            ),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        where: TracebackType | None,
    ) -> None:  # fmt: skip
        self.kill()

    def _limit(self) -> None:
        import resource

        for what, value in (
            (resource.RLIMIT_AS, _ADDRESS_SPACE), (resource.RLIMIT_DATA, MEMORY_LIMIT),
            (resource.RLIMIT_FSIZE, _FILE_SIZE), (resource.RLIMIT_CORE, 0),
        ):  # fmt: skip
            try:
                hard = resource.prlimit(self._process.pid, what)[1]
                if hard != resource.RLIM_INFINITY:
                    value = min(value, hard)
                resource.prlimit(self._process.pid, what, (value, hard))
            except (OSError, ValueError):  # it has ended already, or we may not
                return

    def _watch(self) -> None:
        # A wait with a timeout looks only every 50 ms; this one knows the moment.
        self._process.wait()
        self.ended = time.perf_counter_ns()
        self._over.set()

    def _read(self, pipe: IO[bytes], into: bytearray) -> None:
        while chunk := os.read(pipe.fileno(), 1 << 16):
            into += chunk[: OUTPUT_LIMIT - len(into)]
            if len(into) >= OUTPUT_LIMIT:
                self.flooded = True
                self._signal_group()
                return

    def wait(self, seconds: float, enough: Callable[[], bool] | None = None) -> bool:
        """Wait for the end, at most so long, or until `enough`; whether it has ended."""
        deadline = time.monotonic() + seconds
        while not self._over.wait(max(0.0, min(deadline - time.monotonic(), 0.05))):
            if time.monotonic() >= deadline or (enough is not None and enough()):
                return False
        for thread in self._threads:  # a grandchild may keep the pipes open
            thread.join(1)
        return True

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    @property
    def output(self) -> str:
        return bytes(self._output).decode(errors="replace")

    @property
    def error(self) -> str:
        return bytes(self._error).decode(errors="replace")

    @property
    def overflown(self) -> bool:
        """Whether it dies of a stack that is too large: Go then walks millions of frames to print some."""
        return b"fatal error: stack overflow" in self._error

    def ask_to_stop(self) -> None:
        """Send SIGUSR1, where there is such a thing."""
        if sys.platform != "win32" and not self._over.is_set():
            self._process.send_signal(signal.SIGUSR1)

    def _signal_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def _kill_marked(self) -> None:
        """End what has left the group; again, until none is found that may have been born meanwhile."""
        mark = f"{_MARK}={self._mark}".encode()
        for _ in range(20):
            found = False
            for process in os.scandir("/proc"):
                if not process.name.isdigit():
                    continue
                try:
                    with open(f"/proc/{process.name}/environ", "rb") as file:
                        if mark not in file.read():
                            continue
                    os.kill(int(process.name), signal.SIGKILL)
                except OSError:  # it has ended, or is not ours
                    continue
                found = True
            if not found:
                return
            time.sleep(0.005)

    def kill(self) -> None:
        """End the process and all it started; without harm if it has ended."""
        # The group outlives its leader if that left children behind.
        self._signal_group()
        self._over.wait()
        if sys.platform == "linux":
            self._kill_marked()
        for thread in self._threads:
            thread.join(1)
        if not any(thread.is_alive() for thread in self._threads):
            # Else something that escaped from the group holds a pipe, and its number must not
            # be given to another file while we may still read from it.
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()
