"""What a run of real Go is given: standard input, a command line, files, as the simulation is.

Problem. The same call, ``run(source, stdin=, args=, files=)``, must mean the same in both runtimes.

Rejected. Pipes for standard input (a program that does not read would leave the writer waiting); one
folder for all runs of a program (a program that writes its files would find them changed).

Chosen. Standard input is a file. Each process has a folder of its own as working directory, with the
files in it, and it is gone after the run.

Invariant. Nothing is written outside that folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gosched_edu.kernel.image import as_bytes


@dataclass(frozen=True)
class Given:
    """Standard input, arguments, and files by name.

    Attributes
    ----------
    stdin : bytes
    args : tuple of str
    files : tuple of (str, bytes)
    """

    stdin: bytes = b""
    args: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(cls, stdin: str | bytes, args: Sequence[str], files: Mapping[str, str | bytes] | None) -> Given:
        """From what `run` was called with.

        Raises
        ------
        ValueError
            For a NUL byte in an argument; for a file that would lie outside the working directory.
        """
        if isinstance(args, str):
            raise ValueError(f"args must be a sequence of strings, such as [{args!r}]")
        if any("\0" in arg for arg in args):
            raise ValueError("a NUL byte in an argument")
        for name in files or {}:
            parts = PurePosixPath(name).parts
            if not parts or parts[0] == "/" or ".." in parts or "\0" in name or "\\" in name:
                raise ValueError(
                    f"the file {name!r} would lie outside the folder in which real Go runs the program. "
                    "Give it a name such as 'data/in.txt'."
                )
        laid = tuple((name, as_bytes(data)) for name, data in (files or {}).items())
        return cls(as_bytes(stdin), tuple(args), laid)

    def lay(self, folder: Path) -> Path:
        """Make the working directory in `folder`; return the file that is standard input."""
        folder.mkdir()
        for name, data in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        path = folder.with_name(f"{folder.name}.stdin")
        path.write_bytes(self.stdin)
        return path


NOTHING = Given()
