package main

import (
	"fmt"
	"reflect"
)

type Inner struct{ X, Y int }
type User struct {
	Name  string `json:"name" xml:"n"`
	Age   int8   `json:"age,omitempty"`
	Tags  []string
	M     map[string]int
	P     *Inner
	Inner
	any   any
	F     float32
	I     any
}

func main() {
	u := &User{Name: "bob", Age: 3}
	v := reflect.ValueOf(u).Elem()
	t := v.Type()
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		fmt.Println(i, f.Name, f.Type, f.Tag.Get("json"), f.Tag, f.Anonymous, v.Field(i).CanSet())
	}
	v.Field(0).SetString("ann")
	v.FieldByName("Age").SetInt(42)
	v.FieldByName("X").SetInt(7)
	tags := v.FieldByName("Tags")
	tags.Set(reflect.Append(tags, reflect.ValueOf("a"), reflect.ValueOf("b")))
	m := v.FieldByName("M")
	m.Set(reflect.MakeMap(m.Type()))
	for i := 0; i < 30; i++ {
		m.SetMapIndex(reflect.ValueOf(fmt.Sprint("k", i)), reflect.ValueOf(i*i))
	}
	fmt.Println(len(u.M), u.M["k7"], u.M["k29"], m.MapIndex(reflect.ValueOf("k5")), m.MapIndex(reflect.ValueOf("zz")).IsValid())
	m.SetMapIndex(reflect.ValueOf("k3"), reflect.Value{})
	u.M["new"] = 5
	fmt.Println(len(u.M), m.Len(), m.MapIndex(reflect.ValueOf("new")))
	p := v.FieldByName("P")
	p.Set(reflect.New(p.Type().Elem()))
	p.Elem().Field(1).SetInt(99)
	v.FieldByName("F").SetFloat(1.5)
	v.FieldByName("I").Set(reflect.ValueOf([]int{1, 2}))
	u.M = nil
	fmt.Printf("%+v %v\n", *u.P, u.I)
	fmt.Println(u.Name, u.Age, u.Tags, u.Inner, u.F)
	s := reflect.MakeSlice(reflect.TypeOf([]Inner{}), 2, 5)
	s.Index(1).Field(0).SetInt(5)
	fmt.Println(s.Interface(), s.Len(), s.Cap(), s.Slice(1, 2).Len())
	fmt.Println(reflect.ValueOf(3).Convert(reflect.TypeOf(1.5)).Interface(), reflect.ValueOf(300).Convert(reflect.TypeOf(uint8(0))).Interface())
	fmt.Println(reflect.TypeOf(u), reflect.PointerTo(reflect.TypeOf(Inner{})), reflect.TypeOf(make(<-chan int)).ChanDir())
	q := reflect.New(reflect.TypeOf(0))
	q.Elem().SetInt(12)
	fmt.Println(*q.Interface().(*int))
	a := v.FieldByName("Inner").Addr().Interface().(*Inner)
	a.Y = 77
	fmt.Println(u.Inner)
	sw := reflect.Swapper(u.Tags)
	sw(0, 1)
	fmt.Println(u.Tags, reflect.Zero(t).Field(1))
	for _, k := range []any{1, "s", 2.5, []int{}, map[string]int{}, u, nil, Inner{}, func() {}} {
		if k != nil {
			fmt.Println(reflect.TypeOf(k).Kind(), reflect.TypeOf(k).Name())
		}
	}
	defer func() { fmt.Println(recover()) }()
	reflect.ValueOf(3).SetInt(4)
}
