package reflect

import (
	"internal/abi"
	"unsafe"
)

// A Method is what Type.Method says of one; Func takes the receiver as its first argument.
type Method struct {
	Name    string
	PkgPath string
	Type    Type
	Func    Value
	Index   int
}

func (m Method) IsExported() bool { return m.PkgPath == "" }

// methodsOf are the exported methods of a type. The compiler lists them, and keeps them in the
// program, only if this function is in it.
func methodsOf(t *abi.Type) []abi.Method { return t.Methods }

// signatureOf is what a function takes and gives; the same holds for it.
func signatureOf(t *abi.Type) []abi.Param { return t.Signature }

func (t *rtype) Method(i int) Method {
	ms := methodsOf(&t.d)
	if uint(i) >= uint(len(ms)) {
		panic("reflect: Method index out of range")
	}
	return Method{Name: ms[i].Name, Type: toType(ms[i].Expr), Index: i, Func: Value{t: &t.d, recv: &ms[i]}}
}

func (t *rtype) MethodByName(name string) (Method, bool) {
	for i, m := range methodsOf(&t.d) {
		if m.Name == name {
			return t.Method(i), true
		}
	}
	return Method{}, false
}

// Implements says whether t has the methods of interface type u.
func (t *rtype) Implements(u Type) bool {
	if u.Kind() != Interface {
		panic("reflect: non-interface type passed to Type.Implements")
	}
	have := methodsOf(&t.d)
	for _, want := range methodsOf(&u.(*rtype).d) {
		found := false
		for _, m := range have {
			found = found || m.Name == want.Name && m.Type == want.Type
		}
		if !found {
			return false
		}
	}
	return true
}

func (t *rtype) params(results int) (out []*abi.Type) {
	if t.Kind() != Func {
		panic("reflect: call of a method for functions on type " + t.String())
	}
	for _, p := range signatureOf(&t.d) {
		if p.Flags&1 == results {
			out = append(out, p.Type)
		}
	}
	return out
}

func (t *rtype) NumIn() int     { return len(t.params(0)) }
func (t *rtype) NumOut() int    { return len(t.params(1)) }
func (t *rtype) In(i int) Type  { return toType(t.params(0)[i]) }
func (t *rtype) Out(i int) Type { return toType(t.params(1)[i]) }

func (t *rtype) IsVariadic() bool {
	for _, p := range signatureOf(&t.d) {
		if p.Flags&2 != 0 {
			return true
		}
	}
	return false
}

func (v Value) NumMethod() int {
	if v.t == nil {
		panic("reflect: call of reflect.Value.NumMethod on zero Value")
	}
	return v.Type().NumMethod()
}

// Method is v's i'th exported method, v its receiver.
func (v Value) Method(i int) Value {
	if v.Kind() == Interface && !v.IsNil() {
		name := methodsOf(v.t)[i].Name
		return v.Elem().MethodByName(name)
	}
	ms := methodsOf(v.t)
	if uint(i) >= uint(len(ms)) {
		panic("reflect: Method index out of range")
	}
	v.recv = &ms[i]
	return v
}

func (v Value) MethodByName(name string) Value {
	v.must(v.t != nil, "MethodByName")
	if v.Kind() == Interface && !v.IsNil() {
		v = v.Elem()
	}
	for i, m := range methodsOf(v.t) {
		if m.Name == name {
			return v.Method(i)
		}
	}
	return Value{}
}

// words appends what an argument of type t has in a frame.
func (v Value) words(to []uintptr, t *abi.Type) []uintptr {
	if t.Kind == abi.Interface {
		if v.Kind() == Interface || v.t == nil {
			if v.t == nil || v.IsNil() {
				return append(to, 0, 0)
			}
			v = v.Elem()
		}
		x := v.Interface()
		return append(to, uintptr(unsafe.Pointer(abi.TypeOf(x))), abi.DataOf(x))
	}
	if t.Slots == 0 {
		return to
	}
	word := abi.DataOf(v.Interface())
	if t.Slots == 1 {
		return append(to, word)
	}
	for i := range t.Slots {
		to = append(to, abi.Word(abi.Add(ptr(word), i)))
	}
	return to
}

func (v Value) Call(in []Value) []Value      { return v.call("Call", in) }
func (v Value) CallSlice(in []Value) []Value { return v.call("CallSlice", in) }

func (v Value) call(op string, in []Value) []Value {
	v.must(v.Kind() == Func, op)
	t := v.Type().(*rtype)
	params, results := t.params(0), t.params(1)
	var words []uintptr
	fn := uintptr(0)
	if v.recv != nil {
		fn = v.recv.Fn
		recv := v
		recv.recv = nil
		if recv.w == 0 && !recv.indir && recv.Kind() != Pointer && len(in) > 0 { // Method.Func
			recv, in = in[0], in[1:]
		}
		words = append(words, abi.DataOf(recv.Interface()))
	} else if fn = v.word(); fn == 0 {
		panic("reflect: call of nil function")
	}
	if variadic := t.IsVariadic(); variadic && op == "Call" {
		fixed := len(params) - 1
		if len(in) < fixed {
			panic("reflect: Call with too few input arguments")
		}
		rest := MakeSlice(toType(params[fixed]), 0, len(in)-fixed)
		for _, x := range in[fixed:] {
			rest = Append(rest, x)
		}
		in = append(append([]Value(nil), in[:fixed]...), rest)
	}
	switch {
	case len(in) < len(params):
		panic("reflect: " + op + " with too few input arguments")
	case len(in) > len(params):
		panic("reflect: " + op + " with too many input arguments")
	}
	for i, p := range params {
		if x := in[i]; x.t != nil && !x.Type().AssignableTo(toType(p)) {
			panic("reflect: " + op + " using " + x.Type().String() + " as type " + p.Name)
		}
		words = in[i].words(words, p)
	}
	got := enter(fn, words)
	out := make([]Value, 0, len(results))
	at := 0
	for _, r := range results {
		x := Value{t: r, indir: true}
		if r.Flags&abi.Memory != 0 {
			x.w = got[at]
		} else if r.Slots == 1 && r.Kind != abi.Interface {
			x.w, x.indir = got[at], false
		} else {
			p := abi.New(r, 1)
			for i := range r.Slots {
				*(*uintptr)(abi.Add(p, i)) = got[at+i]
			}
			x.w = uintptr(p)
		}
		at += r.Slots
		out = append(out, x)
	}
	return out
}

type w = uintptr

// results are the first words of a frame after a call; those that the function did not give mean nothing.
type results struct{ a, b, c, d, e, f, g, h w }

// enter calls the closure at fn. Arguments are words at the bottom of a frame, and so are results: a
// function that takes n words can be called as any other one that does.
func enter(fn uintptr, a []uintptr) (r [8]uintptr) {
	p := unsafe.Pointer(&fn)
	var x results
	switch len(a) {
	case 0:
		x = (*(*func() results)(p))()
	case 1:
		x = (*(*func(w) results)(p))(a[0])
	case 2:
		x = (*(*func(w, w) results)(p))(a[0], a[1])
	case 3:
		x = (*(*func(w, w, w) results)(p))(a[0], a[1], a[2])
	case 4:
		x = (*(*func(w, w, w, w) results)(p))(a[0], a[1], a[2], a[3])
	case 5:
		x = (*(*func(w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4])
	case 6:
		x = (*(*func(w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5])
	case 7:
		x = (*(*func(w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
	case 8:
		x = (*(*func(w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
	case 9:
		x = (*(*func(w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])
	case 10:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9])
	case 11:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10])
	case 12:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11])
	case 13:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12])
	case 14:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13])
	case 15:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14])
	case 16:
		x = (*(*func(w, w, w, w, w, w, w, w, w, w, w, w, w, w, w, w) results)(p))(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15])
	default:
		panic("reflect: a call with more than 16 words of arguments is not simulated")
	}
	return [8]uintptr{x.a, x.b, x.c, x.d, x.e, x.f, x.g, x.h}
}
