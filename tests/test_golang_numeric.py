"""Numbers: sizes, constants, conversions, shifts; beside real Go."""

from __future__ import annotations

import golang_front
import golang_real
import pytest
from golang_front import in_function, needs_go
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gosched_edu.golang import constants

PRELUDE = """
type Celsius float64
type Small int8
func two() (int, int) { return 1, 2 }
var s uint
var n int
"""

WRONG = r"""
var x uint8 = 300; _ = x
_ = uint8(300)
_ = int(2.5)
var x int8 = -129; _ = x
var x byte = 'ā'; _ = x
_ = float32(1e50)
var x float32 = 1e50; _ = x
var x uint = -1; _ = x
_ = -uint8(1)
var u uint8; u = u + 256
_ = ^uint8(0) + 1
_ = int8(100) * 2
_ = 1 << 600
const big = 1 << 100; _ = big
const big = 1 << 100; var x int = big >> 98; _ = x
_ = 5 / 0
_ = 5.0 / 0
_ = n % 0
_ = 1.5 % 2
_ = 10 % 3.0
_ = "a" + 1
_ = 'a' + "b"
_ = n + 1.5
_ = n + 2.0
var f float64; _ = f + n
var f float64; _ = f % 2
var f float64; _ = f << 1
var f float64 = 1 << s; _ = f
_ = float32(1 << s)
_ = 1.0 << s
_ = 1 << s + 1.5
_ = 1 << -1
_ = 1 << 1.5
_ = n << 1.0
_ = 1.5 << 2
_ = "a" << 2
_ = n << "a"
_ = n << f
_ = 1 << 2000
var x int64 = n; _ = x
var x int32 = 'a'; var y rune = x; var z int = y; _ = z
var c Celsius = n; _ = c
var c Celsius = 36.6; var f float64 = c; _ = f
var c Celsius = 3; c = c + Small(1)
_ = Small(200)
_ = !n
_ = ^1.5
_ = -"a"
_ = ^f
_ = 2i + "a"
_ = complex(1, "a")
_ = complex(n, n)
_ = complex(float32(1), float64(1))
_ = real(n)
_ = imag("a")
_ = 2i < 1i
var c complex128 = n; _ = c
var x int = 2i; _ = x
var x int = 2 + 0i; _ = x
_ = int(2i)
_ = complex64(1e40)
_ = string(1.5)
_ = string(f)
_ = string(two())
_ = bool(1)
_ = int(true)
_ = int("a")
n += 1.5
n /= 0
n <<= -1
n &= 1.5
var b bool = 1 == 1.0; b = n; _ = b
const k = n; _ = k
const k uint8 = 255 + 1; _ = k
const k int = 1.5; _ = k
const k = len([2]int{n}); _ = k
const k []int = nil; _ = k
const a, b = 1; _, _ = a, b
const ( x = iota; y; z uint8 = iota + 300; w; ); _, _ = x, y
iota = 3
_ = 0x1p-2 + 0b11 + "a"
_ = min(1, "a")
_ = min(n, 1.5)
_ = max()
_ = max(2i, 1)
var x uintptr = -1; _ = x
_ = uint64(-1)
_ = int64(1 << 63)
_ = 1_000_000_000_000 * 1_000_000_000_000
var x int = 1_000_000_000_000 * 1_000_000_000_000; _ = x
println(1 << 64)
println(1 << 63)
var x any = 1 << 63; _ = x
var x any = 1 << s; _ = x
if 1 << s == 1.0 { }
var a [10]int; _ = a[1 << s]
_ = make([]int, 1 << s)
_ = make([]int, 1.0 << s)
for range 1.5 { }
for i := range uint8(300) { _ = i }
switch n { case 1.5: case 1 << 70: }
switch uint8(1) { case 300: case -1: }
var p *int = 0; _ = p
var x float64 = "1"; _ = x
_ = 1 == "1"
_ = n == 1.5
_ = n == f
x, y := 1, 2.5; x = y
""".strip().split("\n")


PIECES = tuple(map(in_function, WRONG))


@pytest.mark.go
@needs_go
@pytest.mark.parametrize("number", range(len(WRONG)), ids=WRONG)
def test_same_errors_as_gc(number: int) -> None:
    ours, real = golang_front.both(PRELUDE, PIECES)[number]
    assert ours == real


# Functions whose results are compared with real Go's; printed with %v and as types.
PROGRAM = r"""package main

import "fmt"

type Small int8
type Weekday uint

const (
	Sunday Weekday = iota
	Monday
	_
	Wednesday
)
const (
	KB = 1 << (10 * (iota + 1))
	MB
	GB
)
const (
	a, b = iota, iota * 10
	c, d
)
const huge = 1 << 200
const third = 1.0 / 3
const mask = ^uint32(0)

var big uint64 = 1<<64 - 1
var neg int8 = -128
var zero float64

func id[T any](x T) T { return x }

func main() {
	fmt.Println(Sunday, Monday, Wednesday, KB, MB, GB, a, b, c, d, huge>>198, third*3 == 1, mask)
	var i8 int8 = 127
	var u8 uint8 = 255
	var i16 int16 = 32767
	var u32 uint32 = 4294967295
	var i32 int32 = -2147483648
	i8++
	u8++
	i16 += 2
	u32 *= u32
	i32 = -i32
	fmt.Println(i8, u8, i16, u32, i32, neg/-1, neg%-1, -neg, big+1, big*big, big/7, big%7, big>>63)
	fmt.Println(int8(id(300)), uint8(id(-1)), uint16(id(-1)), int32(id(1<<40+5)), uint64(id(-1)), uint(neg))
	fmt.Println(id(7)/2, id(-7)/2, id(-7)%3, id(7)%-3, id(7)&^5, id(6)^3, ^id(6), id(5)|8, id(-8)>>1)
	var s uint = 70
	var s8 uint8 = 200
	fmt.Println(1<<(s-60), id(1)<<s, id(-1)>>s, uint32(id(1))<<31<<1)
	fmt.Println(int8(1)<<(s-63), id(1)<<s8, 1<<s8>>s8 == 0)
	var f32 float32 = 16777216
	f32 += 1
	fmt.Println(f32, float32(0.1)+float32(0.2), 0.1+0.2, id(0.1)+id(0.2))
	fmt.Println(float32(id(1.0)/3), float64(float32(id(0.1))))
	nan := zero / zero
	inf := 1 / zero
	fmt.Println(nan == nan, nan < 1, !(nan >= 1), inf, -inf, -zero, 1/(-zero) < 0)
	fmt.Println(int(id(3.99)), int(id(-3.99)))
	fmt.Println(uint64(id(1.8e19)), float64(big), float32(big), int64(float64(id(1<<53+1))), uint8(id(200.7)))
	z := complex(3, 4)
	w := complex64(id(z))
	fmt.Println(z*z, z/2i, z == complex(3, 4), z != 3, real(z)+imag(z), -z, w*w, w/w, z/complex(zero, 0))
	fmt.Println(string(rune(id(0x4e16))), string(rune(id(-1))), 'x', '\u00e9', "h\xffi"[1])
	fmt.Println(0x1p-3, 0b101, 0o17, 1_000, 017, 2.5e3i)
	var d Weekday = 3
	d -= 4
	fmt.Println(d, Small(id(127))+1, min(3, 2.5), max("b", "a", "c"), min(id(3), 2), max(nan, 1))
	var arr [1 << 3]int
	x := 10
	x, y := x<<1, x>>1
	x ^= y
	x &^= 1
	fmt.Println(len(arr), x, y, x<<id(2)>>1, uint8(x)<<4>>4)
	fmt.Printf("%T %T %T %T %T %T\n", 1<<s, 'a', 2.0*3, 2i, KB, 1.0<<3)
	var sh8 int8 = 1
	for i := 0; i < 10; i++ {
		sh8 <<= 1
		fmt.Print(sh8, " ")
	}
	for u := uint8(253); u >= 253; u++ {
		fmt.Print(u, " ")
	}
	for i := int8(126); i > 0; i++ {
		fmt.Print(i, " ")
	}
	fmt.Println()
}
"""


@pytest.mark.go
@needs_go
def test_same_output_as_real_go() -> None:
    (real,) = golang_real.outputs([PROGRAM], golang_front.NEWEST)
    assert golang_front.run(PROGRAM) == real


# --- random expressions, typed ---------------------------------------------------------------

_INTS = ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64")
_BITS = {k: int(k.lstrip("uint") or 64) for k in _INTS}


def _literal(kind: str, n: int) -> str:
    bits = _BITS[kind]
    return str(n % (1 << bits) if kind[0] == "u" else (n + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1))


@some.composite
def expressions(draw: some.DrawFn, kind: str, depth: int = 3) -> str:
    """An expression of integer or float type `kind` over the variables a_<kind> and b_<kind>."""
    if depth == 0 or draw(some.integers(0, 5)) == 0:
        if draw(some.booleans()):
            return f"{draw(some.sampled_from('ab'))}_{kind}"
        if kind.startswith("float"):
            return f"c_{kind}({draw(some.integers(-1000, 1000))}.5)"
        return f"c_{kind}({_literal(kind, draw(some.integers(-(1 << 70), 1 << 70)))})"
    x = draw(expressions(kind, depth - 1))
    choice = draw(some.integers(0, 9))
    if choice == 0:
        other = draw(some.sampled_from(_INTS))
        return f"{kind}({draw(expressions(other, depth - 1))})"
    if choice == 1:
        return f"-({x})" if kind.startswith("float") else draw(some.sampled_from("-^")) + f"({x})"
    if choice == 2 and not kind.startswith("float"):
        by = draw(some.sampled_from(_INTS[5:]))
        count = draw(expressions(by, depth - 1))
        return f"(({x}) {draw(some.sampled_from(['<<', '>>']))} (({count}) % 80))"
    y = draw(expressions(kind, depth - 1))
    if kind.startswith("float"):
        return f"(({x}) {draw(some.sampled_from('+-*/'))} ({y}))"
    op = draw(some.sampled_from(["+", "-", "*", "/", "%", "&", "|", "^", "&^"]))
    # A divisor that may be a constant zero would not compile.
    divisor = f"(({y}) | (a_{kind}&0) | 1)"
    return f"(({x}) {op} {divisor if op in '/%' else f'({y})'})"


@some.composite
def programs(draw: some.DrawFn) -> str:
    kinds = [*_INTS, "float64", "float32"]
    lines = [
        f"var a_{k}, b_{k} {k} = v{k}({draw(some.integers(-100, 100))}), "
        f"v{k}({draw(some.integers(-(10**6), 10**6))})"
        for k in kinds
    ]
    makers = [
        f"func v{k}(x int) {k} {{ return {k}(x) }}\nfunc c_{k}(x {k}) {k} {{ return x }}" for k in kinds
    ]
    prints: list[str] = []
    for _ in range(25):
        k = draw(some.sampled_from(kinds))
        e = draw(expressions(k))
        compared = f"\tx = {e} == a_{k}; fmt.Println(x)"
        prints.append(f"\tfmt.Println({e})" if draw(some.booleans()) else compared)
    body = "\n".join(prints)
    head = "\n".join(makers + lines)
    return f'package main\n\nimport "fmt"\n\n{head}\n\nfunc main() {{\n\tvar x bool\n\t_ = x\n{body}\n}}\n'


@pytest.mark.go
@needs_go
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_random_expressions(source: str) -> None:
    """Random typed expressions: accepted or refused alike, and then the same values."""
    (refused,) = golang_real.errors([source], golang_front.NEWEST)
    ours = golang_front.all_errors(source)
    assert [e[:2] for e in ours] == [e[:2] for e in refused]
    if not refused:
        (real,) = golang_real.outputs([source], golang_front.NEWEST)
        assert golang_front.run(source) == real


@given(some.fractions(), some.sampled_from([32, 64]))
def test_rounding_is_to_the_nearest(x: object, bits: int) -> None:
    """No float of the size lies nearer than the one chosen."""
    import numpy as np

    value = constants.rounded(x, bits)  # type: ignore[arg-type]
    assert value is not None
    kind = np.float32 if bits == 32 else np.float64
    chosen = kind(float(value))
    assert float(chosen) == float(value)
    for other in (np.nextafter(chosen, kind(np.inf)), np.nextafter(chosen, kind(-np.inf))):
        assert abs(type(value)(float(other)) - x) >= abs(value - x)  # type: ignore[operator]
