package main

import "fmt"

type T struct{ a, b int }
type MyErr struct{}

func (MyErr) Error() string { return "my\nerr" }
func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

type I interface{ M() }
type W struct{}

func (W) M() {}
func main() {
	var m map[string]int
	var p *T
	var a []int = make([]int, 3, 5)
	var i any = "str"
	var ii I
	z := 0
	k := 7
	try("div", func() { fmt.Println(1 / z) })
	try("nilmap", func() { m["a"] = 1 })
	try("nilptr", func() { fmt.Println(p.a) })
	try("idx", func() { fmt.Println(a[k]) })
	try("idxneg", func() { fmt.Println(a[z-1]) })
	try("slice", func() { fmt.Println(a[:k]) })
	try("slice2", func() { fmt.Println(a[3 : 2+z]) })
	try("slice3", func() { fmt.Println(a[1:2:k]) })
	try("str", func() { fmt.Println("abc"[k]) })
	try("strs", func() { fmt.Println("abc"[z+2 : 1+z]) })
	try("strs2", func() { fmt.Println("abc"[:k]) })
	try("conv", func() { fmt.Println(i.(int)) })
	try("conv2", func() { fmt.Println(i.(I)) })
	try("conv3", func() { fmt.Println(ii.(W)) })
	try("nilcall", func() { ii.M() })
	try("nilfn", func() { var f func(); f() })
	try("makeneg", func() { _ = make([]int, z-1) })
	try("makech", func() { _ = make(chan int, z-1) })
	try("close", func() { var c chan int; close(c) })
	try("close2", func() { c := make(chan int); close(c); close(c) })
	try("send", func() { c := make(chan int, 1); close(c); c <- 1 })
	try("custom", func() { panic(T{1, 2}) })
	try("err", func() { panic(MyErr{}) })
	try("nilp", func() { panic(nil) })
	try("shift", func() { fmt.Println(1 << (z - 1)) })
	try("hash", func() { x := map[any]int{}; x[[]int{1}] = 2 })
	try("cmp", func() { var x, y any = []int{1}, []int{1}; fmt.Println(x == y) })
	try("arr", func() { _ = [4]int(a) })
	defer fmt.Println("deferred")
	defer func() {
		r := recover()
		fmt.Println("re", r)
		panic(fmt.Sprint("again ", r))
	}()
	panic(MyErr{})
}
