"""Right Go programs about structs, methods, embedding, interfaces, go and defer."""

PROGRAMS: dict[str, str] = {}


def _add(name: str, body: str, imports: str = '"fmt"') -> None:
    lines = "\n".join(imports.split())
    PROGRAMS[name] = f"package main\n\nimport (\n{lines}\n)\n{body}"


_add(
    "structs",
    """
type point struct{ x, y int }
type line struct {
	from, to point
	name     string
	next     *line
}
type empty struct{}
type big struct {
	a [4]int
	p point
	m map[string]int
}

func move(p point, d int) point { p.x += d; return p }
func (b big) sum() (s int) {
	for _, v := range b.a {
		s += v
	}
	return s + b.p.x + len(b.m)
}
func (b *big) set(i, v int) { b.a[i] = v; b.p.x = v }

func main() {
	var l line
	l.from.x, l.to = 3, point{4, 5}
	l.next = &line{name: "second", from: l.to}
	m := l
	m.from.x = 100
	fmt.Println(l.from.x, m.from.x, l.next.from.y, l.next.next == nil, l.from == m.from, l.to == m.to)
	fmt.Println(move(l.from, 2), l.from)
	p := &l.to.y
	*p = 77
	fmt.Println(l.to, m.to)
	b := big{p: point{1, 2}}
	c := b
	b.set(2, 10)
	fmt.Println(b.sum(), c.sum(), b.a, c.a)
	pb := &c
	pb.a[1]++
	pb.p.y *= 3
	fmt.Println(c.a, c.p, pb.sum())
	arr := [2]big{b, c}
	arr[1].a[0] = -1
	for i, e := range arr {
		e.a[3] = 9
		fmt.Println(i, e.a, arr[i].a[3])
	}
	ch := make(chan big, 1)
	ch <- b
	b.a[0] = 55
	got := <-ch
	fmt.Println(got.a, b.a[0])
	var e1, e2 empty
	fmt.Println(e1 == e2, e1)
	anon := struct {
		point
		z int
	}{point{1, 2}, 3}
	anon.x = 9
	fmt.Println(anon, anon.point.y)
	f := func() big { return c }
	fmt.Println(f().a[1], f().p.x)
	mp := map[point]line{{1, 2}: {name: "m"}}
	fmt.Println(mp[point{1, 2}].name, mp[point{}].name == "", len(mp))
	fmt.Printf("%v %+v\\n", l.from, m.to)
}
""",
)

_add(
    "methods",
    """
type counter int

func (c *counter) inc() int   { *c++; return int(*c) }
func (c counter) double() int { return int(c) * 2 }

type stack struct{ items []int }

func (s *stack) push(xs ...int) *stack { s.items = append(s.items, xs...); return s }
func (s *stack) pop() (x int, ok bool) {
	if len(s.items) == 0 {
		return
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

type node struct {
	v           int
	left, right *node
}

func (n *node) insert(v int) *node {
	if n == nil {
		return &node{v: v}
	}
	if v < n.v {
		n.left = n.left.insert(v)
	} else {
		n.right = n.right.insert(v)
	}
	return n
}
func (n *node) walk(f func(int)) {
	if n != nil {
		n.left.walk(f)
		f(n.v)
		n.right.walk(f)
	}
}

type fn func(int) int

func (f fn) twice(x int) int { return f(f(x)) }

type list []string

func (l list) Len() int { return len(l) }

func main() {
	var c counter
	c.inc()
	inc := c.inc
	inc()
	fmt.Println(c, c.double(), (&c).double(), inc())
	d := counter.double
	i := (*counter).inc
	fmt.Println(d(21), i(&c), c)
	g := c.double
	c = 100
	fmt.Println(g(), c.double())
	var s stack
	s.push(1, 2).push(3)
	for {
		x, ok := s.pop()
		if !ok {
			break
		}
		fmt.Print(x, " ")
	}
	fmt.Println()
	var root *node
	for _, v := range []int{5, 2, 8, 1, 9, 3} {
		root = root.insert(v)
	}
	root.walk(func(v int) { fmt.Print(v, ",") })
	fmt.Println()
	fmt.Println(fn(func(x int) int { return x * x }).twice(3), list{"a", "b"}.Len())
	cs := []counter{1, 2}
	cs[1].inc()
	for i := range cs {
		cs[i].inc()
	}
	fmt.Println(cs)
	mm := map[string]*counter{"a": new(counter)}
	mm["a"].inc()
	fmt.Println(*mm["a"])
	h := map[string]func(*counter) int{"inc": (*counter).inc}
	fmt.Println(h["inc"](&c))
}
""",
)

_add(
    "embedding",
    """
type base struct{ id int }

func (b base) ID() int      { return b.id }
func (b *base) SetID(i int) { b.id = i }
func (b base) Who() string  { return "base" }

type mid struct {
	base
	name string
}

func (m mid) Who() string { return "mid " + m.base.Who() }

type top struct {
	*mid
	fmt.Stringer
	extra int
}
type str string

func (s str) String() string { return "str:" + string(s) }

type ider interface {
	ID() int
	SetID(int)
}
type logger struct{ prefix string }

func (l *logger) Log(s string) { fmt.Println(l.prefix + s) }

type server struct {
	*logger
	addr string
}
type wide struct {
	server
	top
}

func main() {
	m := mid{base{1}, "m"}
	m.SetID(5)
	fmt.Println(m.ID(), m.id, m.Who(), m.base.Who())
	t := top{&m, str("x"), 7}
	t.SetID(9)
	fmt.Println(t.ID(), m.id, t.Who(), t.String(), t.name)
	var i ider = t
	i.SetID(11)
	fmt.Println(i.ID(), m.ID())
	i = &m
	i.SetID(12)
	fmt.Println(t.ID())
	f, g := t.Who, top.ID
	m.name = "changed"
	fmt.Println(f(), g(t), (*mid).ID(&m), (*top).Who(&t))
	s := server{&logger{"> "}, "addr"}
	s.Log("hello")
	log := s.Log
	s.logger = &logger{"! "}
	log("old")
	s.Log("new")
	w := wide{s, t}
	w.Log(w.addr)
	fmt.Println(w.ID(), w.extra)
	var st fmt.Stringer = w
	fmt.Println(st.String())
	_, ok := st.(ider)
	fmt.Println(ok)
	defer func() { fmt.Println("recovered:", recover()) }()
	var none top
	none.Who()
}
""",
)

_add(
    "interfaces",
    """
type shape interface {
	area() float64
	name() string
}
type named interface{ name() string }
type sq struct{ s float64 }
type circle struct {
	r    float64
	tags [2]string
}
type unit struct{}
type ptr struct{ n int }

func (s sq) area() float64     { return s.s * s.s }
func (s sq) name() string      { return "sq" }
func (c circle) area() float64 { return 3 * c.r * c.r }
func (c circle) name() string  { return "circle" + c.tags[1] }
func (unit) area() float64     { return 1 }
func (unit) name() string      { return "unit" }
func (p *ptr) area() float64   { p.n++; return float64(p.n) }
func (p *ptr) name() string    { return "ptr" }

type celsius float64

func (c celsius) name() string { return fmt.Sprint(float64(c), "C") }

func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprintf("integer %v", x)
	case float64:
		return fmt.Sprint("float ", x*2)
	case string:
		return "string " + x
	case []int:
		return fmt.Sprint("slice ", len(x))
	case map[string]int:
		return fmt.Sprint("map ", x["k"])
	case error:
		return "error " + x.Error()
	case shape:
		return "shape " + x.name()
	case named:
		return "named " + x.name()
	case func() int:
		return fmt.Sprint("func ", x())
	case *int:
		return fmt.Sprint("pointer ", *x)
	case struct{ a, b int }:
		return fmt.Sprint("struct ", x.a+x.b)
	case [3]int:
		return fmt.Sprint("array ", x[2])
	case chan int:
		return fmt.Sprint("chan ", cap(x))
	default:
		return fmt.Sprintf("%T", x)
	}
}

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }
func fail(n int) error {
	if n == 0 {
		return nil
	}
	return &myErr{n}
}
//go:noinline
func area(s shape) float64 { return s.area() }

func typed() error { var e *myErr; return e }

func main() {
	p := &ptr{}
	for _, s := range []shape{sq{2}, circle{1, [2]string{"x", "y"}}, unit{}, p, &sq{3}} {
		fmt.Println(s.name(), s.area())
	}
	n := 3
	for _, v := range []any{nil, 1, int64(2), 1.5, "s", []int{1, 2}, map[string]int{"k": 4}, fail(3),
		unit{}, celsius(20), func() int { return 8 }, &n, struct{ a, b int }{1, 2}, [3]int{1, 2, 3},
		make(chan int, 5), true, 'x', uint8(3), [2]string{}, struct{}{}} {
		fmt.Println(describe(v))
	}
	var a, b any = 1, 1
	fmt.Println(a == b, a != nil, a == 1, a == 1.0, any(sq{1}) == any(sq{1}), any(&n) == any(&n))
	var s shape
	fmt.Println(s == nil, fail(0) == nil, typed() == nil, typed() != nil)
	s = sq{1}
	c1 := s
	q, ok := c1.(sq)
	_, ok2 := c1.(circle)
	_, ok3 := c1.(interface{ perimeter() int })
	nm := c1.(named)
	fmt.Println(q, ok, ok2, ok3, nm.name())
	m := map[any]string{1: "int", "1": "string", sq{2}: "sq", 1.5: "float"}
	fmt.Println(m[1], m["1"], m[sq{2}], m[1.5], m[2] == "")
	x := [2]int{1, 2}
	boxed := any(x)
	x[0] = 100
	fmt.Println(boxed, boxed.([2]int)[0], boxed == any([2]int{1, 2}))
	var e error = &myErr{7}
	if me, ok := e.(*myErr); ok {
		me.code++
		fmt.Println(e)
	}
	f := s.area
	s = unit{}
	fmt.Println(f(), shape.area(s))
	for _, try := range []func(){
		func() { _ = a.(string) },
		func() { _ = a.(named) },
		func() { var s shape; s.area() },
		func() { var s shape; _ = s.(sq) },
		func() { var x any; _ = x.(named) },
		func() { _ = any([]int{1}) == any([]int{1}) },
		func() { var p *sq; area(p) },
		func() { _ = s.(circle) },
	} {
		func() {
			defer func() { fmt.Println(recover()) }()
			try()
		}()
	}
}
""",
)

_add(
    "go and defer",
    """
type job struct {
	id  int
	out chan<- [2]int
}

func (j job) run(k int)        { j.out <- [2]int{j.id, k} }
func (j *job) later(s string)  { fmt.Println("later", j.id, s) }

type runner interface{ run(int) }

func pair() (int, string)          { return 4, "four" }
func show(n int, s string)         { fmt.Println("show", n, s) }
func variadic(p string, xs ...int) { fmt.Println(p, xs) }
func named() (n int, err error) {
	defer func() {
		n *= 2
		if r := recover(); r != nil {
			err = fmt.Errorf("caught %v", r)
		}
	}()
	n = 21
	panic("boom")
}
func order() (s string) {
	for i := 0; i < 3; i++ {
		defer func() { s += fmt.Sprint(i) }()
	}
	return "r"
}

func main() {
	out := make(chan [2]int)
	j := job{1, out}
	go j.run(10)
	fmt.Println(<-out)
	var r runner = job{2, out}
	go r.run(20)
	fmt.Println(<-out)
	go job.run(job{3, out}, 30)
	fmt.Println(<-out)
	f := j.run
	go f(40)
	fmt.Println(<-out)
	go func(a int, b [2]int) { out <- [2]int{a, b[1]} }(5, [2]int{6, 7})
	fmt.Println(<-out)
	done := make(chan bool)
	go close(done)
	<-done
	var mu sync.Mutex
	mu.Lock()
	go mu.Unlock()
	mu.Lock()
	defer show(pair())
	defer j.later("a")
	p := &j
	defer p.later("b")
	j.id = 99
	defer variadic("v", 1, 2, 3)
	defer variadic("w", []int{4, 5}...)
	defer fmt.Println("println", j.id)
	m := map[string]int{"a": 1, "b": 2}
	defer func() { fmt.Println(len(m)) }()
	defer delete(m, "a")
	defer mu.Unlock()
	fmt.Println(named())
	fmt.Println(order())
	var nilFunc func()
	func() {
		defer func() { fmt.Println(recover()) }()
		defer nilFunc()
		fmt.Println("before")
	}()
}
""",
    '"fmt"\n"sync"',
)

_add(
    "generic types",
    """
type pair[K comparable, V any] struct {
	key K
	val V
}
type list[T any] struct {
	head *elem[T]
	n    int
}
type elem[T any] struct {
	v    T
	next *elem[T]
}

func (l *list[T]) push(v T) { l.head = &elem[T]{v, l.head}; l.n++ }
func (l list[E]) each(f func(E)) {
	for e := l.head; e != nil; e = e.next {
		f(e.v)
	}
}

type number interface{ ~int | ~float64 }
type acc[N number] struct{ total N }

func (a *acc[N]) add(xs ...N) *acc[N] {
	for _, x := range xs {
		a.total += x
	}
	return a
}

type holder[T fmt.Stringer] struct{ v T }

func (h holder[T]) show() string { return "<" + h.v.String() + ">" }

type id int

func (i id) String() string { return fmt.Sprint("id", int(i)) }

type cache[K comparable, V any] struct {
	m    map[K]V
	miss func(K) V
}

func newCache[K comparable, V any](f func(K) V) *cache[K, V] {
	return &cache[K, V]{map[K]V{}, f}
}
func (c *cache[K, V]) get(k K) V {
	v, ok := c.m[k]
	if !ok {
		v = c.miss(k)
		c.m[k] = v
	}
	return v
}
func local[T any](v T) any {
	type box struct{ inside T }
	return box{v}
}

func main() {
	p := pair[string, int]{"a", 1}
	q := pair[string, int]{key: "a", val: 1}
	fmt.Println(p == q, p.key, pair[int, []int]{1, nil})
	var l list[string]
	l.push("x")
	l.push("y")
	l.each(func(s string) { fmt.Print(s, " ") })
	fmt.Println(l.n)
	var big list[[3]int]
	big.push([3]int{1, 2, 3})
	big.each(func(a [3]int) { fmt.Println(a[2]) })
	fmt.Println((&acc[float64]{}).add(1.5, 2).total, (&acc[id]{}).add(3, 4).total)
	fmt.Println(holder[id]{7}.show())
	c := newCache(func(n int) string { return fmt.Sprint(n * n) })
	fmt.Println(c.get(4), c.get(4), len(c.m))
	fmt.Println(local(1) == local(1), local(1) == local("s"), local("z"))
	fmt.Printf("%T %T\\n", p, l)
	var s interface{ show() string } = holder[id]{1}
	fmt.Println(s.show())
	f := (*list[string]).push
	f(&l, "z")
	g := l.each
	g(func(s string) { fmt.Print(s) })
	fmt.Println()
}
""",
)

_add(
    "order of evaluation",
    """
type T struct{ a, b int }

func main() {
	x, y := 1, 2
	p := &T{1, 2}
	f := func() int { x++; y += 10; p.a += 100; return 1000 }
	fmt.Println(x + y + f(), x+f()+y, p.a+x*y+f(), f()+x)
	z := []int{x, f(), y}
	fmt.Println(z, x == f()-1000+x, x < f())
	a, b, c := x, f(), p.a
	fmt.Println(a, b, c, T{x, f()}, x)
	m := map[int]int{1: x, 2: f()}
	fmt.Println(m)
	g := func() (int, int) { return x, f() }
	fmt.Println(g())
	s := "a"
	h := func() string { s += "b"; return "c" }
	fmt.Println(s+h(), s+h()+s, s == h()+s)
	i := 0
	next := func() int { i++; return i }
	arr := []int{10, 20, 30, 40}
	fmt.Println(arr[i], arr[next()], arr[i], i)
	arr[i], arr[next()] = next(), i
	fmt.Println(arr, i)
	var e any = x
	fmt.Println(e, x, f(), e)
	x, y = y, x+f()
	fmt.Println(x, y)
	c2 := make(chan int, 3)
	c2 <- 1
	c2 <- 2
	fmt.Println(len(c2), <-c2, x, len(c2))
	mm := map[string]int{"a": 1}
	del := func() int { delete(mm, "a"); return 5 }
	fmt.Println(mm["a"], len(mm), del(), mm["a"], len(mm))
}
""",
)
