"""Defer, panic, recover and Goexit: random programs, in hand-written instructions and in real Go.

Each program is a few functions of statements that print, defer, call, panic, recover, fault and
end the goroutine. The same program is written as Go source and as an image; what the two print,
the values that recover gives, and the chain of panics that a death reports must be the same.
"""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest
from asm import run

from gosched_edu.kernel import state as st
from gosched_edu.kernel.build import compiled

NIL = 99  # what the tests print for a runtime error
CASES = 400

Program = list[list[tuple[str, int]]]


def program(seed: int) -> Program:
    """Function i calls and defers only functions after it, so that every program ends."""
    rng = random.Random(seed)
    n = rng.randint(3, 7)
    functions = []
    for i in range(n):
        body: list[tuple[str, int]] = []
        for _ in range(rng.randint(1, 5)):
            later = rng.randrange(i + 1, n) if i + 1 < n else -1
            kinds = ["print", "panic", "recover", "recover", "fault", "goexit"]
            weights = [4, 3, 3, 3, 1, 1]
            if later >= 0:
                kinds += ["defer", "defer wrapped", "call", "call wrapped", "defer closure", "defer nil"]
                weights += [9, 3, 4, 2, 4, 0.5]
            body.append((rng.choices(kinds, weights)[0], later))
        functions.append(body)
    return functions


def go_source(programs: list[Program]) -> str:
    out = [
        "package main",
        'import ("os"; "runtime"; "strconv")',
        "var n, place int",
        "var address *int",
        "var nilfunc func()",
        'func say(kind string, k int) { os.Stdout.WriteString(kind + strconv.Itoa(k) + "\\n") }',
        "func next() int { n++; return n }",
        "func value(r any) int { if k, ok := r.(int); ok { return k }; return 99 }",
        "type iface interface { M() }",
    ]
    for c, functions in enumerate(programs):
        for i, body in enumerate(functions):
            lines = []
            for kind, k in body:
                name = f"c{c}f{k}"
                lines.append(
                    {
                        "print": 'say("p", next())',
                        "panic": "if next() > 0 { panic(n) }",
                        "recover": 'if r := recover(); r != nil { say("r", value(r)) } else { say("n", 0) }',
                        "fault": "place = *address",
                        "goexit": "runtime.Goexit()",
                        "defer": f"defer {name}()",
                        "defer wrapped": f"defer iface(&t{name}{{}}).M()",
                        "call": f"{name}()",
                        "call wrapped": f"iface(&t{name}{{}}).M()",
                        "defer closure": f'defer func(x int) {{ say("x", x); {name}() }}(next())',
                        "defer nil": "defer nilfunc()",
                    }[kind]
                )
            lines.append('say("e", next())')
            text = "\n\t".join(lines)
            out.append(f"func c{c}f{i}() {{\n\t{text}\n}}")
            out.append(f"type tc{c}f{i} struct{{}}\nfunc (tc{c}f{i}) M() {{\n\t{text}\n}}")
    table = ", ".join(f"c{c}f0" for c in range(len(programs)))
    out.append(f"var cases = []func(){{ {table} }}")
    out.append(
        "func main() {\n\ti, _ := strconv.Atoi(os.Args[1])\n\tdone := make(chan bool)\n"
        "\tgo func() { defer close(done); cases[i]() }()\n\t<-done\n"
        # a dying goroutine has closed the channel already: let it die
        "\tfor runtime.NumGoroutine() > 1 { runtime.Gosched() }\n}"
    )
    return "\n".join(out)


RUNTIME_TEXT = """
func start
    LDI 2 0
    MKCHAN 3 2 1
    MOV 7 3
    GO top 5 1
    RECV -1 3 (1)
    RET
func top args=1 frame=8
    MOV 5 2
    DEFER done 3 1
    CALL f0 4
    DEFERRET 4
    RET
func done args=1
    CLOSE 2
    RET
func next results=1
    GLD 2 counter
    ADDI 2 2 1
    GST counter 2
    RET
func say args=2                   # letter number, number: to standard output
    LDI 4 1
    LDK 5 &letters
    IXK 6 5 2*1
    LDI 7 1
    WRITE 4 6
    LDK 5 &digits
    IXK 6 5 3*4
    LDI 7 4
    WRITE 4 6
    RET
func nilpanic args=2 flags=1
    LDI 2 1
    LDI 3 99
    PANIC 2
func fatal flags=1
    LDI 2 2                       # fd
    LDI 3 0                       # number of the panic
    LDI 4 1                       # 1: the one before was a Goexit, or there was none
    LDI 13 -1                     # the value before: one that is panicked with again is not told twice
    JMP test
again:
    JEQ 9 13 skip
    MOV 13 9
    JNZ 4 first
    STR 5 tab
    WRITE 2 5
first:
    MOV 4 11
    JNZ 11 skip
    STR 5 panic
    WRITE 2 5
    LDK 5 &digits
    IXK 6 5 9*4
    LDI 7 3
    WRITE 2 6
    JZ 10 new
    STR 5 recovered
    WRITE 2 5
new:
    STR 5 newline
    WRITE 2 5
skip:
    ADDI 3 3 1
test:
    PANICINFO 8 4 3
    LDI 12 -1
    JEQ 8 12 end
    LOOP again
end:
    STR 5 newline
    LDI 6 0
    THROW 5
data counter 0
string letters "pernx"
string tab "\\t"
string panic "panic: "
string recovered " [recovered]"
string newline "\\n"
handler F_NIL nilpanic
handler F_PANIC fatal
"""


def assembly(functions: Program) -> str:
    out = [RUNTIME_TEXT]
    digits = "".join(f"{i:03d}\\n" for i in range(300))
    out.append(f'string digits "{digits}"')
    letters = "pernx"

    def say(letter: str, slot: int) -> list[str]:
        return [f"LDI 24 {letters.index(letter)}", f"MOV 25 {slot}", "CALL say 22"]

    for i, body in enumerate(functions):
        lines: list[str] = []
        for number, (kind, k) in enumerate(body):
            label = f"l{number}"
            match kind:
                case "print":
                    lines += ["CALL next 20", *say("p", 22)]
                case "panic":
                    lines += ["CALL next 20", "LDI 10 1", "MOV 11 22", "PANIC 10"]
                case "recover":
                    lines += ["RECOVER 10", f"JZ 10 {label}", *say("r", 11), f"JMP {label}e"]
                    lines += [f"{label}:", "LDI 12 0", *say("n", 12), f"{label}e:"]
                case "fault":
                    lines += ["LDI 10 0", "LD 11 10 0"]
                case "goexit":
                    lines += ["GOEXIT"]
                case "defer":
                    lines += [f"DEFER f{k} 20 0"]
                case "defer wrapped":
                    lines += [f"LDK 10 &w{k}", "DEFERC 10 20 0"]
                case "call":
                    lines += [f"CALL f{k} 20"]
                case "call wrapped":
                    lines += [f"CALL wrap{k} 20"]
                case "defer closure":
                    lines += ["CALL next 20", "MOV 32 22", f"DEFER x{k} 30 1"]
                case "defer nil":
                    lines += ["LDI 10 0", "DEFERC 10 20 0"]
        lines += ["CALL next 20", *say("e", 22), "DEFERRET 30", "RET"]
        out += [f"func f{i} frame=40", *lines]
        out += [f"func wrap{i} flags=2", f"CALL f{i} 2", "RET", f"closure w{i} wrap{i}"]
        out += [f"func x{i} args=1 frame=40", *say("x", 2), f"CALL f{i} 20", "RET"]
    return "\n".join(out)


def normal(text: str) -> str:
    """Numbers without zeros in front; a runtime error as its number."""
    nil = "invalid memory address or nil pointer dereference"
    text = text.replace(f'runtime.errorString("{nil}")', str(NIL)).replace(f"runtime error: {nil}", str(NIL))
    text = text.replace(", repanicked", "")
    text = re.sub(r"\[signal SIGSEGV.*\n?", "", text)
    return re.sub(r"\b([a-z]?)0*(\d+)", r"\1\2", text).rstrip("\n")


def simulated(functions: Program, **options: object) -> tuple[str, str]:
    m = run(assembly(functions), **options)
    assert m.status in (st.DONE, st.FAULTED), (m.status, m.over_budget)
    return normal(m.output.decode()), normal(m.errors.decode())


def test_random_programs_as_in_go(go_new: Path, tmp_path: Path) -> None:
    programs = [program(seed) for seed in range(CASES)]
    (tmp_path / "main.go").write_text(go_source(programs))
    subprocess.run([go_new, "build", "-o", "cases", "main.go"], cwd=tmp_path, check=True)
    died = recovered = 0
    for i, functions in enumerate(programs):
        child = subprocess.run([tmp_path / "cases", str(i)], capture_output=True, text=True, timeout=300)
        panics = child.stderr.split("goroutine ")[0].rstrip("\n")
        out, err = simulated(functions)
        assert (out, err) == (normal(child.stdout), normal(panics)), f"seed {i}: {functions}"
        died += child.returncode != 0
        recovered += "r" in out
    assert died > CASES // 20 and recovered > CASES // 10


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_same_compiled(seed: int) -> None:
    compiled()
    functions = program(seed)
    assert simulated(functions) == simulated(functions, jit=True)
