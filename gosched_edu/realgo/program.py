"""A Go program with a second way in: `main` under the tracer, the user's file line for line.

Problem. A run must be traced from the first statement of the user's main to its last, and the
lines in the trace must be the user's own.

Rejected. Asking readers to write trace.Start into their programs; `go test -trace` (another
main, another schedule); printing the file anew from a syntax tree (lines move).

Chosen. Rename one token, the name in ``func main``, and add a file whose main starts the trace
and calls it. One binary serves traced and plain runs; a plain one is scheduled exactly like the
program as it stands.

Invariant. The user's file keeps its name and every line number; only columns after the token
move.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from gosched_edu.realgo.hook import SET

USER_FILE = "main.go"
WRAPPER_FILE = "gosched_trace.go"
TRACE_VARIABLE = "GOSCHED_TRACE"
MARK = "gosched_edu"  #: category of the messages that say where the user's main begins and ends
USER_MAIN = "goschedUserMain"
MODULE = "program"

_WRAPPER = f"""package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/trace"
	"sync"
	"syscall"
)

// Called through a variable, so that it is not inlined here: its frame is as in a plain program.
var userMain = {USER_MAIN}

func main() {{
	name := os.Getenv("{TRACE_VARIABLE}")
	if name == "" {{
		userMain()
		return
	}}
	file, err := os.Create(name)
	if err != nil {{
		panic(err)
	}}
	var once sync.Once
	finish := func() {{
		once.Do(func() {{
			trace.Log(context.Background(), "{MARK}", "end")
			trace.Stop()
			file.Close()
		}})
	}}
	ask := make(chan os.Signal, 1)
	signal.Notify(ask, STOP)
	go func() {{ // a program that hangs is asked to hand over its trace
		<-ask
		finish()
		os.Exit(3)
	}}()
	runtime.Gosched() // that goroutine is to wait, not to stand in a run queue
	if err := trace.Start(file); err != nil {{
		panic(err)
	}}
	defer finish() // also when main panics
	BEFORE_DEATH(finish)
	runtime.Gosched() // nor the tracer's own
	trace.Log(context.Background(), "{MARK}", "begin")
	userMain()
}}
"""


def rename_main(source: str) -> str | None:
    """The source with the name in ``func main()`` changed; None if it has no such function.

    Raises
    ------
    ValueError
        If the file is not of package main.
    """
    # Here, because recorded runs can be read without a parser.
    import tree_sitter_go
    from tree_sitter import Language, Parser

    raw = source.encode()
    root = Parser(Language(tree_sitter_go.language())).parse(raw).root_node
    for node in root.children:
        if node.type == "package_clause":
            package = node.named_children[0].text if node.named_children else None
            if package not in (b"main", None):
                raise ValueError("a program that can be run must be of package main")
        if node.type == "function_declaration":
            name = node.child_by_field_name("name")
            if name is not None and name.text == b"main":
                return (raw[: name.start_byte] + USER_MAIN.encode() + raw[name.end_byte :]).decode()
    return None


#: The module of which a toolchain brings packages along, for its own commands.
_XSYNC = "golang.org/x/sync"


def _xsync(folder: Path, source: str, goroot: Path, language: str) -> str:
    """Copy what `source` imports of golang.org/x/sync from the toolchain; return what go.mod must say of it.

    So a program with an errgroup is built without a network. The packages lie in cmd/vendor, where only
    Go's own commands may import them.
    """
    wanted = set(re.findall(rf'"{_XSYNC}/(\w+)"', source))
    at = goroot / "src/cmd/vendor" / _XSYNC
    found = sorted(name for name in wanted if (at / name).is_dir())
    if not found:
        return ""
    for name in found:
        shutil.copytree(at / name, folder / "xsync" / name)
    (folder / "xsync/go.mod").write_text(f"module {_XSYNC}\n\ngo {language}\n")
    return f"\nrequire {_XSYNC} v0.0.0\n\nreplace {_XSYNC} => ./xsync\n"


def write_program(
    folder: Path, source: str, language: str, *, goroot: Path, posix: bool, hooked: bool, wrapper: str = ""
) -> None:
    """Write the module that is to be built: go.mod, the user's file and the wrapper.

    Another wrapper than the tracing one calls `USER_MAIN`, has STOP for the signal that asks it to
    end, and BEFORE_DEATH for what takes a function to be called before the program dies, if it is to be
    built over the runtime of `gosched_edu.realgo.hook`.
    """
    renamed = rename_main(source)
    modules = _xsync(folder, source, goroot, language)
    (folder / "go.mod").write_text(f"module {MODULE}\n\ngo {language}\n{modules}")
    (folder / USER_FILE).write_text(source if renamed is None else renamed)
    if renamed is not None:  # without a main, the compiler says what is missing
        stop = "syscall.SIGUSR1" if posix else "syscall.SIGTERM"
        text = (wrapper or _WRAPPER).replace("STOP", stop)
        text = text.replace("BEFORE_DEATH", f"runtime.{SET}" if hooked else "_ = any")
        (folder / WRAPPER_FILE).write_text(text)


def as_written(text: str) -> str:
    """Go's messages with the wrapper taken out again."""
    text = re.sub(rf"^main\.main\(\)\n\t\S*{WRAPPER_FILE}:.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(rf"^# {MODULE}\n", "", text, flags=re.MULTILINE)
    if f"{WRAPPER_FILE}:" in text:  # a fatal error shows all goroutines, the wrapper's too
        own = (f"{WRAPPER_FILE}:", "created by os/signal.Notify")
        parts = re.split(r"(?<=\n)\n(?=goroutine \d)", text)
        text = "\n".join(part for i, part in enumerate(parts) if i == 0 or not any(x in part for x in own))
    return text.replace(f"main.{USER_MAIN}", "main.main").replace(USER_MAIN, "main")
