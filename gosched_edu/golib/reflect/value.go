package reflect

import (
	"internal/abi"
	"internal/race"
	"unsafe"
)

// A Value is a type and a word: the value itself, or, if indir, the address it lies at. A value
// that came through an unexported field is read-only: its methods must not be called.
type Value struct {
	t     *abi.Type
	w     uintptr
	indir bool
	ro    bool
	addr  bool // can be set

	recv *abi.Method // of a method value: the method, and t and w are its receiver
}

//op MOV r a
func toFloat(w uintptr) float64

//op MOV r a
func fromFloat(f float64) uintptr

func ptr(w uintptr) unsafe.Pointer { return unsafe.Pointer(w) }

func ValueOf(v any) Value {
	t := abi.TypeOf(v)
	if t == nil {
		return Value{}
	}
	return Value{t: t, w: abi.DataOf(v), indir: t.Slots != 1 || t.Flags&abi.Memory != 0}
}

func (v Value) IsValid() bool      { return v.t != nil }
func (v Value) CanInterface() bool { return !v.ro }
func (v Value) CanAddr() bool      { return v.addr }
func (v Value) CanSet() bool       { return v.addr && !v.ro }

func (v Value) Type() Type {
	if v.recv != nil {
		return toType(v.recv.Type)
	}
	return toType(v.t)
}

func (v Value) Kind() Kind {
	if v.t == nil {
		return Invalid
	}
	if v.recv != nil {
		return Func
	}
	return Kind(v.t.Kind)
}

// word is the first word of the value.
func (v Value) word() uintptr {
	if v.indir {
		race.Read(ptr(v.w))
		return abi.Word(ptr(v.w))
	}
	return v.w
}

func (v Value) must(ok bool, method string) {
	if !ok {
		panic("reflect: call of reflect.Value." + method + " on " + v.what() + " Value")
	}
}

func (v Value) what() string {
	if v.t == nil {
		return "zero"
	}
	return v.Kind().String()
}

func (v Value) Bool() bool { return v.word() != 0 }

func (v Value) Int() int64 {
	v.must(v.Kind() >= Int && v.Kind() <= Int64, "Int")
	return int64(v.word())
}

func (v Value) Uint() uint64 {
	v.must(v.Kind() >= Uint && v.Kind() <= Uintptr, "Uint")
	return uint64(v.word())
}

func (v Value) Float() float64 {
	v.must(v.Kind() == Float32 || v.Kind() == Float64, "Float")
	return toFloat(v.word())
}

func (v Value) Complex() complex128 {
	v.must(v.Kind() == Complex64 || v.Kind() == Complex128, "Complex")
	return *(*complex128)(ptr(v.w))
}

func (v Value) String() string {
	switch v.Kind() {
	case String:
		return *(*string)(ptr(v.w))
	case Invalid:
		return "<invalid Value>"
	}
	return "<" + v.t.Name + " Value>"
}

func (v Value) Pointer() uintptr              { return v.word() }
func (v Value) UnsafePointer() unsafe.Pointer { return ptr(v.word()) }

func (v Value) IsNil() bool {
	v.must(v.Kind() >= Chan && v.Kind() <= Slice || v.Kind() == UnsafePointer, "IsNil")
	return v.word() == 0
}

// IsZero says whether all words are zero; of arrays and structs, of all parts.
func (v Value) IsZero() bool {
	if !v.indir {
		return v.w == 0
	}
	if v.Kind() == String {
		return v.Len() == 0
	}
	for i := 0; i < v.t.Words; i++ {
		if abi.Word(abi.Add(ptr(v.w), i)) != 0 {
			return false
		}
	}
	return true
}

func (v Value) Len() int {
	switch v.Kind() {
	case Array:
		return v.t.Len
	case Slice, String:
		return int(abi.Word(abi.Add(ptr(v.w), 1)))
	case Map:
		if v.word() == 0 {
			return 0
		}
		return int(abi.Word(ptr(v.word())))
	case Chan:
		return chanlen(v.word())
	}
	v.must(false, "Len")
	return 0
}

func (v Value) Cap() int {
	switch v.Kind() {
	case Array:
		return v.t.Len
	case Slice:
		return int(abi.Word(abi.Add(ptr(v.w), 2)))
	case Chan:
		return chancap(v.word())
	}
	v.must(false, "Cap")
	return 0
}

//op CHLEN r a
func chanlen(c uintptr) int

//op CHCAP r a
func chancap(c uintptr) int

// at is the part of type t that lies words into v.
func (v Value) at(t *abi.Type, base uintptr, words int) Value {
	return Value{t: t, w: base + uintptr(8*words), indir: true, ro: v.ro}
}

func (v Value) Index(i int) Value {
	v.must(v.Kind() == Array || v.Kind() == Slice || v.Kind() == String, "Index")
	if uint(i) >= uint(v.Len()) {
		panic("reflect: " + v.what() + " index out of range")
	}
	switch v.Kind() {
	case Array:
		e := v.at(v.t.Elem, v.w, i*v.t.Elem.Words)
		e.addr = v.addr
		return e
	case Slice:
		e := v.at(v.t.Elem, v.word(), i*v.t.Elem.Words)
		e.addr = true
		return e
	}
	return v.at(abi.TypeOf(byte(0)), v.word(), i)
}

func (v Value) NumField() int {
	v.must(v.Kind() == Struct, "NumField")
	return len(v.t.Fields)
}

func (v Value) Field(i int) Value {
	v.must(v.Kind() == Struct, "Field")
	f := &v.t.Fields[i]
	e := Value{t: f.Type, w: v.w, indir: v.indir, ro: v.ro || f.Flags&2 == 0, addr: v.addr}
	if v.indir {
		e.w += uintptr(8 * f.Offset)
	}
	return e
}

func (v Value) FieldByName(name string) Value {
	v.must(v.Kind() == Struct, "FieldByName")
	f, ok := v.Type().FieldByName(name)
	if !ok {
		return Value{}
	}
	return v.FieldByIndex(f.Index)
}

func (v Value) FieldByIndex(index []int) Value {
	for i, x := range index {
		if i > 0 && v.Kind() == Pointer {
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// Elem is what an interface holds or a pointer points to.
func (v Value) Elem() Value {
	switch v.Kind() {
	case Interface:
		e := ValueOf(*(*any)(ptr(v.w)))
		e.ro = v.ro
		return e
	case Pointer:
		if v.word() == 0 {
			return Value{}
		}
		e := v.at(v.t.Elem, v.word(), 0)
		e.addr = true
		return e
	}
	v.must(false, "Elem")
	return Value{}
}

func Indirect(v Value) Value {
	if v.Kind() != Pointer {
		return v
	}
	return v.Elem()
}

func (v Value) Interface() any {
	if v.ro {
		panic("reflect.Value.Interface: cannot return value obtained from unexported field or method")
	}
	v.must(v.IsValid(), "Interface")
	if v.recv != nil {
		panic("reflect.Value.Interface: the value of a method is not simulated; call it")
	}
	if v.indir {
		return abi.Load(v.t, ptr(v.w))
	}
	return abi.MakeAny(v.t, v.w)
}

func (v Value) Set(x Value) {
	if !v.CanSet() {
		panic("reflect: reflect.Value.Set using unaddressable value")
	}
	if v.Kind() == Interface {
		if x.Kind() == Interface && x.IsNil() {
			*(*any)(ptr(v.w)) = nil
			return
		}
		*(*any)(ptr(v.w)) = x.Interface()
		return
	}
	if v.t != x.t && !assignable(v.t, x.t) {
		panic("reflect.Set: value of type " + x.t.Name + " is not assignable to type " + v.t.Name)
	}
	race.Write(ptr(v.w))
	abi.Store(v.t, ptr(v.w), abi.MakeAny(v.t, abi.DataOf(x.Interface())))
}

// Copy moves elements of one slice to another of the same type.
func Copy(dst, src Value) int {
	n := min(dst.Len(), src.Len())
	for i := 0; i < n; i++ {
		dst.Index(i).Set(src.Index(i))
	}
	return n
}

// narrow is x as a value of t's kind has it.
func narrow(t *abi.Type, x int64) uintptr {
	switch Kind(t.Kind) {
	case Int8:
		return uintptr(int8(x))
	case Int16:
		return uintptr(int16(x))
	case Int32:
		return uintptr(int32(x))
	case Uint8:
		return uintptr(uint8(x))
	case Uint16:
		return uintptr(uint16(x))
	case Uint32:
		return uintptr(uint32(x))
	}
	return uintptr(x)
}

func (v Value) SetInt(x int64) { v.put("SetInt", narrow(v.t, x)) }
func (v Value) SetUint(x uint64) { v.put("SetUint", narrow(v.t, int64(x))) }
func (v Value) SetBool(x bool) { v.put("SetBool", abi.DataOf(x)) }

func (v Value) SetFloat(x float64) {
	if v.Kind() == Float32 {
		x = float64(float32(x))
	}
	v.put("SetFloat", fromFloat(x))
}

// put stores the data word of an interface value of v's type.
func (v Value) put(method string, word uintptr) {
	v.mustSet(method)
	race.Write(ptr(v.w))
	abi.Store(v.t, ptr(v.w), abi.MakeAny(v.t, word))
}

func (v Value) SetString(x string) { v.put("SetString", abi.DataOf(x)) }
func (v Value) SetBytes(x []byte) { v.put("SetBytes", abi.DataOf(x)) }
func (v Value) SetZero()           { v.Set(Zero(v.Type())) }

// assignable says whether a value of type `from` can be stored as a `to`: the same but for a name.
func assignable(to, from *abi.Type) bool {
	if to.Kind != from.Kind || to.Flags&from.Flags&abi.Named != 0 || to.Kind == abi.Struct || to.Kind == abi.Interface {
		return false
	}
	return to.Kind > abi.Complex128 && to.Kind != abi.String && to.Elem == from.Elem && to.Key == from.Key && to.Len == from.Len
}

func (v Value) Bytes() []byte {
	v.must(v.Kind() == Slice && v.t.Elem.Kind == abi.Uint8, "Bytes")
	return *(*[]byte)(ptr(v.w))
}

func (v Value) CanInt() bool   { return v.Kind() >= Int && v.Kind() <= Int64 }
func (v Value) CanUint() bool  { return v.Kind() >= Uint && v.Kind() <= Uintptr }
func (v Value) CanFloat() bool { return v.Kind() == Float32 || v.Kind() == Float64 }

func (v Value) OverflowInt(x int64) bool   { return int64(narrow(v.t, x)) != x }
func (v Value) OverflowUint(x uint64) bool { return uint64(narrow(v.t, int64(x))) != x }

func (v Value) OverflowFloat(x float64) bool {
	return v.Kind() == Float32 && (x > 0x1p127*(2-0x1p-23) || x < -0x1p127*(2-0x1p-23))
}

func (v Value) Comparable() bool   { return v.t == nil || v.t.Flags&abi.Comparable != 0 }
func (v Value) Equal(u Value) bool { return v.Interface() == u.Interface() }

// Convert converts numbers, and values to types of the same kind.
func (v Value) Convert(t Type) Value {
	to := describe(t)
	if Kind(to.Kind) == Interface {
		out := Zero(t)
		out.addr = true
		out.Set(v)
		out.addr = false
		return out
	}
	var w uintptr
	switch k := t.Kind(); {
	case k == v.Kind():
		return ValueOf(abi.MakeAny(to, abi.DataOf(v.Interface())))
	case k >= Int && k <= Uintptr && v.CanFloat():
		w = narrow(to, int64(v.Float()))
	case k >= Int && k <= Uintptr && (v.CanInt() || v.CanUint()):
		w = narrow(to, int64(v.word()))
	case (k == Float32 || k == Float64) && v.CanInt():
		w = fromFloat(float64(v.Int()))
	case (k == Float32 || k == Float64) && v.CanUint():
		w = fromFloat(float64(v.Uint()))
	case (k == Float32 || k == Float64) && v.CanFloat():
		w = fromFloat(v.Float())
	default:
		panic("reflect.Value.Convert: value of type " + v.t.Name + " cannot be converted to type " + to.Name)
	}
	if t.Kind() == Float32 {
		w = fromFloat(float64(float32(toFloat(w))))
	}
	return ValueOf(abi.MakeAny(to, w))
}
