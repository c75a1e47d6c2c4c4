"""Sequential Go programs whose output real Go and the simulator must agree on."""

PROGRAMS: dict[str, str] = {}


def _add(name: str, body: str, imports: str = '"fmt"') -> None:
    PROGRAMS[name] = f"package main\n\nimport (\n\t{imports}\n)\n\n{body}"


_add(
    "closures",
    """
func adder() func(int) int {
	sum := 0
	return func(x int) int { sum += x; return sum }
}
func apply(f func(int) int, n int) int { return f(n) }
func double(x int) int { return 2 * x }
func main() {
	a, b := adder(), adder()
	fmt.Println(a(1), a(10), b(100), a(5))
	x := 3
	show := func() { fmt.Println("x is", x) }
	show()
	x = 4
	show()
	fmt.Println(apply(double, 21), apply(func(n int) int { return n + x }, 1))
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	fmt.Println(fib(15))
	func(s string, n int) { fmt.Println(s, n, x) }("literal", 7)
	var nothing func()
	fmt.Println(nothing == nil, show != nil)
	outer := func() func() int { return func() int { x++; return x } }
	fmt.Println(outer()(), outer()(), x)
}
""",
)
_add(
    "defers",
    """
func order() {
	for i := 0; i < 3; i++ {
		defer fmt.Println("deferred", i)
	}
	fmt.Println("body")
}
func named() (r int, s string) {
	defer func() { r *= 2; s += "!" }()
	r = 4
	return r + 1, "five"
}
func plain() int {
	x := 1
	defer func() { x = 100; fmt.Println("x", x) }()
	return x
}
func method() {
	var wg sync.WaitGroup
	wg.Add(1)
	func() {
		defer wg.Done()
		if true {
			return
		}
	}()
	wg.Wait()
	fmt.Println("waited")
}
func late(f func(int), n int) {
	defer f(n)
	n = 99
	fmt.Println("late", n)
}
func bare() (n int) {
	defer func() { n++ }()
	n = 41
	return
}
func swap(a, b int) (int, int) {
	defer func(x int) { fmt.Println("swap", x) }(a)
	return b, a
}
func main() {
	order()
	fmt.Println(named())
	fmt.Println(plain(), bare())
	method()
	late(func(k int) { fmt.Println("f", k) }, 5)
	fmt.Println(swap(1, 2))
	c := make(chan int, 1)
	func() {
		defer close(c)
		c <- 7
	}()
	for v := range c {
		fmt.Println(v)
	}
}
""",
    '"fmt"\n\t"sync"',
)
_add(
    "loopvars",
    """
func main() {
	var f0, f1, f2 func() int
	for i := 0; i < 3; i++ {
		f := func() int { i += 10; return i }
		switch i {
		case 0:
			f0 = f
		case 1:
			f1 = f
		default:
			f2 = f
		}
	}
	fmt.Println(f0(), f1(), f2(), f0())
	var g0, g1 func() int
	for i := range 2 {
		if i == 0 {
			g0 = func() int { return i }
		} else {
			g1 = func() int { return i }
		}
	}
	fmt.Println(g0(), g1())
	for i := range 5 {
		i *= 2
		fmt.Print(i, " ")
	}
	fmt.Println()
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		defer func() { fmt.Println("ij", i, j) }()
		if i == 1 {
			continue
		}
	}
	n := 0
	for range 4 {
		n++
	}
	for n < 10 {
		n += 3
	}
	fmt.Println(n)
	var k int
	for k = range 7 {
	}
	fmt.Println(k)
	for i := 10; i >= 0; i -= 3 {
		fmt.Print(i, ",")
	}
	for i := 1; i <= 3; i++ {
		fmt.Print(i, ";")
	}
	for i := 3; i != 0; i-- {
		fmt.Print(i, ".")
	}
	for i := 0; 3 > i && n > 0; i++ {
		fmt.Print(i, "!")
	}
	for i := range int64(2) {
		fmt.Print(i)
	}
	fmt.Println()
}
""",
)
_add(
    "shadowing",
    """
var x = 1
func get() int { return x }
func main() {
	fmt.Println(x)
	x := x + 1
	fmt.Println(x, get())
	{
		x := x * 10
		x++
		fmt.Println(x)
	}
	if x := get(); x == 1 {
		fmt.Println("one", x)
	} else if y := x + 1; y > 2 {
		fmt.Println(y)
	}
	fmt.Println(x)
	a, b := 1, 2
	b, c := 3, 4
	fmt.Println(a, b, c)
	a, b = b, a
	fmt.Println(a, b)
	a, b, c = c, a, b
	fmt.Println(a, b, c)
	true := false
	fmt.Println(true)
	len := func(n int) int { return n }
	fmt.Println(len(4))
}
""",
)
_add(
    "switches",
    """
func kind(n int) string {
	switch {
	case n < 0:
		return "negative"
	case n == 0:
		return "zero"
	case n < 10:
		return "small"
	}
	return "big"
}
func word(s string) int {
	switch s {
	case "a", "b":
		return 1
	case "c":
		return 2
	default:
		return 3
	}
}
func main() {
	for _n := -1; _n < 20; _n += 7 {
		fmt.Println(_n, kind(_n))
	}
	fmt.Println(word("a"), word("b"), word("c"), word("d"), kind(0))
	switch x := 5; x {
	case 1:
		fmt.Println("one")
	case 5:
		fmt.Println("five")
		fallthrough
	case 6:
		fmt.Println("six")
	case 7:
		fmt.Println("seven")
	}
	switch b := len("abc") == 3; b {
	case true:
		fmt.Println("yes")
	case false:
		fmt.Println("no")
	}
	switch {
	default:
		fmt.Println("default first")
	case false:
	}
	for i := 0; i < 5; i++ {
		switch i {
		case 1:
			continue
		case 3:
			break
		default:
			fmt.Println("i", i)
		}
	}
}
""",
)
_add(
    "labels",
    """
func main() {
outer:
	for i := 0; i < 4; i++ {
		for j := 0; ; j++ {
			if j == 3 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
sw:
	switch 1 {
	case 1:
		for {
			break sw
		}
		fmt.Println("not reached")
	}
	n := 0
loop:
	for range 10 {
		switch {
		case n > 4:
			break loop
		}
		n++
	}
	fmt.Println(n)
}
""",
)
_add(
    "strings",
    r"""
func main() {
	s := "h\u00e9llo\t\x41\101\n"
	raw := `raw \n "q"`
	fmt.Print(s, raw, len(s), len(raw))
	fmt.Println()
	t := s + raw
	t += "."
	fmt.Println(len(t), t == s+raw+".", "a" < "b", "b" <= "a", "a" != "a", "" < "x")
	fmt.Printf("%q %q %s|%v\n", raw, "tab\t\"q\" \x00 é 世", "日本", "v")
	if s > raw || s == "" {
		fmt.Println("greater")
	}
	const c = "con" + "cat"
	fmt.Println(c, len(c), string(rune2), 'a', "x"+c)
	fmt.Println(fmt.Sprint("a", 1, 2, "b", 3), fmt.Sprintf("%d-%s", 5, c), fmt.Sprintln("end"))
	for u := ""; len(u) < 4; u += "ab" {
		fmt.Println(u)
	}
}
const rune2 = 'é'
""",
)
_add(
    "printf",
    r"""
func two() (int, string) { return 2, "two" }
func main() {
	n, neg, b, s := 42, -7, true, "str"
	fmt.Printf("%d|%5d|%-5d|%05d|%x|%c|%v|%3d|\n", n, n, n, neg, n, 65+n%3, n, 12345)
	fmt.Printf("%t %v %s %q %% %T %T %T\n", b, b, s, s, n, s, b)
	fmt.Printf("%s %v %d\n", 2*time.Second, 1500*time.Millisecond, 3*time.Microsecond)
	fmt.Printf("%x %x %d %-3d|%03d|%3d|\n", 255, neg, neg, 1, 2, 3)
	fmt.Println(n, neg, b, s, n == 42, 'x', nil)
	fmt.Print(n, neg, s, b, b, "\n")
	fmt.Print("a", "b", 1, 2, true, "c\n")
	fmt.Println(two())
	fmt.Printf("no args\n")
	fmt.Printf("%5s|%-4s|%v %v\n", "ab", "c", struct{}{}, 1<<62)
	fmt.Println()
	fmt.Printf("%c%c %d\n", 'a', 0x4e16, 'a')
	for i, r := 0, -1; i < 4; i, r = i+1, r+0xD801 {
		fmt.Printf("%c %c %x|", r, r*30, r*r)
	}
}
""",
    '"fmt"\n\t"time"',
)
_add(
    "durations",
    """
func main() {
	var zero time.Duration
	fmt.Println(zero, time.Nanosecond, 15*time.Microsecond, 10*time.Millisecond)
	fmt.Println(2*time.Second, 90*time.Second, 3*time.Hour+25*time.Minute+45*time.Second)
	d := 1500 * time.Microsecond
	fmt.Println(d, -d, d*1000, d/7, time.Duration(1), d.Milliseconds(), d.Microseconds(), d.Nanoseconds())
	fmt.Println(d > time.Millisecond, d.String()+"!", int64(d), int(d)/2, time.Duration(7)*time.Minute)
	n := 3
	fmt.Println(time.Duration(n)*time.Second, 1<<62*time.Nanosecond, time.Duration(1e9))
	const half = time.Second / 2
	fmt.Println(half, half%time.Millisecond, min(d, half), max(d, half, time.Hour))
	start := time.Now()
	fmt.Println(time.Since(start) < time.Hour, start.Sub(start), start.Add(d).After(start))
}
""",
    '"fmt"\n\t"time"',
)
_add(
    "constants",
    """
const (
	A = iota
	B
	_
	D
	E, F = iota * 10, iota + 100
	G, H
)
const (
	KB = 1 << (10 * (iota + 1))
	MB
)
const big = 1 << 100
const typed int64 = big >> 98
const s, t = "s", true
var total = later + A
var later = compute()
func compute() int { return offset * 2 }
var offset = 21
func init() { offset++ }
func main() {
	fmt.Println(A, B, D, E, F, G, H, KB, MB, big/(1<<98), typed, s, t)
	fmt.Println(total, later, offset)
	const local = A + iota
	fmt.Println(local, 0x_ff, 0b101, 0o17, 017, 1_000, 'a', '\\n', -5/2, -5%3, 7&^2, 5^1, ^5)
	fmt.Println(1.5*2 == 3, 10/4, 10/4.0 == 2.5, 3/2*2.0 == 3)
	x := 10
	fmt.Println(x<<3, x>>1, -x>>1, -x/3, -x%3, x&6, x|5, x^7, x&^2, ^x, -x, +x, 1<<x, !(x > 3))
	var m int64 = 9223372036854775807
	m++
	fmt.Println(m, -m, m/-1, m-1)
}
""",
)
_add(
    "results",
    """
func divmod(a, b int) (q, r int) {
	q = a / b
	r = a % b
	return
}
func three() (int, string, bool) { return 1, "x", true }
func sum(a, b int) int { return a + b }
func pass(a int, s string, b bool) (bool, string, int) { return b, s, a }
func rotate(a, b, c int) (int, int, int) { return b, c, a }
func noname(int, string) int { return 5 }
func blank(_ int, b int) int { return b }
func early(n int) (r int, ok bool) {
	if n > 3 {
		return n, true
	}
	r = -1
	return
}
func flip(a, b int) (x, y int) { x, y = a, b; return y, x }
func main() {
	q, r := divmod(17, 5)
	fmt.Println(q, r, sum(divmod(17, 5)))
	a, _, c := three()
	fmt.Println(a, c)
	fmt.Println(three())
	fmt.Println(pass(three()))
	fmt.Println(rotate(1, 2, 3))
	fmt.Println(noname(1, ""), blank(1, 2))
	fmt.Println(early(5))
	fmt.Println(early(2))
	fmt.Println(flip(1, 2))
	var x, y = divmod(9, 2)
	x, y = y, x
	fmt.Println(x, y, sum(sum(1, 2), sum(3, sum(4, 5))))
}
""",
)
_add(
    "recursion",
    """
func fact(n int) int {
	if n <= 1 {
		return 1
	}
	return n * fact(n-1)
}
func ack(m, n int) int {
	if m == 0 {
		return n + 1
	} else if n == 0 {
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}
func even(n int) bool { return n == 0 || odd(n-1) }
func odd(n int) bool  { return n != 0 && even(n-1) }
func hanoi(n int, from, to, via string) int {
	if n == 0 {
		return 0
	}
	moves := hanoi(n-1, from, via, to)
	if n == 3 {
		fmt.Println(from, "->", to)
	}
	return moves + 1 + hanoi(n-1, via, to, from)
}
func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
func main() {
	fmt.Println(fact(20), fact(21), ack(2, 3), even(10), odd(10), gcd(48, 36))
	fmt.Println(hanoi(3, "a", "b", "c"))
	count := 0
	for n := 2; n < 50; n++ {
		prime := true
		for d := 2; d*d <= n; d++ {
			if n%d == 0 {
				prime = false
				break
			}
		}
		if prime {
			count++
		}
	}
	fmt.Println(count)
}
""",
)
_add(
    "pointers",
    """
var global = 5
func inc(p *int) { *p++ }
func pick(b bool, p, q *int) *int {
	if b {
		return p
	}
	return q
}
func fresh() *int { x := 7; return &x }
func main() {
	x, y := 1, 2
	p := &x
	*p = 10
	inc(p)
	*p += 5
	fmt.Println(x, *p, p == &x, p != nil)
	*pick(false, &x, &y) = 99
	fmt.Println(x, y)
	*p, y = y, *p
	fmt.Println(x, y)
	inc(&global)
	g := &global
	*g *= 2
	fmt.Println(global)
	pp := &p
	**pp = 3
	*pp = &y
	fmt.Println(x, *p)
	a, b := fresh(), fresh()
	*a = 8
	fmt.Println(*a, *b, a == b)
	n := new(int)
	*n--
	fmt.Println(*n)
	s := new(string)
	*s += "text"
	fmt.Println(*s, len(*s))
	f := func() { x++ }
	f()
	fmt.Println(x)
}
""",
)
_add(
    "channels",
    """
func produce(c chan<- int, n int) {
	for i := 0; i < n; i++ {
		c <- i * i
	}
	close(c)
}
func main() {
	c := make(chan int, 10)
	fmt.Println(len(c), cap(c))
	produce(c, 5)
	fmt.Println(len(c), <-c)
	v, ok := <-c
	fmt.Println(v, ok)
	for v := range c {
		fmt.Print(v, " ")
	}
	v, ok = <-c
	fmt.Println(v, ok)
	fs := make(chan func() string, 2)
	fs <- func() string { return "from a channel" }
	fmt.Println((<-fs)())
	done := make(chan struct{}, 1)
	done <- struct{}{}
	<-done
	cc := make(chan (<-chan int), 1)
	cc <- c
	_, open := <-<-cc
	fmt.Println(open)
	var nilc chan int
	fmt.Println(nilc == nil, len(nilc), cap(nilc))
	strs := make(chan string, 2)
	strs <- "a" + "b"
	strs <- "c"
	close(strs)
	for range 2 {
		fmt.Print(<-strs)
	}
	var s string
	s, ok = <-strs
	fmt.Printf("%q %t\\n", s, ok)
	for range strs {
	}
}
""",
)
_add(
    "booleans",
    """
func say(s string, b bool) bool { fmt.Print(s, " "); return b }
func main() {
	fmt.Println(say("a", true) && say("b", false) || say("c", true))
	fmt.Println(say("a", false) && say("b", true), say("d", true) || say("e", true))
	x, y := true, false
	x = y && x
	fmt.Println(x, !x, x == y, x != !y)
	y = x || y == x
	fmt.Println(y)
	n := 5
	ok := n > 3 && n < 10 && !(n == 7)
	fmt.Println(ok, n > 3 == true, (n >= 5) != (n <= 5))
	if !(n > 3 && n < 4) && (ok || x) {
		fmt.Println("then")
	} else {
		fmt.Println("else")
	}
	for !(n == 0) {
		n--
	}
	for n < 3 || n == 4 {
		n += 2
	}
	fmt.Println(n)
	os.Exit(0)
}
""",
    '"fmt"\n\t"os"',
)
_add(
    "methodvalues",
    """
func run(f func()) { f() }
func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	done := wg.Done
	done()
	run(wg.Done)
	run(wg.Wait)
	ms := (1500 * time.Microsecond).Microseconds
	fmt.Println(ms())
	p := &wg
	add := p.Add
	add(1)
	defer p.Wait()
	defer p.Done()
	sleep := time.Sleep
	sleep(0)
	now := time.Now
	fmt.Println(now().After(now().Add(time.Hour)))
	d := 3 * time.Second
	pd := &d
	fmt.Println(pd.String(), *pd, pd.Milliseconds())
}
""",
    '"fmt"\n\t"sync"\n\t"time"',
)
