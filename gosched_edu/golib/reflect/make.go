package reflect

import (
	"internal/abi"
	"unsafe"
)

// Values that a program makes of types that it learns at run time.
//
// The linker sees to it that each type of a program that reaches pointerTo has a pointer type
// (golang/link.py). Other types than those of the program cannot be made.

func pointerTo(t *abi.Type) *abi.Type {
	if t.PtrTo == nil {
		panic("reflect: the program has no type *" + t.Name)
	}
	return t.PtrTo
}

func describe(t Type) *abi.Type { return (*abi.Type)(unsafe.Pointer(t.(*rtype))) }

//since 1.18
func PointerTo(t Type) Type { return toType(pointerTo(describe(t))) }
func PtrTo(t Type) Type     { return toType(pointerTo(describe(t))) }

// New returns a pointer to a new zero value.
func New(typ Type) Value {
	t := describe(typ)
	return Value{t: pointerTo(t), w: uintptr(abi.New(t, 1))}
}

func Zero(typ Type) Value {
	t := describe(typ)
	return Value{t: t, w: uintptr(abi.New(t, 1)), indir: true}
}

func makeSlice(t *abi.Type, length, capacity int) Value {
	header := &[3]uintptr{uintptr(abi.New(t.Elem, capacity)), uintptr(length), uintptr(capacity)}
	return Value{t: t, w: uintptr(unsafe.Pointer(header)), indir: true}
}

func MakeSlice(typ Type, len, cap int) Value {
	if typ.Kind() != Slice {
		panic("reflect.MakeSlice of non-slice type")
	}
	return makeSlice(describe(typ), len, cap)
}

func MakeMap(typ Type) Value { return MakeMapWithSize(typ, 0) }

func MakeMapWithSize(typ Type, n int) Value {
	if typ.Kind() != Map {
		panic("reflect.MakeMapWithSize of non-map type")
	}
	t := describe(typ)
	return Value{t: t, w: makemap(t)}
}

// grown is s with room for n more elements.
func grown(s Value, n int) Value {
	length, capacity := s.Len(), s.Cap()
	if length+n > capacity {
		capacity = max(2*capacity, length+n, 4)
	}
	out := makeSlice(s.t, length, capacity)
	abi.Move(ptr(out.word()), ptr(s.word()), length*s.t.Elem.Words)
	return out
}

func Append(s Value, x ...Value) Value {
	s.must(s.Kind() == Slice, "Append")
	n := s.Len()
	out := grown(s, len(x))
	out.setWord(1, n+len(x))
	for i, each := range x {
		out.Index(n + i).Set(each)
	}
	return out
}

func AppendSlice(s, t Value) Value {
	for i := 0; i < t.Len(); i++ {
		s = Append(s, t.Index(i))
	}
	return s
}

// setWord writes a word of a slice's header.
func (v Value) setWord(i, x int) { *(*int)(abi.Add(ptr(v.w), i)) = x }

func (v Value) SetLen(n int) {
	v.mustSet("SetLen")
	if uint(n) > uint(v.Cap()) {
		panic("reflect: slice length out of range in SetLen")
	}
	v.setWord(1, n)
}

func (v Value) Grow(n int) {
	v.mustSet("Grow")
	v.Set(grown(v, n))
}

func (v Value) Slice(i, j int) Value {
	switch v.Kind() {
	case String:
		return ValueOf(abi.Load(v.t, unsafe.Pointer(&[]string{v.String()[i:j]}[0])))
	case Slice:
		if i < 0 || j < i || j > v.Cap() {
			panic("reflect.Value.Slice: slice index out of bounds")
		}
		header := &[3]uintptr{v.word() + uintptr(8*i*v.t.Elem.Words), uintptr(j - i), uintptr(v.Cap() - i)}
		return Value{t: v.t, w: uintptr(unsafe.Pointer(header)), indir: true}
	}
	v.must(false, "Slice")
	return Value{}
}

func (v Value) mustSet(method string) {
	if v.ro {
		panic("reflect: reflect.Value." + method + " using value obtained using unexported field")
	}
	if !v.addr {
		panic("reflect: reflect.Value." + method + " using unaddressable value")
	}
}

// Addr is the address of a value that has one.
func (v Value) Addr() Value {
	if !v.addr {
		panic("reflect.Value.Addr of unaddressable value")
	}
	return Value{t: pointerTo(v.t), w: v.w, ro: v.ro}
}

func (v Value) UnsafeAddr() uintptr { return v.w }

// Swapper exchanges elements of a slice.
func Swapper(slice any) func(i, j int) {
	v := ValueOf(slice)
	v.must(v.Kind() == Slice, "Swapper")
	return func(i, j int) {
		x := v.Index(i).Interface()
		v.Index(i).Set(v.Index(j))
		v.Index(j).Set(ValueOf(x))
	}
}

// --- maps --------------------------------------------------------------------------------------

//link runtime.reflectmakemap
func makemap(t *abi.Type) uintptr

//link runtime.reflectmapaccess
func mapaccess(t *abi.Type, m uintptr, key unsafe.Pointer) unsafe.Pointer

//link runtime.reflectmapassign
func mapassign(t *abi.Type, m uintptr, key, elem unsafe.Pointer)

//link runtime.reflectmapdelete
func mapdelete(t *abi.Type, m uintptr, key unsafe.Pointer)

// place is the address of a copy of v, as type t has it.
func (v Value) place(t *abi.Type) unsafe.Pointer {
	p := abi.New(t, 1)
	to := Value{t: t, w: uintptr(p), indir: true, addr: true}
	to.Set(v)
	return p
}

func (v Value) MapIndex(key Value) Value {
	v.must(v.Kind() == Map, "MapIndex")
	p := mapaccess(v.t, v.word(), key.place(v.t.Key))
	if p == nil {
		return Value{}
	}
	copied := abi.Copy(v.t.Elem, p)
	return Value{t: v.t.Elem, w: uintptr(copied), indir: true, ro: v.ro || key.ro}
}

// SetMapIndex deletes the key if elem is the zero Value.
func (v Value) SetMapIndex(key, elem Value) {
	v.must(v.Kind() == Map, "SetMapIndex")
	if !elem.IsValid() {
		mapdelete(v.t, v.word(), key.place(v.t.Key))
		return
	}
	mapassign(v.t, v.word(), key.place(v.t.Key), elem.place(v.t.Elem))
}
