"""Instructions on memory and strings, beside Python's lists, bytes and UTF-8."""

from __future__ import annotations

import pytest
from asm import assemble, run
from hypothesis import given, settings
from hypothesis import strategies as some

from gosched_edu.kernel import faults, isa
from gosched_edu.kernel import state as st
from gosched_edu.kernel.machine import Machine

runs = settings(max_examples=60, deadline=None)
SIZE = 12


def data_of(text: str, *names: str, jit: bool = False) -> list[list[int]]:
    """Run an assembly text that must end well; the words of these pieces of data."""
    m = run(text, jit=jit)
    assert m.status == st.DONE, (m.state["FAULT"], m.state["FAULT_ARG"])
    out, at = [], 1
    for line in text.splitlines():
        words = line.split()
        if words[:1] in (["data"], ["string"]):
            n = len(assemble("func start\nRET\n" + line).data) - 1
            if words[1] in names:
                out.append([int(x) for x in m.state.arrays["heap"][at : at + n]])
            at += n
    return out


@runs
@given(source=some.integers(0, SIZE), target=some.integers(0, SIZE), n=some.integers(0, SIZE))
def test_mcopy_is_memmove(source: int, target: int, n: int) -> None:
    n = min(n, SIZE - max(source, target))
    [words] = data_of(
        f"""
        func start
            LDK 2 &d
            LDI 3 {target}
            IXK 4 2 3*1
            LDI 3 {source}
            IXK 5 2 3*1
            LDI 6 {n}
            MCOPY 4 5 6
            RET
        data d {" ".join(str(i) for i in range(SIZE))} 0
        """,
        "d",
    )
    expected = [*range(SIZE), 0]
    expected[target : target + n] = expected[source : source + n]
    assert words == expected


@runs
@given(
    to=some.integers(2, 9),
    source=some.integers(2, 9),
    n=some.integers(0, 5),
    offset=some.integers(0, 3),
    m=some.integers(0, 4),
)
def test_runs_move_as_if_all_were_read_first(to: int, source: int, n: int, offset: int, m: int) -> None:
    """MOVN, LDN, STN on a frame that holds 1000 + slot."""
    fill = "\n".join(f"LDI {slot} {1000 + slot}" for slot in range(2, 16))
    [words] = data_of(
        f"""
        func start frame=20
            {fill}
            LDK 17 &d
            MOVN {to} {source} {n}
            LDN 9 17 {offset}({m})
            STN 17 4(7) 3
            STN 17 11(7) 9
            RET
        data d {" ".join(str(i) for i in range(20))}
        """,
        "d",
    )
    frame = {slot: 1000 + slot for slot in range(2, 20)}
    moved = [frame[source + i] for i in range(n)]
    for i, x in enumerate(moved):
        frame[to + i] = x
    for i in range(m):
        frame[9 + i] = offset + i
    assert words[4:11] == [frame[3 + i] for i in range(7)]
    assert words[11:18] == [frame[9 + i] for i in range(7)]
    assert words[:4] == [0, 1, 2, 3] and words[18:] == [18, 19]


texts = some.one_of(
    some.text(alphabet="aé€😀\x00\x7f", max_size=5).map(str.encode),
    some.binary(max_size=6),
    some.binary(max_size=4).map(
        lambda b: b"\xf0\x9f\x98\x80"[: len(b)] + b"\xed\xa0\x80\xc0\x80\xf4\x90"[: len(b)]
    ),
)


@runs
@given(a=texts, b=texts)
def test_strings_are_bytes(a: bytes, b: bytes) -> None:
    """SCAT, SCMP, SEQ; an empty string may have any address."""
    [out, joined] = data_of(program_with(a, b), "out", "joined")
    assert out == [(a > b) - (a < b), int(a == b), len(a + b)]
    assert bytes(joined[: len(a + b)]) == a + b


def program_with(a: bytes, b: bytes) -> str:
    """The test's program: two strings as words of data."""

    def piece(name: str, text: bytes) -> str:
        return f"data {name} " + " ".join(str(x) for x in text)

    return f"""
        func start
            LDK 2 &a
            LDI 3 {len(a)}
            LDK 4 &b
            LDI 5 {len(b)}
            LDK 12 &out
            SCMP 6 2 4
            ST 12 0 6
            SEQ 6 2 4
            ST 12 1 6
            SCAT 6 2 4
            ST 12 2 7
            LDK 10 &joined
            MCOPY 10 6 7
            RET
        {piece("a", a)}
        {piece("b", b)}
        data out 0 0 0
        data joined 0*48
    """


def go_runes(text: bytes) -> list[tuple[int, int]]:
    """What ranging over a string gives in Go: each wrong byte is U+FFFD of width 1."""
    out = []
    while text:
        for n in (1, 2, 3, 4):
            try:
                out.append((ord(text[:n].decode()), n))
                break
            except (UnicodeDecodeError, TypeError):
                continue
        else:
            out.append((0xFFFD, 1))
        text = text[out[-1][1] :]
    return out


@runs
@given(text=texts)
def test_runes_are_those_of_utf_8(text: bytes) -> None:
    expected = go_runes(text)
    [out] = data_of(
        f"""
        func start
            LDK 2 &t
            LDI 3 {len(text)}
            LDI 4 0
            LDK 5 &out
        again:
            RUNE 6 2 4
            STN 5 0(2) 6
            ADDI 5 5 16
            ADD 4 4 7
            LOOPNZ 7 again
            RET
        data t {" ".join(str(x) for x in text)}
        data out 0*40
        """,
        "out",
    )
    assert list(zip(out[0::2], out[1::2], strict=True))[: len(expected) + 1] == [*expected, (0, 0)]


#: Body of the start function, with the fault and its two words.
FAULTS = {
    "index at the length": ("LDI 3 3\nLDX 4 20 3", faults.F_INDEX, 3, 3),
    "negative index": ("LDI 3 -1\nSTX 20 3 3", faults.F_INDEX, -1, 3),
    "index of wide elements": ("LDI 3 7\nIXA 4 20 3*2", faults.F_INDEX, 7, 3),
    "index of an array": ("LDI 3 5\nBNDK 3 5", faults.F_INDEX, 5, 5),
    "slice beyond the capacity": ("LDI 3 1\nLDI 4 9\nLDI 5 8\nSLCHK 3 4 5", faults.F_SLICE_ACAP, 9, 8),
    "slice with low above high": ("LDI 3 7\nLDI 4 6\nLDI 5 8\nSLCHK 3 4 5", faults.F_SLICE_B, 7, 6),
    "make of a negative length": ("LDI 3 -1\nNEWS 4 3 65536", faults.F_MAKESLICE, -1, 0),
    "make of too much": ("LDK 3 =4611686018427387904\nNEWS 4 3 65536", faults.F_MAKESLICE, 1 << 62, 0),
    "load from nil": ("LDI 3 0\nLD 4 3 0", faults.F_NIL, 0, 0),
    "field of nil": ("LDI 3 0\nLDN 4 3 9(2)", faults.F_NIL, 0, 0),
    "array at nil": ("LDI 3 0\nLDI 4 1\nIXK 5 3 4*8", faults.F_NIL, 0, 0),
    "nil function": ("LDI 3 0\nCALLC 3 10 0", faults.F_NIL, 0, 0),
    "method of nil": ("LDI 3 0\nLDI 4 0\nCALLI 3 10 0", faults.F_NIL, 0, 0),
    "division": ("LDI 3 0\nUMOD 4 3 3", faults.F_DIVIDE, 0, 0),
    "shift": ("LDI 3 -1\nUSHR 4 3 3", faults.F_SHIFT, -1, 0),
    "channel size": ("LDI 3 -1\nMKCHAN 4 3 1", faults.F_MAKECHAN, -1, 0),
}


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_calls_its_handler_with_two_words(name: str, jit: bool) -> None:
    body, what, x, y = FAULTS[name]
    label = next(k for k, v in vars(faults).items() if k.startswith("F_") and v == what)
    m = run(
        f"""
        func start frame=30
            LDK 20 &d
            LDI 21 3
            LDI 22 3
            {body}
            RET
        func handler args=2
            LDK 4 &d
            STN 4 0(2) 2
            LDI 5 3
            EXIT 5
            RET
        data d 7 8 9
        handler {label} handler
        """,
        jit=jit,
    )
    assert m.status == st.EXITED and m.state["EXIT_CODE"] == 3
    assert m.state.arrays["heap"][1:4].tolist() == [x, y, 9]


@pytest.mark.parametrize("jit", [True, False])
def test_interfaces_call_by_descriptor_and_method(jit: bool) -> None:
    """400 types with 3 methods each: every entry of the dispatch table is found, and no other."""
    functions = [
        "func one args=1 results=1",
        "ADDI 2 2 1",
        "RET",
        "func two args=1 results=1",
        "ADDI 2 2 2",
        "RET",
    ]
    lines = ["func start", "LDI 10 0", "LDI 11 0"]
    sums = implements = 0
    for i in range(400):
        lines += [f"LDK 2 &t{i}", f"LDI 3 {i}", f"CALLI 2 6 m{i % 3}", "ADD 10 10 8"]
        lines += [f"IMPL 9 2 {isa.IMPL_FLAG + i % 5}", "ADD 11 11 9"]
        functions += [
            f"data t{i} 0",
            *(f"dispatch t{i} m{k} {('one', 'two')[(i + k) % 2]}" for k in range(3)),
        ]
        if i % 2:
            functions.append(f"dispatch t{i} {isa.IMPL_FLAG + i % 5} start")
        sums += i + 1 + (i + i % 3) % 2
        implements += i % 2
    lines += ["LDK 12 &out", "STN 12 0(2) 10", "RET"]
    m = Machine(assemble("\n".join(["data out 0 0", *lines, *functions])), procs=1, jit=jit)
    assert m.run() == st.DONE
    assert m.state.arrays["heap"][1:3].tolist() == [sums, implements]
