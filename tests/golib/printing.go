package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

type P struct {
	X, Y int
	n    string
}
type S string
type St struct{ v int }

func (s St) String() string { return "St<" + strconv.Itoa(s.v) + ">" }

type E struct{ code int }

func (e *E) Error() string { return fmt.Sprintf("E%d", e.code) }

type In struct {
	P
	A any
	M map[string]int
	L []string
	Q *int
	F func()
	C chan int
	B [3]bool
}
type Color int

const (
	Red Color = iota
	Green
)

func (c Color) String() string { return [...]string{"Red", "Green"}[c] }

func main() {
	fmt.Println("hello", 1, true, 2.5, 'x', nil, "end")
	fmt.Printf("%d %5d|%-5d|%05d %x %X %o %b %c %q %U %+d\n", 1, 2, 3, 4, 255, 255, 8, 5, 'A', 'B', 0x1F600, 7)
	fmt.Printf("%s|%10s|%-10s|%q|%x|%.2s\n", "a", "b", "c", "d\n", "hi", "xyz")
	fmt.Printf("%v %+v %#v %T\n", P{1, 2, "z"}, P{1, 2, "z"}, P{1, 2, "z"}, P{})
	fmt.Printf("%v %+v\n", &P{1, 2, "q"}, &P{3, 4, "r"})
	fmt.Printf("%f %.2f %8.3f %e %g %v\n", 3.14159, 2.0, 1.5, 12345.678, 0.1, 1e21)
	fmt.Println(0.1+0.2, 1e6, 1e-7, float32(0.1), 100000.0, 3.0)
	fmt.Printf("%t %v %p\n", true, false, nil)
	fmt.Println([]int{1, 2, 3}, []string{"a", "b"}, map[string]int{"z": 1, "a": 2}, [2]bool{true, false})
	fmt.Printf("%#v %#v %#v\n", []int{1}, map[string]bool{"k": true}, []string(nil))
	fmt.Println(St{3}, &St{4}, []St{{1}, {2}}, map[St]St{{1}: {2}})
	fmt.Println(&E{5}, error(&E{6}), Red, Green, []Color{Red})
	fmt.Printf("%v %d %s %x\n", Green, Green, Green, Green)
	fmt.Printf("%!|%z|%d\n", 1, "s")
	fmt.Printf("%d %d\n", 1)
	fmt.Printf("%d\n", 1, 2)
	fmt.Printf("%[2]d %[1]d %*d\n", 1, 2, 5, 7)
	err := fmt.Errorf("ctx: %w", &E{9})
	fmt.Println(err, errors.Unwrap(err) != nil)
	var e *E
	fmt.Println(errors.As(err, &e), e.code)
	base := errors.New("base")
	w := fmt.Errorf("a: %w, b: %w", base, &E{1})
	fmt.Println(w, errors.Is(w, base), errors.Is(w, errors.New("base")))
	fmt.Println(errors.Join(base, nil, errors.New("two")))
	var np *P
	var ni any
	var nm map[string]int
	var ns []int
	fmt.Println(np, ni, nm, ns, nm["x"], len(ns))
	x := In{A: 1}
	fmt.Printf("%v\n%+v\n", x, x)
	x.A = P{5, 6, "w"}
	x.M = map[string]int{"q": 1}
	x.L = []string{"l"}
	fmt.Printf("%v\n%+v\n%#v\n", x.A, x.M, x.L)
	fmt.Println(S("named"), time.Second*90, time.Duration(1500)*time.Millisecond)
	fmt.Println(strings.Repeat("=", 10), strings.ToUpper("abc"), strings.Split("a,b,c", ","))
	n, err := strconv.Atoi("12x")
	fmt.Println(n, err)
	fmt.Fprintln(os.Stdout, "out", int8(-5), uint8(200), uint64(1<<63), complex(1, -2))
	fmt.Println([]byte("hi"), []any{1, "a", nil, 2.5}, struct{ A, B int }{1, 2})
	fmt.Printf("%s %v %x %q\n", []byte("hi"), []byte("hi"), []byte("hi"), []string{"a b", "c"})
	fmt.Printf("%6.2f|%-8v|%+v|%08.3f\n", 3.14159, "ab", -3, -3.14159)
	fmt.Printf("%v %v\n", [3]int{1, 2, 3}, [2][2]int{{1, 2}, {3, 4}})
	fmt.Print("a", 1, 2, "b", "c", 3.5, '\n')
	fmt.Print("\n")
	fmt.Println(fmt.Sprint("x", 1, 2, "y"), fmt.Sprintln("z"))
	var ip any = 5
	switch v := ip.(type) {
	case string:
		fmt.Println("s", v)
	case int:
		fmt.Println("i", v)
	}
}
