"""The verifier: it names each kind of damage, and lets through what is whole."""

from __future__ import annotations

import dataclasses

import pytest
from asm import assemble, run

from gosched_edu.kernel import faults, isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.image import Image, Knob
from gosched_edu.kernel.verify import ImageError, verify


def image(*body: str, frame: int = 8, args: int = 0, **fields: object) -> Image:
    """A start function with this body, a function main.f, three words of data."""
    lines = "\n".join(body)
    return assemble(
        f"func start frame={frame}\n{lines}\nRET\nfunc main.f frame=8 args={args}\nNOP\nRET\ndata d 1 2 3",
        **fields,
    )


def functions(**changes: object) -> Image:
    """The same with a changed start function."""
    made = image()
    return dataclasses.replace(
        made, functions=(dataclasses.replace(made.functions[0], **changes), made.functions[1])
    )


def raw(name: str, a: int = 0, b: int = 0, c: int = 0, **options: int) -> Image:
    """An instruction with operands that the assembler would not make."""
    made = image("NOP", **options)
    code = made.code.copy()
    code[:4] = isa.BY_NAME[name].code, a, b, c
    return dataclasses.replace(made, code=code)


DAMAGE = {
    "jump out of the function": (raw("JMP", 3), "outside the function"),
    "jump before the function": (raw("LOOP", -1), "outside the function"),
    "J* backwards": (raw("JMP", 0), "forwards"),
    "LOOP* forwards": (raw("LOOP", 1), "forwards"),
    "write the link": (raw("LDI", 0, 1), "writes slots 0"),
    "write the environment": (raw("LDI", 1, 1), "writes slots 1"),
    "write beyond the frame": (raw("LDI", 8, 1), "writes slots 8"),
    "write two beyond the frame": (raw("RECOVER", 7), "writes slots 7 to 8"),
    "read the link": (raw("MOV", 2, 0), "reads slots 0"),
    "read beyond the frame": (raw("MOV", 2, 8), "reads slots 8"),
    "read a string beyond the frame": (raw("SCAT", 2, 7, 4), "reads slots 7 to 8"),
    "run beyond the frame": (raw("MOVN", 2, 6, 3), "reads slots 6 to 8"),
    "run into the link": (raw("MOVN", 0, 4, 2), "writes slots 0"),
    "load beyond the frame": (raw("LDN", 6, 2, 3), "writes slots 6 to 8"),
    "store from beyond the frame": (raw("STN", 2, 3, 6), "reads slots 6 to 8"),
    "negative offset": (raw("LDN", 4, 2, -256), "negative offset"),
    "index slot beyond the frame": (raw("IXA", 2, 3, 8 | 1 << 16), "reads slots 8"),
    "elements of no words": (raw("IXA", 2, 3, 4), "elements of no words"),
    "unknown flags": (raw("NEWS", 2, 3, 2 | 1 << 16), "unknown flags"),
    "integer kind": (raw("EXT", 2, 3, 7), "integer kind 7"),
    "receive into the link": (raw("RECV", 0, 2, 2), "writes slots 0"),
    "receive beyond the frame": (raw("RECV", 7, 2, 3), "writes slots 7 to 8"),
    "constant": (raw("LDK", 2, 0), "constant 0"),
    "function": (raw("CALL", 2, 2), "function 2"),
    "method": (raw("IMPL", 2, 3, 1 << 16), "method number"),
    "interface number called": (raw("CALLI", 2, 4, 1 << 15), "is not from 0 to"),
    "callee over the caller's header": (raw("CALL", 1, 1), "callee frame"),
    "callee beyond the frame": (raw("CALL", 1, 7), "callee frame"),
    "arguments beyond the frame": (raw("CALL", 1, 5, args=2), "arguments beyond"),
    "closure arguments beyond the frame": (raw("GOC", 2, 5, 2), "arguments beyond"),
    "wrong number of arguments": (raw("GO", 1, 2, 1), "passes 1 words"),
    "allocate nothing": (raw("NEW", 2, 0), "allocates nothing"),
    "copy beyond the frame": (raw("NEWCOPY", 2, 6, 3), "reads slots"),
    "package variable 0": (raw("GST", 0, 2), "variable 0"),
    "package variable beyond the data": (raw("GLD", 2, 4), "variable 4"),
    "an unknown conversion": (raw("FCVT", 2, 3, 8), "not from 0 to 7"),
    "a case without a select": (raw("CASERECV", 2, 3, 2), "behind their SELECT"),
    "a select without its cases": (raw("SELECT", 2, 1, 0), "behind their SELECT"),
    "a jump into a select": (
        image("LDI 2 0", "JMP in", "SELECT 3 1 0", "in:", "CASERECV -1 2 (1)"), "into a SELECT"),
    "defer without DEFERRET": (raw("DEFER", 1, 2, 0), "no DEFERRET"),
    "a DEFERRET that is not named": (functions(deferret=1), "is no DEFERRET"),
    "knob": (image(knobs=(Knob("n", 4, 0, 0, 9),)), "knob n"),
    "frame": (functions(frame=1 << 16), "bad frame"),
    "flags": (functions(flags=8), "bad flags"),
    "results beyond the frame": (functions(nresults=9), "does not hold"),
    "start function with arguments": (functions(nargs=1), "takes no arguments"),
    "a handler with three words": (image(args=3, handlers=(-1, 1)), "more than 2 words"),
    "a method without receiver": (image(dispatch={(1, 0): 1}), "no receiver"),
    "a function that runs off its end": (assemble("func start\nNOP"), "runs off"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_verifier_names_each_damage(damage: str) -> None:
    broken, text = DAMAGE[damage]
    with pytest.raises(ImageError, match=text):
        verify(broken)


def test_what_is_whole_passes() -> None:
    verify(image(
        "CALL main.f 2", "GO main.f 4 0", "JMP end", "NEWCOPY 2 4 2", "RECV -1 2 (1,ok)", "RECV 5 2 (2,ok)",
        "SELECT 2 2 1", "CASESEND 3 4 1", "CASERECV 5 3 (1,ok)", "end:", "IXK 2 3 7*4", "LDN 4 2 100(4)",
    ))  # fmt: skip


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("body", [
    ["LDI 2 1", "CHLEN 3 2"],
    ["LDK 2 =828928688224", "CHLEN 3 2"],  # the first channel number that is not made
    ["LDK 2 =824633720832", "LD 3 2 0"],  # the word before the first one
    ["LDI 2 0", "NEW 2 1 0", "LDK 4 =8796093022208", "ADD 2 2 4", "LD 3 2 0"],  # beyond the heap
    ["LDK 2 =824633720840", "LDK 3 =9007199254740992", "SCAT 2 2 2"],  # a string without end
    ["LDI 3 2", "NEWCOPY 2 3 1", "CALLC 2 4 0"],  # a closure of function 2 of 2
    ["LDI 3 1", "NEWCOPY 2 3 1", "CALLC 2 4 1"],  # a call with a word too many
])  # fmt: skip
def test_values_that_mean_nothing_kill_the_program_and_nothing_else(body: list[str], jit: bool) -> None:
    m = run(image(*body), jit=jit)
    assert m.status == st.FAULTED
    assert m.state["FAULT"] == faults.F_IMAGE
