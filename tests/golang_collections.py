"""Go programs about slices, arrays, maps, strings and range loops; all print to standard error."""

PROGRAMS: dict[str, str] = {}


def _add(name: str, body: str, imports: str = "") -> None:
    PROGRAMS[name] = f"package main\n\n{imports}\n{body}"


_add(
    "slices",
    """
type point struct{ x, y int }

func show(s []int) {
	print(len(s), " ", cap(s), " [")
	for i, x := range s {
		if i > 0 {
			print(" ")
		}
		print(x)
	}
	println("]")
}

func remove(s []int, i int) []int { return append(s[:i], s[i+1:]...) }

func sum(xs ...int) (n int) {
	for _, x := range xs {
		n += x
	}
	return
}

var grown []int // at package level, or the compiler gives it a first array on the stack

func first(s string, rest ...string) int { println(s, len(rest), rest == nil); return len(rest) }

func main() {
	var s []int
	show(s)
	println(s == nil, len(s))
	for i := range 20 {
		s = append(s, i)
	}
	show(s)
	caps := 0
	for i := 0; i < 3000; i++ {
		grown = append(grown, i)
		if cap(grown) != caps {
			caps = cap(grown)
			print(caps, " ")
		}
	}
	println()
	t := s[3:7]
	show(t)
	t[0] = 100
	t = append(t, 200)
	show(s)
	u := s[2:4:5]
	show(u)
	u = append(u, 1, 2, 3)
	u[0] = 7
	show(u)
	show(s)
	show(remove([]int{1, 2, 3, 4}, 1))
	show(s[:0])
	show(s[20:])
	println(copy(s, s[5:]), copy(s[5:], s), copy(s, []int{}))
	show(s)
	b := []byte("hello")
	println(copy(b, "HELP"), string(b))
	b = append(b, " world"...)
	b = append(b, '!', '?')
	println(string(b), len(b))
	ss := make([]string, 2, 10)
	ss[1] = "one"
	ss = append(ss, "two", "three")
	for i, x := range ss {
		print(i, ":", x, " ")
	}
	println(len(ss), cap(ss))
	ps := []point{{1, 2}, {3, 4}}
	ps[1].x += 10
	ps[0] = ps[1]
	ps = append(ps, point{5, 6})
	ps[0].y++
	q := &ps[2]
	q.x = 50
	for _, p := range ps {
		print(p.x, ",", p.y, " ")
	}
	println()
	grid := make([][]int, 3)
	for i := range grid {
		grid[i] = make([]int, 4)
		for j := range grid[i] {
			grid[i][j] = i * j
		}
	}
	println(grid[2][3], len(grid[1]))
	grid[1] = append(grid[1], 9)
	show(grid[1])
	println(sum(), sum(1), sum(1, 2, 3), sum(s...), sum(s[:3]...))
	println(first("a"), first("b", "c"), first("d", ss...), first("e", nil...))
	var fs []func(int) int
	for i := range 3 {
		fs = append(fs, func(x int) int { return x * i })
	}
	println(fs[0](5), fs[1](5), fs[2](5))
	var p *[]int = &s
	(*p)[0] = 42
	println(s[0], len(*p), (*p)[1:3][1])
	x := []int{1, 2, 3}
	i := 0
	i, x[i] = 2, 9
	show(x)
	x[0], x[2] = x[2], x[0]
	show(x)
	clear(x)
	show(x)
	y := append([]int(nil), x...)
	y = append(y, y...)
	y[0] = 3
	show(y)
	z := []int{5: 1, 2, 0: 9}
	show(z)
	z[len(z)-1]++
	z[0] <<= 3
	z[1] -= 4
	show(z)
	e := []struct{}{{}, {}}
	e = append(e, struct{}{})
	println(len(e))
	var any []interface{}
	any = append(any, 1, "x", nil, 2.5)
	println(len(any), any[0] == 1, any[1] == "x", any[2] == nil, any[3] == 2.5)
	n := 3
	println(len(make([]int, n)), cap(make([]int, n, n*2)), len([]string{"a", "b"}[1:]))
	bools := make([]bool, 3)
	bools[1] = !bools[1]
	println(bools[0], bools[1])
	u8 := []uint8{250}
	u8[0] += 10
	println(u8[0])
}
""",
)

_add(
    "arrays",
    """
type matrix [2][3]int

type holder struct {
	name string
	a    [3]int
	in   struct{ b [2]string }
}

func change(a [3]int) [3]int {
	a[0] = 100
	return a
}

func through(a *[3]int) { a[1] = 200 }

func (m matrix) sum() (n int) {
	for _, row := range m {
		for _, x := range row {
			n += x
		}
	}
	return
}

func (m *matrix) set(i, j, x int) { m[i][j] = x }

var global [4]int
var table = [...]string{2: "two", 0: "zero"}

func main() {
	a := [3]int{1, 2, 3}
	b := a
	b[0] = 10
	println(a[0], b[0], a == b, a == [3]int{1, 2, 3}, a != b)
	c := change(a)
	println(a[0], c[0], c[2])
	through(&a)
	println(a[1])
	p := &a
	p[2] = 7
	println(a[2], len(p), cap(p), len(a))
	for i, x := range a {
		a[2] = 99
		print(i, "=", x, " ")
	}
	println()
	for i, x := range &a {
		a[2] = 98
		print(i, "=", x, " ")
	}
	println()
	s := a[:]
	s[0] = 55
	s = append(s, 1)
	s[1] = 66
	println(a[0], a[1], len(s))
	t := p[1:2]
	t[0]++
	println(a[1], cap(t))
	var m matrix
	m.set(1, 2, 5)
	m[0][1] = 4
	n := m
	n[0][0] = 1
	println(m.sum(), n.sum(), m == n, m[1] == n[1])
	row := m[1]
	row[0] = 1000
	println(m[1][0], row[0])
	m[0] = row
	println(m[0][0], m.sum())
	h := holder{name: "h", a: a}
	h.in.b[1] = "inner"
	g := h
	g.a[0] = -1
	g.in.b[1] = "changed"
	println(h.a[0], g.a[0], h.in.b[1], g.in.b[1], h == g, h == h)
	hs := []holder{h, g}
	hs[0].a[1]++
	hs[1].in.b[0] = "x"
	k := hs[0]
	k.a[1] = 0
	println(hs[0].a[1], h.a[1], hs[1].in.b[0], g.in.b[0], k.a[1])
	ph := &hs[0]
	ph.a[2] = 12345
	println(hs[0].a[2])
	i := 2
	global[i] = 8
	global[i+1]++
	println(global[2], global[3], global[0])
	for i := range table {
		print(table[i], ",")
	}
	println(len(table))
	pick := func() [2]int { return [2]int{7, 8} }
	println(pick()[1], len(pick()))
	var z [0]int
	println(len(z), z == [0]int{})
	arr := [2]struct{ x, y int }{{1, 2}, {3, 4}}
	arr[i-1].x = 9
	cp := arr
	cp[1].y = 0
	println(arr[1].x, arr[1].y, cp[1].y)
	ch := make(chan [3]int, 1)
	ch <- a
	a[0] = 0
	got := <-ch
	println(got[0], a[0])
	var x any = a
	a[1] = -5
	y := x.([3]int)
	y[0] = 77
	println(y[1], x.([3]int)[0], x == any([3]int{0, 67, 98}))
	f := func() int { return a[0] + a[2] }
	a[2] = 1
	println(f())
	var big [1000]int
	for i := range big {
		big[i] = i
	}
	total := 0
	for _, v := range big {
		total += v
	}
	other := big
	other[999] = 0
	println(total, big[999], other[999], big == other)
	strs := [2]string{"a", "b"}
	strs[0], strs[1] = strs[1], strs[0]
	println(strs[0] + strs[1])
	ptrs := [...]*int{&a[0], &a[1]}
	*ptrs[1] = 31
	println(a[1], len(ptrs))
	pa := [3]int(s[:3])
	s[0] = 4321
	pb := (*[3]int)(s)
	pb[1] = 1234
	println(pa[0], s[1], pb[0])
	const n4 = len([4]int{})
	println(n4, len([n4]bool{}))
}
""",
)

_add(
    "maps",
    """
type key struct {
	name string
	n    int
}

type tree map[string]tree

func keys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func main() {
	m := map[string]int{"one": 1, "two": 2, "three": 3}
	println(len(m), m["two"], m["none"])
	v, ok := m["three"]
	println(v, ok)
	_, ok = m["four"]
	println(ok)
	if x, ok := m["one"]; ok && x == 1 {
		println("one is there")
	}
	m["four"] = 4
	m["two"]++
	m["five"] += 5
	m["one"] <<= 4
	delete(m, "three")
	delete(m, "nothing")
	for _, k := range keys(m) {
		print(k, "=", m[k], " ")
	}
	println(len(m))
	var none map[string]int
	println(none["a"], len(none), none == nil)
	delete(none, "a")
	for range none {
		println("never")
	}
	ks := map[key]string{{"a", 1}: "a1", {"b", 2}: "b2"}
	ks[key{"a", 2}] = "a2"
	println(ks[key{"a", 1}], ks[key{"a", 2}], ks[key{"c", 0}] == "", len(ks))
	as := map[[2]int]bool{{1, 2}: true}
	i := 2
	println(as[[2]int{1, i}], as[[2]int{2, 1}])
	anys := map[any]int{1: 1, "1": 2, 1.5: 3, key{"k", 1}: 4, [1]int{3}: 5, nil: 6, int8(1): 7}
	println(anys[1], anys["1"], anys[1.5], anys[key{"k", 1}], anys[[1]int{3}], anys[nil])
	println(anys[int8(1)], anys[int16(1)])
	lists := map[int][]string{}
	lists[1] = append(lists[1], "a")
	lists[1] = append(lists[1], "b")
	lists[2] = append(lists[2], "c")
	println(len(lists[1]), lists[1][1], len(lists[3]))
	nested := map[string]map[string]int{"x": {"y": 1}}
	nested["x"]["z"] = 2
	nested["w"] = map[string]int{}
	nested["w"]["v"]++
	println(nested["x"]["y"], nested["x"]["z"], nested["w"]["v"], nested["q"]["r"])
	structs := map[string]key{"s": {"t", 3}}
	k := structs["s"]
	k.n = 100
	println(structs["s"].n, k.n, structs["s"].name)
	ptrs := map[string]*key{"p": {"q", 5}}
	ptrs["p"].n++
	println(ptrs["p"].n)
	arrs := map[string][3]int{"a": {1, 2, 3}}
	println(arrs["a"][1], arrs["b"][2])
	arr := arrs["a"]
	arr[1] = 50
	arrs["c"] = arr
	println(arrs["a"][1], arrs["c"][1])
	funcs := map[string]func(int) int{"double": func(x int) int { return 2 * x }}
	println(funcs["double"](21), funcs["half"] == nil)
	big := make(map[int]int, 100)
	for i := 0; i < 1000; i++ {
		big[i*7] = i
	}
	n, sum := 0, 0
	for k, v := range big {
		n++
		sum += k - 7*v
	}
	println(n, sum, len(big), big[7*500])
	for k := range big {
		if k%2 == 0 {
			delete(big, k)
		}
	}
	println(len(big))
	seen := map[int]int{}
	for i := 0; i < 5; i++ {
		seen[i] = i
	}
	count := 0
	for k := range seen {
		delete(seen, k)
		count++
	}
	println(count, len(seen))
	clear(big)
	println(len(big), big[7])
	t := tree{"root": {"left": nil, "right": {"leaf": {}}}}
	println(len(t["root"]), len(t["root"]["right"]), t["root"]["left"] == nil)
	set := map[string]struct{}{}
	set["a"] = struct{}{}
	_, has := set["a"]
	_, hasnt := set["b"]
	println(has, hasnt, len(set))
	var iface interface{} = m
	println(len(iface.(map[string]int)))
	nan := 0.0
	nan = nan / nan
	nans := map[float64]int{nan: 1}
	nans[nan] = 2
	_, found := nans[nan]
	println(len(nans), found)
	for k, v := range map[string]int{"only": 1} {
		println(k, v)
	}
	f := func() map[string]int { print("f "); return m }
	g := func() string { print("g "); return "one" }
	h := func() int { print("h "); return 8 }
	f()[g()] = h()
	f()[g()] += h()
	println(m["one"])
	alias := m
	alias["new"] = 1
	println(m["new"], len(m))
	m2 := map[rune]string{'a': "A", 'b': "B"}
	println(m2['b'], m2["abc"[0:1][0]-'a'+'a' == 'a'])
}
""".replace("m2[\"abc\"[0:1][0]-'a'+'a' == 'a']", "m2['c'] == \"\""),
)

_add(
    "strings",
    r"""
type name string

func f(s string) string { return s + "!" }

func main() {
	s := "héllo, 世界"
	println(len(s), s[0], s[1], s[2], s[len(s)-1])
	for i, r := range s {
		print(i, ":", r, " ")
	}
	println()
	for i := range s {
		print(i, " ")
	}
	println()
	for i, r := range "a\xffb\xc0\xafc\xe4\xb8" {
		print(i, ":", r, " ")
	}
	println()
	println(s[1:3], s[:5], s[7:], s[:], s[3:3] == "")
	t := s[7:10] + "x" + s[:1]
	t += "y"
	println(t, len(t))
	b := []byte(s)
	b[0] = 'H'
	println(string(b), s, len(b))
	r := []rune(s)
	r[1] = 'e'
	println(string(r), len(r), r[7])
	println(string(rune(65)), string(rune(0x4e16)), string(rune(-1)) == "\uFFFD")
	println("a" < "b", "ab" < "a", "" < "a", "abc" == "ab"+"c", "b" > "abc", "x" >= "x", "x" != "y")
	x := "ab"
	x += x
	x += f(x)
	println(x)
	acc := ""
	for i := 0; i < 26; i++ {
		acc += string(rune('a' + i))
	}
	println(acc, len(acc))
	switch acc[:3] {
	case "abd":
		println("no")
	case "abc":
		println("yes")
	}
	n := name("type")
	n += "d"
	println(string(n), len(n), n[0] == 't', n == "typed")
	println(string([]byte{104, 105}), string([]byte(nil)) == "", string([]rune{}) == "")
	var empty string
	println(empty == "", len(empty))
	for range empty {
		println("never")
	}
	i, j := 2, 5
	println(s[i:j] == "\xa9ll"[:0]+s[2:5], s[i], acc[j:i+10])
	c := s
	s = "changed"
	println(c, s)
	strs := []string{"c", "a", "b"}
	for i := range strs {
		for j := i + 1; j < len(strs); j++ {
			if strs[j] < strs[i] {
				strs[i], strs[j] = strs[j], strs[i]
			}
		}
	}
	println(strs[0] + strs[1] + strs[2])
	const k = "constant"
	println(len(k), k[2], k[1:4])
	bs := make([]byte, 0, 8)
	for i := range 5 {
		bs = append(bs, "01234"[4-i])
	}
	println(string(bs))
	raw := `a\n
b`
	println(len(raw), raw)
	parts := ""
	word := "one two  three"
	start := 0
	for i := 0; i <= len(word); i++ {
		if i == len(word) || word[i] == ' ' {
			if i > start {
				parts += word[start:i] + "|"
			}
			start = i + 1
		}
	}
	println(parts)
	var bb byte = 'z'
	println(string(rune(bb)), bb-'a')
	m := map[string]int{}
	for _, w := range []string{"a", "b", "a"} {
		m[w]++
	}
	println(m["a"], m["b"])
	eq := func(a, b string) bool { return a == b }
	println(eq(acc[:2], "ab"), eq("", empty), eq(acc, acc[1:]))
	println(min("b", "a", "c"), max("x", s))
}
""",
)

_add(
    "literals",
    """
type point struct{ x, y int }

type line struct {
	from, to point
	tags     []string
	attr     map[string]*point
	next     *line
}

type named []point

type wide struct {
	a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r int
}

type wrapper struct {
	point
	*line
	z int
}

func mk(n int) int { print("mk", n, " "); return n }

func main() {
	p := point{y: 2}
	q := &point{3, 4}
	println(p.x, p.y, q.x, q.y, point{}.x)
	l := line{
		from: point{1, 2}, to: *q,
		tags: []string{"a", "b"},
		attr: map[string]*point{"k": {5, 6}},
		next: &line{to: point{x: 9}},
	}
	println(l.from.y, l.to.x, l.tags[1], l.attr["k"].y, l.next.to.x, l.next.next == nil, len(l.next.tags))
	q.x = 100
	println(l.to.x)
	ns := named{{1, 2}, {y: 3}, {}}
	println(len(ns), ns[1].y, ns[2].x)
	pp := []*point{{1, 2}, nil, {3, 4}}
	println(pp[0].y, pp[1] == nil, pp[2].x)
	ppp := [][]*point{{{7, 8}}, nil}
	println(ppp[0][0].y, ppp[1] == nil)
	arr := [...]point{3: {1, 1}, {2, 2}, 0: {5, 5}}
	println(len(arr), arr[4].x, arr[0].y, arr[1].x)
	anon := struct {
		name string
		in   struct{ n int }
	}{"anon", struct{ n int }{7}}
	println(anon.name, anon.in.n)
	list := []struct {
		in   string
		want int
	}{{"a", 1}, {"bb", 2}, {in: "ccc"}}
	for i, c := range list {
		print(i, c.in, c.want, " ")
	}
	println()
	w := wide{a: 1, r: 18, j: mk(10)}
	v := w
	v.a = 2
	println(w.a, v.a, v.r, v.j, w == v, w == wide{1, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 18})
	ws := []wide{w, {b: 3}, v}
	ws[1].c = 4
	ws[0] = ws[2]
	println(ws[0].a, ws[1].b, ws[1].c, ws[2].r)
	wp := &ws[1]
	wp.d = wp.b + wp.c
	println(ws[1].d)
	e := wrapper{point{1, 2}, &l, 3}
	e.x = 50
	e.from.x = 60
	println(e.x, e.point.y, e.z, l.from.x, e.tags[0])
	_ = []int{mk(1), 5: mk(2), 2: mk(3)}
	println()
	_ = map[int]int{mk(1): mk(2), mk(3): mk(4)}
	println()
	_ = point{y: mk(1), x: mk(2)}
	println()
	fs := map[string]func(...int) int{"sum": func(xs ...int) int {
		n := 0
		for _, x := range xs {
			n += x
		}
		return n
	}}
	println(fs["sum"](1, 2, 3))
	matrix := [2][2]float64{{1, 2}, {3, 4}}
	println(matrix[1][0] == 3, matrix[0][1] == 2)
	ch := [2]chan int{make(chan int, 1), nil}
	ch[0] <- 5
	println(<-ch[0], ch[1] == nil)
	type local struct{ s []int }
	ls := map[string]local{"x": {[]int{1, 2}}}
	println(ls["x"].s[1], len(ls["y"].s))
	(&p).x, p.y = 8, 9
	println(p.x, p.y)
	pt := new(point)
	pt.x = 3
	*pt = point{pt.y, pt.x}
	println(pt.x, pt.y)
	p, *q = *q, p
	println(p.x, p.y, q.x, q.y)
	x := []point{{1, 2}, {3, 4}}
	x[0], x[1] = x[1], x[0]
	println(x[0].x, x[1].x)
	i := 0
	i, x[i].y = 1, 77
	println(i, x[0].y)
}
""",
)

_add(
    "comparisons",
    """
type point struct{ x, y int }

type mixed struct {
	s string
	f float64
	i any
	_ int
	p *int
}

type stringer interface{ String() string }

type num int

func (n num) String() string { return "num" }

func try(what string, f func()) {
	defer func() {
		r := recover()
		if e, ok := r.(error); ok {
			println(what, e.Error())
		} else {
			println(what, r == nil)
		}
	}()
	f()
}

func main() {
	n := 1
	a, b := mixed{"a", 1, 1, 0, &n}, mixed{"a", 1, 1, 0, &n}
	println(a == b)
	b.i = "1"
	println(a == b, a != b)
	b = a
	b.s += "x"
	println(a == b)
	var i, j any
	println(i == j, i == nil)
	i, j = 1, 1
	println(i == j, i == 1, i == "1", i != 2)
	j = int64(1)
	println(i == j)
	i, j = point{1, 2}, point{1, 2}
	println(i == j, i == point{1, 2}, i == point{2, 1})
	i, j = &n, &n
	println(i == j, i == new(int))
	var s stringer = num(3)
	println(s == num(3), s == num(4), s != nil, any(s) == any(num(3)))
	var t stringer
	println(s == t, t == nil)
	i = s
	println(i == s, s == i)
	c, d := make(chan int), make(chan int)
	println(c == d, c == c, c != nil)
	var ro <-chan int = c
	println(ro == c)
	x, y := [2]any{1, "a"}, [2]any{1, "a"}
	println(x == y)
	y[1] = 2
	println(x == y)
	i, j = []int{1}, []int{1}
	try("slices:", func() { println(i == j) })
	try("types differ:", func() { println(i == any(1)) })
	i = map[string]int{}
	try("map:", func() { println(i == i) })
	i = func() {}
	try("func:", func() { println(i != i) })
	i = struct{ s []int }{}
	try("struct:", func() { println(i == i) })
	i = [1]any{[]int{}}
	try("array:", func() { println(i == i) })
	try("map key:", func() { m := map[any]int{}; m[[]int{}] = 1 })
	try("map get:", func() { m := map[any]int{}; println(m[func() {}]) })
	try("array key:", func() { m := map[[1]any]int{}; println(m[[1]any{[]int{}}]) })
	f1, f2 := 0.0, -0.0
	nan := f1 / f2
	println(f1 == f2, nan == nan, nan != nan, [1]float64{nan} == [1]float64{nan}, any(nan) == any(nan))
	println(struct{}{} == struct{}{}, [0]int{} == [0]int{}, any(struct{}{}) == any(struct{}{}))
	switch i = 3; i {
	case "3":
		println("string")
	case 3:
		println("int")
	}
	switch (point{1, 2}) {
	case point{2, 1}:
		println("no")
	case point{1, 2}:
		println("yes")
	}
	p, q := &point{1, 2}, &point{1, 2}
	println(p == q, *p == *q, p == p)
	var e1, e2 error
	println(e1 == e2, e1 == nil)
	println(5 == n+4, "a"+"b" == "ab", true == (n == 1), n == 1 && !(n != 1))
	u, v := uint8(200), uint8(100)
	println(u > v, u+v < v, int8(u-v) > 0)
}
""",
)

_add(
    "ranges",
    """
type point struct{ x, y int }

type list struct {
	v    int
	next *list
}

func main() {
	for i := range 3 {
		i *= 10
		print(i, " ")
	}
	println()
	n := 4
	for range n {
		n--
		print(n, " ")
	}
	println()
	var i8 int8
	for i8 = range 5 {
		if i8 == 3 {
			break
		}
	}
	println(i8)
	for i := range uint8(3) {
		print(i, " ")
	}
	println()
	s := []int{1, 2, 3}
	for i, x := range s {
		s = append(s, x*10)
		s[0] = 100
		print(i, "=", x, " ")
	}
	println(len(s))
	s = []int{1, 2, 3}
	for i, x := range s {
		if i == 0 {
			s[1] = 20
			s = nil
		}
		print(x, " ")
	}
	println(len(s))
	ps := []point{{1, 2}, {3, 4}}
	for _, p := range ps {
		p.x = 100
	}
	for i := range ps {
		ps[i].y *= 2
	}
	for i, p := range ps {
		print(i, ":", p.x, ",", p.y, " ")
	}
	println()
	var fs []func() int
	for i, x := range []int{10, 20, 30} {
		fs = append(fs, func() int { x++; return i + x })
	}
	for _, f := range fs {
		print(f(), " ", f(), " ")
	}
	println()
	var pts []*int
	for i := 0; i < 3; i++ {
		pts = append(pts, &i)
		i := i
		_ = i
	}
	println(*pts[0], *pts[1], *pts[2])
	var t struct{ i, x int }
	for t.i, t.x = range []int{5, 6, 7} {
	}
	println(t.i, t.x)
	m := map[string]rune{}
	arr := [2]int{}
	for arr[1], m["last"] = range "xyz" {
	}
	println(arr[1], m["last"])
	var e any
	for _, e = range []int{1, 2} {
	}
	println(e == 2)
outer:
	for i := range 5 {
		for j := range 5 {
			switch {
			case j == 3:
				continue outer
			case i == 3:
				break outer
			}
			print(i*j, " ")
		}
	}
	println()
	c := make(chan int, 5)
	for i := range cap(c) {
		c <- i * i
	}
	close(c)
	total := 0
	for x := range c {
		total += x
	}
	println(total)
	head := &list{1, &list{2, &list{3, nil}}}
	for l := head; l != nil; l = l.next {
		print(l.v, " ")
	}
	println()
	for i, row := range [][]int{{1}, {2, 3}, nil} {
		for j := range row {
			print(i, j, row[j], " ")
		}
	}
	println()
	for i, r := range []rune("añb") {
		print(i, r, " ")
	}
	for _, b := range []byte("añb") {
		print(b, " ")
	}
	println()
	k := 0
	next := func() []int { k++; return []int{k, k} }
	for _, x := range next() {
		print(x, " ")
	}
	println(k)
	var nilp *[3]int
	for i := range nilp {
		print(i, " ")
	}
	println(len(nilp))
	for i, a := range [2][2]int{{1, 2}, {3, 4}} {
		a[0] += 10
		print(i, a[0], a[1], " ")
	}
	println()
	for range [3]int{} {
		print("x")
	}
	println()
	for _, w := range [...]string{"a", "b"} {
		defer println("deferred", w)
	}
	for i := 0; i < 2; i++ {
		defer func() { println("closure", i) }()
	}
	const c3 = 3
	for i := range c3 {
		var u uint = uint(i)
		print(u, " ")
	}
	println()
	for i := range int64(2) {
		print(i+int64(1)<<40, " ")
	}
	println()
}
""",
)

_add(
    "iterators",
    """
type seq func(yield func(int) bool)

func count(n int) seq {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				println("stopped at", i)
				return
			}
		}
		println("done")
	}
}

func pairs(s []string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i, x := range s {
			if !yield(i, x) {
				return
			}
		}
	}
}

func twice(yield func() bool) {
	_ = yield() && yield()
}

func find(n int) (int, string) {
	for i := range count(10) {
		if i == n {
			return i, "found"
		}
	}
	return -1, "none"
}

func named(n int) (r int, err error) {
	defer func() { r *= 2 }()
	for i := range count(5) {
		for j := range count(5) {
			if i+j == n {
				r = i * j
				return r + 100, nil
			}
		}
	}
	return
}

func labels() {
outer:
	for i := range count(4) {
		for j := range count(4) {
			if j == 1 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			println(i, j)
		}
	}
	println("after")
	for k := 0; k < 3; k++ {
		for x := range count(3) {
			if x == 1 {
				break
			}
			if k == 1 {
				goto out
			}
			println("k", k, "x", x)
		}
	}
out:
	println("out")
}

func inner(n int) int {
	for i := range 3 {
		for x := range count(3) {
			if x == 2 {
				continue
			}
			switch i {
			case 1:
				break
			case 2:
				return n * x
			}
			n += x
		}
	}
	return n
}

func deferring() {
	for i := range count(2) {
		defer println("deferred", i)
	}
	println("end of deferring")
}

func recovering() (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = r.(string)
		}
	}()
	for i := range count(3) {
		if i == 1 {
			panic("in the body")
		}
	}
	return "not reached"
}

func try(what string, f func()) {
	defer func() {
		if e, ok := recover().(error); ok {
			println(what, e.Error())
		}
	}()
	f()
}

func main() {
	sum := 0
	for i := range count(5) {
		sum += i
	}
	println(sum)
	for i := range count(5) {
		if i == 2 {
			break
		}
	}
	for i, s := range pairs([]string{"a", "b", "c"}) {
		if i == 1 {
			continue
		}
		print(i, s, " ")
	}
	println()
	n := 0
	for range twice {
		n++
	}
	println(n)
	println(find(3))
	println(find(30))
	r, err := named(5)
	println(r, err == nil)
	labels()
	println(inner(1))
	deferring()
	println(recovering())
	var fs []func() int
	for i := range count(3) {
		fs = append(fs, func() int { i += 10; return i })
	}
	println(fs[0](), fs[1](), fs[2](), fs[0]())
	var x int
	for x = range count(4) {
	}
	println(x)
	var a [2]int
	for a[1] = range count(2) {
	}
	println(a[1])
	try("again:", func() {
		bad := func(yield func(int) bool) {
			yield(1)
			yield(2)
		}
		for x := range bad {
			println(x)
			break
		}
	})
	try("late:", func() {
		var kept func(int) bool
		keep := func(yield func(int) bool) { kept = yield }
		for x := range keep {
			println(x)
		}
		kept(1)
	})
	func() {
		for i := range count(3) {
			for j := range count(2) {
				if i == 1 {
					return
				}
				println(i, j)
			}
		}
	}()
	fib := func(yield func(int) bool) {
		a, b := 0, 1
		for yield(a) {
			a, b = b, a+b
		}
	}
	for f := range fib {
		if f > 50 {
			break
		}
		print(f, " ")
	}
	println()
}
""",
)

_add(
    "bounds",
    """
type wide struct{ a [20]int }

func try(what string, f func()) {
	defer func() {
		if e, ok := recover().(error); ok {
			println(what, e.Error())
		} else {
			println(what, "no error")
		}
	}()
	f()
}

func main() {
	s := []int{1, 2, 3}
	a := [3]int{1, 2, 3}
	str := "abc"
	var none []int
	var m map[string]int
	var p *[3]int
	n, minus, two := 5, -1, 2
	try("s[5]", func() { println(s[n]) })
	try("s[-1]", func() { println(s[minus]) })
	try("s[3]=", func() { s[n-2] = 1 })
	try("none[0]", func() { println(none[0]) })
	try("a[5]", func() { println(a[n]) })
	try("a[5]=", func() { a[n]++ })
	try("str[3]", func() { println(str[n-2]) })
	try("str[-1]", func() { println(str[minus]) })
	try("s[:5]", func() { println(len(s[:n])) })
	try("s[5:]", func() { println(len(s[n:])) })
	try("s[2:1]", func() { println(len(s[two : two-1])) })
	try("s[-1:]", func() { println(len(s[minus:])) })
	try("s[:-1]", func() { println(len(s[:minus])) })
	try("s[:2:5]", func() { println(len(s[:2:n])) })
	try("s[:3:2]", func() { println(len(s[:n-2:two])) })
	try("s[3:2:2]", func() { println(len(s[n-2 : two : two])) })
	try("str[:5]", func() { println(str[:n]) })
	try("str[5:]", func() { println(str[n:]) })
	try("str[2:1]", func() { println(str[two : two-1]) })
	try("a[:5]", func() { println(len(a[:n])) })
	try("a[5:]", func() { println(len(a[n:])) })
	try("a[2:1]", func() { println(len(a[two : two-1])) })
	try("p[1]", func() { println(p[1]) })
	try("p[:]", func() { println(len(p[:])) })
	try("m nil", func() { m["a"] = 1 })
	try("make -1", func() { println(len(make([]int, minus))) })
	try("make cap", func() { println(cap(make([]int, two, minus))) })
	try("make small cap", func() { println(cap(make([]int, two, two-1))) })
	try("to array", func() { println([3]int(s[:two])[0]) })
	try("to array pointer", func() { println((*[4]int)(s)[0]) })
	try("wide", func() { w := make([]wide, 2); println(w[n].a[0]) })
	try("wide inner", func() { w := make([]wide, 2); println(w[1].a[n*4]) })
	try("strings", func() { t := []string{"a"}; println(t[n]) })
	try("fine", func() { println(len(s[3:]), len(str[3:]), len(none[:]), len(a[3:])) })
	try("u8", func() { var i uint8 = 200; println(s[i]) })
	try("evaluation order", func() { f := func() int { println("f called"); return 1 }; s[n] = f() })
	println(s[0], a[0])
}
""",
)

_add(
    "builtins",
    """
type celsius float64

type ints []int

type table map[string]int

func (s ints) total() (n int) {
	for _, x := range s {
		n += x
	}
	return n
}

func fill[T any](n int, x T) []T {
	out := make([]T, 0, n)
	for range n {
		out = append(out, x)
	}
	return out
}

func mapped[K comparable, V, W any](m map[K]V, f func(V) W) map[K]W {
	out := make(map[K]W, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}

func index[T comparable](s []T, x T) int {
	for i := range s {
		if s[i] == x {
			return i
		}
	}
	return -1
}

func all[S ~[]E, E any](s S) func(func(int, E) bool) {
	return func(yield func(int, E) bool) {
		for i, x := range s {
			if !yield(i, x) {
				return
			}
		}
	}
}

func cut[S ~[]E | ~string, E any](s S) int { return len(s) }

func main() {
	println(min(3, 1, 2), max(3, 1, 2), min(2, 1.5) == 1.5)
	x, y := 5, 7
	println(min(x, y), max(x, y, 100), min(y))
	f, g := 1.5, celsius(2)
	println(min(f, 2) == 1.5, max(g, 1) == 2)
	s := ints{1, 2, 3}
	s = append(s, 4)
	println(s.total(), s[1:].total(), ints(nil).total(), len(s))
	t := table{"a": 1}
	t["b"] = 2
	delete(t, "a")
	println(len(t), t["b"])
	p := new(int)
	*p += 3
	println(*p, *new(string) == "")
	q := new([3]int)
	q[1] = 5
	println(q[1], len(q))
	c := make(chan string, 3)
	c <- "x"
	println(len(c), cap(c))
	names := fill(3, "n")
	println(len(names), names[2], cap(names))
	pts := fill(2, struct{ x, y int }{1, 2})
	pts[0].x = 9
	println(pts[0].x, pts[1].x)
	arrs := fill(2, [2]int{3, 4})
	arrs[0][0] = 7
	println(arrs[0][0], arrs[1][0])
	lens := mapped(map[string]string{"k": "value"}, func(s string) int { return len(s) })
	println(lens["k"])
	println(index([]string{"a", "b"}, "b"), index([]int{1}, 2), index([]any{1, "x"}, "x"))
	println(index([][2]int{{1, 2}, {3, 4}}, [2]int{3, 4}))
	for i, x := range all(s) {
		print(i, x, " ")
	}
	println()
	clear(s)
	println(s.total(), len(s))
	clear(t)
	println(len(t))
	println(len("abc"), len([...]int{1, 2}), cap([5]int{}))
	type pair struct {
		k string
		v []int
	}
	ps := append([]pair(nil), pair{"a", []int{1}}, pair{"b", nil})
	ps = append(ps[:1], ps...)
	println(len(ps), ps[1].k, ps[2].k, cap(ps) >= 3)
	copy(ps[1:], ps)
	println(ps[1].k, ps[2].k)
	var dst [2]string
	println(copy(dst[:], []string{"p", "q", "r"}), dst[0], dst[1])
	var nilmap map[string][]int
	println(len(nilmap["x"]), len(nilmap))
	args := []any{1, "two", 3.0}
	println(variadic(args...), variadic(), variadic(args), variadic(nil), variadic(nil...))
}

func variadic(xs ...any) int { return len(xs) }
""".replace("func cut[S ~[]E | ~string, E any](s S) int { return len(s) }\n\n", ""),
)

_add(
    "sharing",
    """
type node struct {
	val         int
	left, right *node
}

func (n *node) insert(v int) *node {
	if n == nil {
		return &node{val: v}
	}
	if v < n.val {
		n.left = n.left.insert(v)
	} else {
		n.right = n.right.insert(v)
	}
	return n
}

func (n *node) walk(f func(int)) {
	if n != nil {
		n.left.walk(f)
		f(n.val)
		n.right.walk(f)
	}
}

type stack struct{ items []int }

func (s *stack) push(x int) { s.items = append(s.items, x) }

func (s *stack) pop() int {
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x
}

type board [3][3]byte

func (b board) String() string {
	out := make([]byte, 0, 12)
	for _, row := range b {
		for _, c := range row {
			if c == 0 {
				c = '.'
			}
			out = append(out, c)
		}
		out = append(out, '/')
	}
	return string(out)
}

func sieve(n int) (primes []int) {
	composite := make([]bool, n+1)
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		primes = append(primes, i)
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return
}

func permutations(s []int, f func([]int)) {
	if len(s) == 0 {
		f(nil)
		return
	}
	for i := range s {
		rest := append(append([]int{}, s[:i]...), s[i+1:]...)
		permutations(rest, func(p []int) { f(append([]int{s[i]}, p...)) })
	}
}

func quicksort(s []int) {
	if len(s) < 2 {
		return
	}
	p, i := s[len(s)/2], 0
	j := len(s) - 1
	for i <= j {
		for s[i] < p {
			i++
		}
		for s[j] > p {
			j--
		}
		if i <= j {
			s[i], s[j] = s[j], s[i]
			i, j = i+1, j-1
		}
	}
	quicksort(s[:j+1])
	quicksort(s[i:])
}

func main() {
	var root *node
	for _, v := range []int{5, 2, 8, 1, 9, 3} {
		root = root.insert(v)
	}
	root.walk(func(v int) { print(v, " ") })
	println()
	var st stack
	for i := range 5 {
		st.push(i * i)
	}
	println(st.pop(), st.pop(), len(st.items))
	var b board
	b[1][1] = 'X'
	b[0][2] = 'O'
	c := b
	c[2][0] = 'X'
	println(b.String(), c.String())
	p := sieve(50)
	println(len(p), p[len(p)-1])
	n := 0
	permutations([]int{1, 2, 3}, func(p []int) { n += p[0]*100 + p[1]*10 + p[2] })
	println(n)
	xs := make([]int, 200)
	seed := 12345
	for i := range xs {
		seed = (seed*1103515245 + 12345) % 2147483648
		xs[i] = seed % 1000
	}
	quicksort(xs)
	ok := true
	for i := 1; i < len(xs); i++ {
		ok = ok && xs[i-1] <= xs[i]
	}
	println(ok, xs[0], xs[199])
	memo := map[int]int{}
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		if v, ok := memo[n]; ok {
			return v
		}
		memo[n] = fib(n-1) + fib(n-2)
		return memo[n]
	}
	println(fib(80), len(memo))
	words := map[string][]int{}
	for i, w := range []string{"x", "y", "x", "z", "x"} {
		words[w] = append(words[w], i)
	}
	println(len(words["x"]), words["x"][2], len(words))
	done := make(chan []int)
	go func() {
		out := []int{}
		for i := range 3 {
			out = append(out, i)
		}
		done <- out
	}()
	got := <-done
	println(len(got), got[2])
	results := make([]int, 4)
	finished := make(chan bool)
	for i := range results {
		go func() { results[i] = i * i; finished <- true }()
	}
	for range results {
		<-finished
	}
	println(results[0], results[1], results[2], results[3])
	type entry struct {
		k string
		v int
	}
	counts := map[string]*entry{}
	for _, w := range []string{"a", "b", "a"} {
		e, ok := counts[w]
		if !ok {
			e = &entry{k: w}
			counts[w] = e
		}
		e.v++
	}
	println(counts["a"].v, counts["b"].v)
	funcs := [3]func() int{}
	for i := range funcs {
		funcs[i] = func() int { return i }
	}
	println(funcs[0]() + funcs[1]() + funcs[2]())
	dp := [10][10]int{}
	for i := range dp {
		for j := range dp[i] {
			if i == 0 || j == 0 {
				dp[i][j] = 1
			} else {
				dp[i][j] = dp[i-1][j] + dp[i][j-1]
			}
		}
	}
	println(dp[9][9])
}
""",
)

_add(
    "yields",
    """
type tree[T any] struct {
	l, r *tree[T]
	v    T
}

func (t *tree[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) { t.push(yield) }
}

func (t *tree[T]) push(yield func(T) bool) bool {
	if t == nil {
		return true
	}
	return t.l.push(yield) && yield(t.v) && t.r.push(yield)
}

func filter[T any](s iter.Seq[T], f func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for x := range s {
			if f(x) && !yield(x) {
				return
			}
		}
	}
}

func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		next, stop := iter.Pull(b)
		defer stop()
		for x := range a {
			y, ok := next()
			if !ok || !yield(x, y) {
				return
			}
		}
	}
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer println("count ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

type big struct{ a [20]int }

func bigs(yield func(int, big) bool) {
	var b big
	for i := range 3 {
		b.a[i] = i * 10
		if !yield(i, b) {
			return
		}
	}
}

func search(n int) (found bool, at [2]int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(errors.New("recovered"), r.(error))
		}
	}()
	for i := range count(5) {
		for j := range count(5) {
			if i*j == n {
				return true, [2]int{i, j}, nil
			}
			if n == 100 {
				panic(errors.New("hundred"))
			}
		}
	}
	err = errors.New("none")
	return
}

func multi() (int, string) {
	for i := range count(3) {
		switch i {
		case 1:
			for range count(2) {
				return i, "one"
			}
		}
	}
	return 0, ""
}

func loops() {
	for a := 0; a < 3; a++ {
	middle:
		for b := range count(3) {
			for c := 0; c < 3; c++ {
				for d := range count(3) {
					switch {
					case d == 1 && c == 0:
						continue middle
					case a == 1:
						break middle
					case d == 2:
						break
					}
					if a == 2 {
						goto done
					}
					println(a, b, c, d)
				}
			}
		}
	}
done:
	println("done")
}

func defers() (s string) {
	defer func() { s += "|outer" }()
	for i := range count(2) {
		defer func() { s += string(rune('a' + i)) }()
		for j := range count(2) {
			defer func() { s += string(rune('0' + i*2 + j)) }()
		}
	}
	return "start:"
}

func recovers() (s string) {
	for i := range count(3) {
		defer func() {
			if r := recover(); r != nil {
				s += r.(string)
			}
			s += string(rune('0' + i))
		}()
		if i == 1 {
			panic("boom")
		}
	}
	return "never"
}

func swallow(yield func(int) bool) {
	defer func() { recover() }()
	yield(1)
}

func selects() int {
	c := make(chan int, 3)
	for i := range count(10) {
		select {
		case c <- i:
			continue
		default:
			return len(c)*100 + i
		}
	}
	return -1
}

func closures() {
	var fs []func() int
	total := 0
	for i := range count(3) {
		x := i * 10
		fs = append(fs, func() int { x++; total += x; return x + i })
	}
	for _, f := range fs {
		print(f(), " ", f(), " ")
	}
	println(total)
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok {
				println(name, e.Error())
			} else {
				println(name, r.(string))
			}
		}
	}()
	f()
}

var global int

func main() {
	d := &tree[string]{nil, nil, "d"}
	t := &tree[string]{&tree[string]{nil, nil, "a"}, &tree[string]{nil, d, "c"}, "b"}
	for s := range t.All() {
		print(s, " ")
	}
	println()
	for s := range filter(t.All(), func(s string) bool { return s != "b" }) {
		print(s, " ")
		if s == "c" {
			break
		}
	}
	println()
	for i, s := range zip(count(10), t.All()) {
		print(i, s, " ")
	}
	println()
	for i, b := range bigs {
		b.a[0]++
		print(i, ":", b.a[0], b.a[1], b.a[2], " ")
	}
	println()
	var bb big
	for _, bb = range bigs {
	}
	println(bb.a[2])
	for _, n := range []int{6, 7, 100} {
		f, at, err := search(n)
		println(f, at[0], at[1], err == nil)
		if err != nil {
			println(err.Error())
		}
	}
	println(multi())
	loops()
	println(defers())
	println(recovers())
	println(selects())
	closures()
	try("swallow", func() {
		for range swallow {
			panic("lost")
		}
	})
	try("passes", func() {
		for range count(2) {
			panic("kept")
		}
	})
	try("again", func() {
		for x := range func(yield func(int) bool) { yield(1); yield(2) } {
			println("x", x)
			if x == 1 {
				break
			}
		}
	})
	try("after panic", func() {
		for x := range func(yield func(int) bool) {
			defer func() { recover(); yield(5) }()
			yield(1)
		} {
			println("x", x)
			panic("p")
		}
	})
	for global = range count(3) {
	}
	println(global)
	m := map[string]int{}
	for m["k"] = range count(4) {
	}
	println(m["k"])
	next, stop := iter.Pull2(zip(count(2), count(2)))
	for {
		a, b, ok := next()
		println(a, b, ok)
		if !ok {
			break
		}
	}
	stop()
	func() {
		defer println("inner done")
		for i := range count(2) {
			func() {
				for j := range count(2) {
					if j == 1 {
						return
					}
					println("inner", i, j)
				}
			}()
		}
	}()
	var nilf func(func() bool)
	try("nil", func() {
		for range nilf {
		}
	})
}
""",
    """import (
	"errors"
	"iter"
)""",
)

_add(
    "large",
    """
type big struct {
	a [100000]int
	s string
}

var g [200000]int

func f(b big) big { b.a[99999]++; b.s += "x"; return b }

func main() {
	var a [100000]int
	a[99999] = 5
	b := a
	b[0] = 1
	println(a[0], b[99999], a == b, len(a))
	var x big
	x.a[50000] = 7
	y := f(x)
	println(x.a[99999], y.a[99999], y.a[50000], y.s, len(x.s))
	s := make([]big, 2)
	s[1] = y
	i := 99999
	s[1].a[i] += 10
	println(s[1].a[i], y.a[i], s[1].s)
	g[i*2+1] = 3
	for i := range g {
		g[i] += i
	}
	println(g[199999])
	m := map[int]big{}
	m[1] = y
	println(m[1].a[99999], m[2].s == "")
	p := new([70000][2]string)
	p[69999][1] = "end"
	println(p[69999][1], len(p[3]))
	var e any = x
	println(e.(big).a[50000])
	c := make(chan *big, 1)
	c <- &y
	z := <-c
	println(z.a[99999])
	t := []big{{s: "lit"}, 3: {a: [100000]int{5, 99998: 6}}}
	println(len(t), t[0].s, t[3].a[99998])
}
""",
)
