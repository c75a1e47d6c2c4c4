// Package reflect: looking into values whose type is known only at run time.
//
// It reads what package fmt needs, and what programs about concurrency ask: types, kinds, fields,
// elements, DeepEqual. Methods are not listed, and only pointers' targets can be set.
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
	Comparable() bool
	PkgPath() string
}

type StructField struct {
	Name      string
	PkgPath   string
	Type      Type
	Index     []int
	Anonymous bool
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
	s := StructField{Name: f.Name, Type: toType(f.Type), Index: []int{i}, Anonymous: f.Flags&1 != 0}
	if f.Flags&2 == 0 {
		s.PkgPath = "main"
	}
	return s
}
