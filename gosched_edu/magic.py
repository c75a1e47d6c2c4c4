"""The ``%%go`` cell magic: a cell that holds a Go program.

Usage in a notebook, after ``from gosched_edu import go``::

    %%go --procs 2 --seed 7 -o r
    package main
    ...

runs the cell and leaves the `Run` in the variable ``r``. ``%%go -n -o source`` keeps the
source as a string in a variable and does not run it.
"""

from __future__ import annotations

import argparse
import keyword
import shlex
import sys
from typing import Any, NoReturn


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(f"%%go: {message}\n{self.format_usage()}")


def _parser() -> _Parser:
    p = _Parser(prog="%%go", add_help=False)
    p.add_argument("--procs", "-p", type=int, default=4)
    p.add_argument("--version", "-v", default=None)
    p.add_argument("--seed", "-s", type=int, default=1)
    p.add_argument("--knob", "-k", action="append", default=[], metavar="NAME=VALUE")
    p.add_argument("--out", "-o", default=None, metavar="VARIABLE")
    p.add_argument("--no-run", "-n", action="store_true")
    return p


def go_magic(line: str, cell: str) -> Any:
    """Run the Go program in the cell; see the module's text for the options."""
    from IPython import get_ipython

    from gosched_edu import go

    try:
        words = shlex.split(line)
    except ValueError as e:
        raise ValueError(f"%%go: {e}: {line!r}") from None
    args = _parser().parse_args(words)
    if args.out is not None and (not args.out.isidentifier() or keyword.iskeyword(args.out)):
        raise ValueError(f"%%go: -o takes the name of a variable, got {args.out!r}")
    shell = get_ipython()
    if args.no_run:
        if not args.out:
            raise ValueError("%%go -n keeps the source: name the variable with -o")
        shell.push({args.out: cell})
        return None
    knobs = {}
    for text in args.knob:
        name, sep, value = text.partition("=")
        if not sep or not value.removeprefix("-").isdecimal():
            raise ValueError(f"%%go: --knob takes name=number, got {text!r}")
        knobs[name] = int(value)
    version = args.version or go.DEFAULT_VERSION
    try:
        result = go.run(cell, procs=args.procs, version=version, seed=args.seed, knobs=knobs)
    except go.GoError as e:
        # a compile error is the reader's, not ours: no Python traceback
        print(e, file=sys.stderr)
        return None
    if args.out:
        shell.push({args.out: result})
    return result


def load_ipython_extension(shell: Any) -> None:
    """Register ``%%go`` (also called by ``from gosched_edu import go`` in a notebook)."""
    shell.register_magic_function(go_magic, magic_kind="cell", magic_name="go")
