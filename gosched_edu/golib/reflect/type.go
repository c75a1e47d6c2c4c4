// Package reflect: looking into values whose type is known only at run time.
//
// Types, kinds, fields and their tags, elements, DeepEqual; values can be set and made (make.go),
// methods listed and functions called (call.go).
package reflect

import (
	"internal/abi"
	"unsafe"
)

type Kind uint

const (
	Invalid Kind = iota
	Bool
	Int
	Int8
	Int16
	Int32
	Int64
	Uint
	Uint8
	Uint16
	Uint32
	Uint64
	Uintptr
	Float32
	Float64
	Complex64
	Complex128
	Array
	Chan
	Func
	Interface
	Map
	Pointer
	Slice
	String
	Struct
	UnsafePointer
)

const Ptr = Pointer

const kindNames = "invalid bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64 " +
	"complex128 array chan func interface map ptr slice string struct unsafe.Pointer "

func (k Kind) String() string {
	names := kindNames
	for i := 0; i < len(names); i++ {
		if names[i] == ' ' {
			if k == 0 {
				return names[:i]
			}
			k--
			names, i = names[i+1:], -1
		}
	}
	return "kind" // there are no others
}

type Type interface {
	Name() string
	String() string
	Kind() Kind
	Size() uintptr
	Elem() Type
	Key() Type
	Len() int
	NumField() int
	Field(i int) StructField
	FieldByName(name string) (StructField, bool)
	Bits() int
	ChanDir() ChanDir
	NumMethod() int
	AssignableTo(u Type) bool
	ConvertibleTo(u Type) bool
	Comparable() bool
	PkgPath() string
	Implements(u Type) bool
	Method(i int) Method
	MethodByName(name string) (Method, bool)
	NumIn() int
	NumOut() int
	In(i int) Type
	Out(i int) Type
	IsVariadic() bool
}

type StructField struct {
	Name      string
	PkgPath   string
	Type      Type
	Index     []int
	Anonymous bool
	Offset    uintptr // in words of the simulated machine, times 8
	Tag       StructTag
}

func (f StructField) IsExported() bool { return f.PkgPath == "" }

// rtype is a descriptor with methods.
type rtype struct{ d abi.Type }

func toType(t *abi.Type) Type {
	if t == nil {
		return nil
	}
	return (*rtype)(unsafe.Pointer(t))
}

func TypeOf(v any) Type { return toType(abi.TypeOf(v)) }

//since 1.22
func TypeFor[T any]() Type { return TypeOf((*T)(nil)).Elem() }

func (t *rtype) String() string   { return t.d.Name }
func (t *rtype) Kind() Kind       { return Kind(t.d.Kind) }
func (t *rtype) Size() uintptr    { return uintptr(t.d.Size) }
func (t *rtype) Key() Type        { return toType(t.d.Key) }
func (t *rtype) Comparable() bool { return t.d.Flags&abi.Comparable != 0 }
func (t *rtype) NumField() int    { return len(t.d.Fields) }

func (t *rtype) Name() string {
	if t.d.Flags&abi.Named == 0 && (t.Kind() == 0 || t.Kind() > Complex128 && t.Kind() != String) {
		return ""
	}
	return t.d.Short
}

func (t *rtype) PkgPath() string {
	name := t.d.Name
	for i := 0; i < len(name) && t.d.Flags&abi.Named != 0; i++ {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return ""
}

func (t *rtype) Len() int {
	if t.Kind() != Array {
		panic("reflect: Len of non-array type " + t.String())
	}
	return t.d.Len
}

func (t *rtype) Elem() Type {
	if t.d.Elem == nil {
		panic("reflect: Elem of invalid type " + t.String())
	}
	return toType(t.d.Elem)
}

func (t *rtype) Field(i int) StructField {
	f := t.d.Fields[i]
	s := StructField{
		Name: f.Name, Type: toType(f.Type), Index: []int{i}, Anonymous: f.Flags&1 != 0,
		Offset: uintptr(8 * f.Offset), Tag: StructTag(f.Tag),
	}
	if f.Flags&2 == 0 {
		s.PkgPath = "main"
	}
	return s
}

func (t *rtype) FieldByName(name string) (StructField, bool) {
	for i := range t.d.Fields {
		if t.d.Fields[i].Name == name {
			return t.Field(i), true
		}
	}
	for i := range t.d.Fields {
		f := &t.d.Fields[i]
		inner := f.Type
		if inner.Kind == abi.Pointer {
			inner = inner.Elem
		}
		if f.Flags&1 == 0 || inner.Kind != abi.Struct {
			continue
		}
		if found, ok := toType(inner).FieldByName(name); ok {
			found.Index = append([]int{i}, found.Index...)
			return found, true
		}
	}
	return StructField{}, false
}

func (t *rtype) Bits() int {
	switch k := t.Kind(); k {
	case Int8, Uint8:
		return 8
	case Int16, Uint16:
		return 16
	case Int32, Uint32, Float32:
		return 32
	case Complex128:
		return 128
	case Bool, Invalid, Array, Chan, Func, Interface, Map, Pointer, Slice, String, Struct:
		panic("reflect: Bits of non-arithmetic Type " + t.String())
	}
	return 64
}

// A ChanDir says what a channel type allows.
type ChanDir int

const (
	RecvDir ChanDir = 1 << iota
	SendDir
	BothDir = RecvDir | SendDir
)

func (d ChanDir) String() string {
	switch d {
	case RecvDir:
		return "<-chan"
	case SendDir:
		return "chan<-"
	}
	return "chan"
}

func (t *rtype) ChanDir() ChanDir {
	if t.Kind() != Chan {
		panic("reflect: ChanDir of non-chan type " + t.String())
	}
	return ChanDir(t.d.Len)
}

// NumMethod counts the exported methods.
func (t *rtype) NumMethod() int {
	if t.Kind() == Interface {
		return t.d.Len
	}
	return len(methodsOf(&t.d))
}

// AssignableTo knows identical types and interfaces.
func (t *rtype) AssignableTo(u Type) bool {
	return Type(t) == u || u.Kind() == Interface && (u.(*rtype).d.Len == 0 || t.Implements(u))
}

func (t *rtype) ConvertibleTo(u Type) bool {
	number := func(k Kind) bool { return k >= Int && k <= Float64 }
	return t.AssignableTo(u) || number(t.Kind()) && number(u.Kind()) || t.Kind() == u.Kind() && t.Kind() <= Complex128
}
