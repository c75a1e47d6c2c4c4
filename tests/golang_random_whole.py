"""Random Go programs that use the whole language and the packages that most programs import.

To the statements of `golang_random` come idioms with typed holes: goroutines and channels whose result
does not depend on the order, select, labels and goto, iterators, generics, closures, defer and
recover, embedding, formatting verbs. ``@kind|`` is a hole for an expression of that type, ``$a`` a fresh
name, ``{{body}}`` a block of more statements; behind ``=>`` stand the variables that stay visible.
"""

from __future__ import annotations

import re
from random import Random

from golang_random import BASIC, INTS, PRELUDE, Maker

HEAD = PRELUDE.replace(
    '\t"fmt"\n',
    '\t"context"\n\t"fmt"\n\t"iter"\n\t"maps"\n\t"slices"\n\t"sort"\n\t"strconv"\n\t"strings"\n\t"sync"\n'
    '\t"sync/atomic"\n\t"time"\n',
).replace('\t"errors"\n\t"context"\n', '\t"context"\n\t"errors"\n') + """
var (
	_ = context.Background
	_ = slices.Sorted[int]
	_ = maps.Keys[map[int]int]
	_ = sort.Ints
	_ = strconv.Itoa
	_ = strings.Fields
	_ sync.Mutex
	_ atomic.Int64
	_ time.Duration
	_ iter.Seq[int]
)

type number interface {
	~int | ~int8 | ~int16 | ~int32 | ~uint | ~uint8 | ~uint16 | ~uint64 | ~float64
}

type level int8

const (
	low level = iota - 1
	_
	middle
	high = middle << 2
)

func (l level) String() string { return [...]string{"low", "none", "middle"}[l+1] }

type shape interface {
	area() float64
	name() string
}
type base struct{ title string }

func (b base) name() string          { return "<" + b.title + ">" }
func (b *base) rename(s string) *base { b.title += s; return b }

type square struct {
	base
	side float64
}
type circle struct {
	*base
	r    float64
	tags map[string]int
}

func (s square) area() float64  { return s.side * s.side }
func (c *circle) area() float64 { return 3 * c.r * c.r }
func (c *circle) name() string  { return "o" + c.base.name() }

type pair[K comparable, V any] struct {
	key K
	val V
}

func (p pair[K, V]) swap(f func(V) K, g func(K) V) pair[K, V] { return pair[K, V]{f(p.val), g(p.key)} }

type tree[T any] struct {
	left, right *tree[T]
	val         T
}

func (t *tree[T]) insert(v T, less func(a, b T) bool) *tree[T] {
	if t == nil {
		return &tree[T]{val: v}
	}
	if less(v, t.val) {
		t.left = t.left.insert(v, less)
	} else {
		t.right = t.right.insert(v, less)
	}
	return t
}
func (t *tree[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) { t.push(yield) }
}
func (t *tree[T]) push(yield func(T) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.val) && t.right.push(yield)
}

type stack[T any] []T

func (s *stack[T]) push(x ...T) { *s = append(*s, x...) }
func (s *stack[T]) pop() (x T, err error) {
	if len(*s) == 0 {
		return x, fmt.Errorf("pop of %T: %w", x, errEmpty)
	}
	x = (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return
}

var errEmpty = errors.New("empty")

func sum[T number](xs ...T) (total T) {
	for _, x := range xs {
		total += x
	}
	return
}
func apply[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}
func fold[T, A any](xs []T, a A, f func(A, T) A) A {
	for _, x := range xs {
		a = f(a, x)
	}
	return a
}
func upto(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		defer fmt.Println("upto ends")
		for i := range n {
			if !yield(i, strings.Repeat("*", i)) {
				return
			}
		}
	}
}
func filter[T any](s iter.Seq[T], ok func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for x := range s {
			if ok(x) && !yield(x) {
				return
			}
		}
	}
}
func produce[T any](xs ...T) <-chan T {
	c := make(chan T, len(xs)%2)
	go func() {
		defer close(c)
		for _, x := range xs {
			c <- x
		}
	}()
	return c
}
func safely[T any](f func() T) (x T, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("caught: %w", r)
		default:
			err = fmt.Errorf("caught: %v", r)
		}
	}()
	return f(), nil
}

func newTree[T any](v T) *tree[T] { return &tree[T]{val: v} }
"""

#: Verbs that print a type without addresses.
VERBS = {
    "int": "%d %5d %-5d %05d %+d %x %X %#x %o %b %c %q %U %v %T %08b %t",
    "int8": "%d %+4d %x %v %T %o", "int16": "%d %6d %#x %v %#v", "int32": "%d %c %U %v %q",
    "uint": "%d %x %v %#v", "uint8": "%d %02x %v %c %08b %#v", "uint16": "%d %#o %v",
    "uint64": "%d %x %v %20d",
    "float64": "%v %g %e %f %.2f %8.3f %-8.1f %+.1e %6.0f %G %T %08.2f %d",
    "string": "%s %q %v %10s %-6s %.2s %x %X %T %#v %#q % x %d",
    "bool": "%t %v %5t %T %d", "[]int": "%v %d %03d %x %T %#v %s", "[]string": "%v %q %s %T %#v %x",
    "[3]int": "%v %d %T %#v", "map[string]int": "%v %d %T %#v", "P": "%v %+v %T %s", "error": "%v %q",
    "Q[string]": "%v %+v %T", "any": "%v",
}  # fmt: skip

#: Idioms: statements with holes.
IDIOMS = [
    # goroutines and channels
    """var $w sync.WaitGroup
$o := make([]int, 4)
for $i := range $o {
	$w.Add(1)
	go func() { defer $w.Done(); $o[$i] = $i * @int| }()
}
$w.Wait()
fmt.Println($o, sum($o...)) => $o:[]int""",
    """$t := 0
for $x := range produce(@int|, @int|, @int|) {
	if $x % 2 == 0 { continue }
	$t += $x
}
fmt.Println("total", $t) => $t:int""",
    """$m, $t := sync.Mutex{}, map[string]int{}
var $w sync.WaitGroup
for _, $k := range []string{@string|, @string|, "z"} {
	$w.Go(func() {
		$m.Lock()
		defer $m.Unlock()
		$t[$k]++
	})
}
$w.Wait()
fmt.Println($t, len($t)) => $t:map[string]int""",
    """$c, $q := make(chan int), make(chan struct{})
go func() { for $x := range $c { fmt.Println("got", $x) }; close($q) }()
for $i := range 3 { $c <- $i + @int| }
close($c)
<-$q""",
    """$a, $b := produce(@int|, @int|), produce(@string|)
for $a != nil || $b != nil {
	select {
	case $x, ok := <-$a:
		if !ok { $a = nil; break }
		_ = $x
	case _, ok := <-$b:
		if !ok { $b = nil }
	}
}
fmt.Println("both done")""",
    """$c := make(chan @T, @small|)
select {
case $c <- @@T|:
	fmt.Println("sent", len($c), cap($c))
default:
	fmt.Println("full")
}""",
    """$x, $ok := <-func() chan @T { c := make(chan @T, 1); if @bool| { c <- @@T| }; close(c); return c }()
fmt.Printf("%v %T\\n", $ok, $x)""",
    """$x, $cancel := context.WithCancelCause(context.WithValue(context.Background(), level(1), @string|))
go $cancel(errors.New(@string|))
<-$x.Done()
fmt.Println($x.Err(), context.Cause($x), $x.Value(level(1)))""",
    """{
	$x, $cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer $cancel()
	select {
	case <-$x.Done():
		fmt.Println($x.Err(), errors.Is($x.Err(), context.DeadlineExceeded))
	case <-time.After(time.Second):
		fmt.Println("late")
	}
}""",
    """var $n atomic.Int64
var $one sync.Once
var $w sync.WaitGroup
for range 5 {
	$w.Add(1)
	go func() { $one.Do(func() { $n.Add(100) }); $n.Add(int64(@small|)); $w.Done() }()
}
$w.Wait()
fmt.Println($n.Load())""",
    """$r := make(chan chan int, 1)
go func() { $c := <-$r; $c <- @int|; close($c) }()
$k := make(chan int)
$r <- $k
fmt.Println(<-$k)
_, $ok := <-$k
fmt.Println($ok) => $ok:bool""",
    """$x, $e := safely(func() @T { var c chan @T; close(c); return <-c })
fmt.Println($x == $x, $e)""",
    """$u := sync.NewCond(&sync.Mutex{})
$z := false
go func() { $u.L.Lock(); $z = true; $u.L.Unlock(); $u.Broadcast() }()
$u.L.Lock()
for !$z { $u.Wait() }
$u.L.Unlock()""",
    # labels, goto
    """{
	$i := 0
$L:
	if $i < @small| {
		$i++
		if @bool| { goto $E }
		goto $L
	}
$E:
	fmt.Println("at", $i)
}""",
    """$L:
for $i := range 3 {
	switch {
	case $i == @small|:
		continue $L
	case @bool| && $i > 0:
		break $L
	default:
		{{body}}
		fallthrough
	case false:
		fmt.Println("round", $i)
	}
}""",
    """$L:
for $i := 0; ; $i++ {
	select {
	case <-time.After(time.Duration($i)):
		if $i > @small| { break $L }
	}
}""",
    # iterators
    """for $i, $s := range upto(4) {
	if $i == @small| { {{body}}; break }
	fmt.Printf("%d:%q ", $i, $s)
}""",
    """for $x := range filter(slices.Values(@[]int|), func(x int) bool { return x%2 == 0 }) {
	fmt.Print($x, " ")
}
fmt.Println()""",
    """var $t *tree[@O]
for range 3 { $t = $t.insert(@@O|, func(a, b @O) bool { return a < b }) }
for $x := range $t.all() {
	if fmt.Sprint($x) == "2" { continue }
	fmt.Print($x, ";")
}
fmt.Println()""",
    """$next, $stop := iter.Pull(slices.Values(@[]string|))
$x, $ok := $next()
fmt.Printf("%q %t\\n", $x, $ok)
$stop()""",
    """func() {
	for $i, $s := range upto(3) {
		defer fmt.Println("deferred in the loop", $i, $s)
		if $i > @small| { return }
	}
}()""",
    # generics
    """fmt.Println(sum(@@N|, @@N|), sum[@N]())""",
    """$y := apply(@[]int|, func(x int) string { return strconv.Itoa(x + @int|) })
fmt.Println(strings.Join($y, ","), len($y)) => $y:[]string""",
    """fmt.Println(fold(@[]string|, @int|, func(a int, s string) int { return a*3 + len(s) }))""",
    """var $s stack[@T]
$s.push(@@T|, @@T|)
_, $e := $s.pop()
_, _ = $s.pop()
_, $e = $s.pop()
fmt.Println(len($s), $e, errors.Is($e, errEmpty)) => $e:error""",
    """$p := pair[string, int]{@string|, @int|}.swap(strconv.Itoa, func(s string) int { return len(s) })
fmt.Printf("%+v %T\\n", $p, $p)""",
    """$p := &pair[@O, []@O]{key: @@O|}
$p.val = append($p.val, $p.key, @@O|)
fmt.Println(*$p, slices.Max($p.val), slices.Contains($p.val, $p.key))""",
    # structs, embedding, interfaces
    """for _, $s := range []shape{square{base{@string|}, @float64|}, &circle{&base{"c"}, 2, nil}} {
	switch $v := $s.(type) {
	case square:
		$v.rename("!")
		fmt.Printf("%v %+v\\n", $v.area(), $v)
	case *circle:
		fmt.Println($v.title, $v.rename("?").name(), $v.name(), $v.tags["x"])
	}
	fmt.Println($s.name(), $s.area() > 1)
}""",
    """$v := struct {
	base
	n    @T
	list [2]level
}{base{@string|}, @@T|, [2]level{low, middle}}
$z := $v
$z.title += "'"
fmt.Println($v.name(), $z.name(), $z.list, high, $v == $z)""",
    """$f, $g := (*P).bump, P.sum
fmt.Println($g(*$f(&P{a: @int|}, @int|)))
$h := @P|.sum
fmt.Println($h())""",
    """var $i any = level(@small| - 1)
if $s, ok := $i.(fmt.Stringer); ok { fmt.Printf("%v %d %s\\n", $s, $i, $s) }
_, $ok := $i.(error)
fmt.Println($ok, $i == any(low), $i != nil) => $ok:bool""",
    """func() {
	defer func() { fmt.Println("recovered:", recover()) }()
	var $s shape
	if @bool| { $s = square{} }
	fmt.Println($s.area())
}()""",
    """func() {
	defer func() { r := recover(); e, ok := r.(error); fmt.Println(ok, e) }()
	var $x any = @any|
	fmt.Println($x.(string))
}()""",
    # defer, recover, closures
    """$r := func() (x int) {
	defer func() { x *= 2 }()
	defer func(y int) { x += y; recover() }(@int|)
	x = @int|
	if @bool| { panic("out") }
	return x + 1
}()
fmt.Println($r) => $r:int""",
    """$fs := []func() int{}
for $i := range 3 { $fs = append($fs, func() int { $i += @small|; return $i }) }
for _, $f := range $fs { fmt.Print($f(), $f(), " ") }
fmt.Println()""",
    """_, $e := safely(func() int { return []int{1, 2}[@small|+@small|] })
fmt.Println($e) => $e:error""",
    """_, $e := safely(func() int {
	defer func() { panic(fmt.Sprint("again ", recover())) }()
	panic(@error|)
})
fmt.Println($e) => $e:error""",
    """{{body}}
fmt.Println(func(xs ...string) int { return len(xs) }(@[]string|...))""",
    # collections
    """$m := map[string][]int{}
for $i, $w := range strings.Fields(@string| + " a b a") { $m[$w] = append($m[$w], $i) }
for _, $k := range slices.Sorted(maps.Keys($m)) { fmt.Print($k, "=", $m[$k], " ") }
fmt.Println()""",
    """$m := map[P]bool{{a: @int|}: true}
$m[P{a: @int|, s: "x"}] = @bool|
delete($m, P{})
fmt.Println(len($m))
clear($m)
fmt.Println($m)""",
    """$g := [3][2]@B{1: {@@B|, @@B|}}
$h := $g
$h[0][1] = @@B|
fmt.Println($g, $h, $g == $h, len($g[1]))""",
    """$s := append(make([]int, 0, 4), @int|, @int|, @int|)
$z := $s[1:2:3]
$z = append($z, 7)
$z = append($z, 8)
$z[0]++
fmt.Println($s, $z, cap($s[1:]), copy($s, $z), $s) => $s:[]int""",
    """$s := slices.Clone(@[]int|)
slices.SortFunc($s, func(a, b int) int { return b - a })
sort.Slice($s, func(i, j int) bool { return $s[i]&7 < $s[j]&7 || $s[i]&7 == $s[j]&7 && $s[i] < $s[j] })
fmt.Println($s, slices.Index($s, @int|), slices.IsSorted($s)) => $s:[]int""",
    """for $i, $r := range @string| + "é" { fmt.Print($i, string($r), " ", $r, ";") }
fmt.Println()""",
    """$b := []byte(@string| + "xyz")
$b[1] ^= 32
fmt.Println(string($b), $b, []rune(string($b))[:1], string([]rune{0x4e16, rune(@uint8|)}))""",
    """var $b strings.Builder
for $i := range 3 { fmt.Fprintf(&$b, "%d-%v|", $i, @@T|) }
fmt.Println($b.Len() > 3, strings.ToUpper(strings.ReplaceAll($b.String(), "-", "_"))[:3])""",
    """$n, $e := strconv.Atoi(@string| + strconv.Itoa(@int|))
fmt.Println($n, $e) => $n:int $e:error""",
    """fmt.Println(strings.Split(@string|, "a"), strings.Contains(@string|, @string|))
fmt.Println(strings.Index(@string|, "g"), strings.TrimSpace(" " + @string|), strings.Title("x"))
fmt.Println(strings.Map(func(r rune) rune { return r + 1 }, @string|))""",
    """$f, $ok := strings.CutPrefix(@string|, "g")
fmt.Printf("%q %v %q\\n", $f, $ok, strings.Fields(@string|))""",
    # numbers
    """const $k = 1 << 40
fmt.Println(@float64| / $k, $k >> 38, uint8(id(@int|) & 0xff) + 250, int8(id(@uint8|)) - 100, ^@uint16|)""",
    """$c := complex(@float64|, 1)
$c *= $c
fmt.Println(real($c) > 0, imag($c) == imag($c))
fmt.Printf("%.1f\\n", complex64(3+4i) * 2i)""",
    """$x, $y := @@N|, @@N|
$x, $y = $y, $x
fmt.Println($x, $y, $x < $y, max($x, $y, 1), $x == $y)""",
    """fmt.Println(@int32| << (@uint8| & 31), @uint64| >> (@uint8| & 63), @int16| % 7)
fmt.Println(-(@int8|) / 3, @uint| &^ 5)""",
    """fmt.Println(time.Duration(@int32|) * time.Millisecond, (1500 * time.Microsecond).Seconds())""",
    """$p := new(@T)
*$p = @@T|
$q := &$p
**$q = @@T|
fmt.Println($p == *$q, *$p == **$q)""",
    """if $n := @int|; $n > 3 {
	{{body}}
} else if $q := $n * 2; $q < @int| {
	fmt.Println($q)
} else {
	fmt.Println($n, $q)
}""",
    """switch $n := @int|; { case $n > 2, $n < -5: fmt.Println("far"); case $n == 1: fmt.Println("one") }""",
    """type $S struct { a, b @B; next *$S }
$x := &$S{a: @@B|}
$x.next = &$S{@@B|, @@B|, nil}
fmt.Println($x.next.b, $x.next.next == nil, *$x.next)
fmt.Printf("%T\\n", $x.a)""",
    """var $f func(n int) int
$f = func(n int) int { if n < 2 { return n }; return $f(n-1) + $f(n-2) }
fmt.Println($f(@small| + 5)) => $f:func(int)int""",
]


class Whole(Maker):
    """Writes programs of idioms."""

    def __init__(self, rng: Random, size: int, prefix: str) -> None:
        super().__init__(rng, size=size, prefix=prefix)
        self.depth = 0

    def statement(self, indent: str, results: list[str]) -> list[str]:
        if self.chance(20):
            return self.formatted()
        if self.chance(45) and self.depth < 2:
            return self.idiom(results)
        return super().statement(indent, results)

    def formatted(self) -> list[str]:
        """Printf with random verbs."""
        kinds = [self.rng.choice(list(VERBS)) for _ in range(1 + self.rng.randrange(3))]
        form = " ".join(self.rng.choice(re.findall(r"%[^%]*[a-zA-Z]", VERBS[k])) for k in kinds)
        return [f'fmt.Printf("{form}|\\n", {", ".join(self.expr(k, 1) for k in kinds)})']

    def idiom(self, results: list[str]) -> list[str]:
        """One of the idioms, its holes filled."""
        text, _, stay = self.rng.choice(IDIOMS).partition(" => ")
        for letter, kinds in (("T", [k for k in BASIC]), ("B", ["int", "string", "bool"]),
                              ("N", [*INTS, "float64"]), ("O", ["int", "string", "float64"])):  # fmt: skip
            kind = self.rng.choice(kinds)
            text = text.replace(f"@@{letter}|", f"@{kind}|").replace(f"@{letter}", kind)
        names: dict[str, str] = {}
        text = re.sub(r"\$(\w+)", lambda m: names.setdefault(m[1], self.fresh(m[1])), text)
        self.depth += 1
        loops, self.loops = self.loops, []

        def filled(m: re.Match[str]) -> str:
            if m[0] == "{{body}}":
                return "\n".join(self.block("", 2, results)) if "func" not in text else ""
            if m[1] == "small":
                return str(self.rng.randrange(4))
            return self.expr(m[1], 1)

        text = re.sub(r"@([^|\n]+)\||\{\{body\}\}", filled, text)
        self.loops = loops
        self.depth -= 1
        for name, kind in re.findall(r"\$(\w+):(\S+)", stay):
            self.scopes[-1].append((names[name], kind.replace("func(int)int", "func(int) int")))
        used = [f"_ = {names[n]}" for n, _ in re.findall(r"\$(\w+):(\S+)", stay)]
        return [*text.split("\n"), *used]


def program(rng: Random, functions: int = 6, prefix: str = "") -> str:
    """A random program; the names of its functions begin with `prefix`."""
    return Whole(rng, functions, prefix).program().replace(PRELUDE, HEAD)
