package main

import (
	"bufio"
	"bytes"
	"container/heap"
	"container/list"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
)

type H []int

func (h H) Len() int           { return len(h) }
func (h H) Less(i, j int) bool { return h[i] < h[j] }
func (h H) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *H) Push(x any)        { *h = append(*h, x.(int)) }
func (h *H) Pop() any {
	o := *h
	x := o[len(o)-1]
	*h = o[:len(o)-1]
	return x
}

type Person struct {
	Name string
	Age  int
}

func main() {
	h := &H{5, 2, 8}
	heap.Init(h)
	heap.Push(h, 3)
	for h.Len() > 0 {
		fmt.Print(heap.Pop(h), " ")
	}
	fmt.Println()
	l := list.New()
	l.PushBack(1)
	l.PushFront(0)
	l.PushBack(2)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	fmt.Println()
	ps := []Person{{"Al", 30}, {"Bo", 25}, {"Cy", 35}}
	sort.Slice(ps, func(i, j int) bool { return ps[i].Age < ps[j].Age })
	fmt.Println(ps)
	xs := []int{3, 1, 2}
	sort.Ints(xs)
	slices.Reverse(xs)
	fmt.Println(xs, slices.Max(xs), slices.Contains(xs, 2), slices.Index(xs, 1))
	slices.SortFunc(ps, func(a, b Person) int { return strings.Compare(b.Name, a.Name) })
	fmt.Println(ps)
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Values(m)))
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	fmt.Println(keys)
	sc := bufio.NewScanner(strings.NewReader("one two\nthree\n\nfour"))
	for sc.Scan() {
		fmt.Printf("%q\n", sc.Text())
	}
	sc = bufio.NewScanner(strings.NewReader("one two\nthree"))
	sc.Split(bufio.ScanWords)
	n := 0
	for sc.Scan() {
		n++
	}
	fmt.Println(n)
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "buffered %d\n", 1)
	w.Flush()
	var b bytes.Buffer
	b.WriteString("hello ")
	fmt.Fprintf(&b, "%s!", "world")
	fmt.Println(b.String(), b.Len())
	var sb strings.Builder
	for i := 0; i < 3; i++ {
		fmt.Fprintf(&sb, "%d,", i)
	}
	fmt.Println(sb.String(), strings.Fields(" a b  c "), strings.Title("hello world"))
	pr, pw := io.Pipe()
	go func() { fmt.Fprint(pw, "through a pipe"); pw.Close() }()
	data, err := io.ReadAll(pr)
	fmt.Println(string(data), err)
	fmt.Println(math.Sqrt(2), math.Pow(2, 10), math.MaxInt64, math.Inf(1), math.Floor(-1.5), math.Pi)
	fmt.Println(strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, "Hello, Wörld"))
	lg := log.New(os.Stdout, "[x] ", 0)
	lg.Println("logged", 1)
	lg.Printf("%05.1f", 3.14159)
	s := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(g []string, a slog.Attr) slog.Attr {
		if a.Key == "time" {
			return slog.Attr{}
		}
		return a
	}}))
	s.Info("msg here", "k", 1, "d", time.Second, "s", "two words", slog.Group("g", "x", 1.5, "y", true))
	s.With("a", 1).WithGroup("gr").Warn("w", "b", []int{1, 2}, "err", io.EOF)
	s.Debug("no")
	j := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(g []string, a slog.Attr) slog.Attr {
		if a.Key == "time" {
			return slog.Attr{}
		}
		return a
	}}))
	j.Debug("dbg", "n", 1, "s", "a\"b", "m", map[string]int{"q": 1}, "l", []string{"x"}, "e", io.EOF, "nil", nil, "f", 2.5)
	j.WithGroup("g").With("h", true).Error("oops")
	fmt.Println(reflect.TypeOf(ps), reflect.DeepEqual(ps, ps), reflect.ValueOf(xs).Len(), reflect.TypeOf(3.5).Kind())
	var a, c int
	var str string
	nn, err := fmt.Sscanf("12 abc 7", "%d %s %d", &a, &str, &c)
	fmt.Println(nn, err, a, str, c)
	nn, err = fmt.Sscan("5 6", &a, &c)
	fmt.Println(nn, err, a, c)
	nn, err = fmt.Sscan("x", &a)
	fmt.Println(nn, err)
	d := time.Date(2024, time.February, 29, 13, 4, 5, 123456789, time.UTC)
	fmt.Println(d, d.Weekday(), d.YearDay(), d.Format(time.Kitchen), d.Format(time.RFC1123), d.Add(36*time.Hour).Format("2006-01-02"))
	t2, err := time.Parse("2006-01-02 15:04", "2023-07-04 09:30")
	fmt.Println(t2, err, d.Sub(t2).Round(time.Minute), t2.Before(d))
	dd, err := time.ParseDuration("1h15m30.918s")
	fmt.Println(dd, err, dd.Seconds())
	for i, v := range slices.Backward(xs) {
		fmt.Print(i, v, ";")
	}
	fmt.Println()
}
