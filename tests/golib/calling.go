package main

import (
	"errors"
	"fmt"
	"reflect"
)

type T struct {
	A int
	B string
}

func (t T) Hello(name string, n int) string { return fmt.Sprint(t.A, t.B, name, n) }
func (t *T) Inc(k int) (int, error)         { t.A += k; return t.A, errors.New("e") }
func (t T) String() string                  { return "T!" }
func (t T) unexported()                     {}

type Big struct{ a [3]int }

func f(x any, s fmt.Stringer, b Big, xs ...int) (Big, string) {
	b.a[1] += len(xs)
	return b, fmt.Sprint(x, s, xs)
}

type Fn func(int) int

func (f Fn) Twice(x int) int { return f(f(x)) }

func main() {
	t := &T{1, "b"}
	for _, v := range []any{t, *t, Fn(func(x int) int { return x + 3 })} {
		ty := reflect.TypeOf(v)
		fmt.Println(ty, ty.NumMethod())
		for i := 0; i < ty.NumMethod(); i++ {
			fmt.Println(i, ty.Method(i).Name, ty.Method(i).Type, reflect.ValueOf(v).Method(i).Type())
		}
	}
	v := reflect.ValueOf(t)
	out := v.MethodByName("Hello").Call([]reflect.Value{reflect.ValueOf("x"), reflect.ValueOf(5)})
	fmt.Println(out[0], len(out))
	out = v.MethodByName("Inc").Call([]reflect.Value{reflect.ValueOf(5)})
	fmt.Println(out[0].Int(), out[1].Interface().(error), t.A)
	fmt.Println(v.Elem().MethodByName("Inc").IsValid(), v.MethodByName("Nope").IsValid())
	g := reflect.ValueOf(f)
	out = g.Call([]reflect.Value{reflect.ValueOf(3), v, reflect.ValueOf(Big{[3]int{1, 2, 3}}), reflect.ValueOf(1), reflect.ValueOf(2)})
	fmt.Println(out[0].Interface(), out[1])
	fmt.Println(g.Type().NumIn(), g.Type().NumOut(), g.Type().In(1), g.Type().Out(0), g.Type().IsVariadic())
	st := reflect.TypeOf((*fmt.Stringer)(nil)).Elem()
	er := reflect.TypeOf((*error)(nil)).Elem()
	fmt.Println(reflect.TypeOf(t).Implements(st), reflect.TypeOf(*t).Implements(st), reflect.TypeOf(t).Implements(er), st.NumMethod(), st.Method(0).Name)
	fmt.Println(reflect.ValueOf(Fn(func(x int) int { return x * 3 })).Method(0).Call([]reflect.Value{reflect.ValueOf(2)})[0])
	defer func() { fmt.Println(recover()) }()
	g.Call(nil)
}
