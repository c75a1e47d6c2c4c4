// Package abi is Go's view of what the compiler writes down about types.
//
// The image holds one descriptor for each type that becomes the dynamic type of an
// interface value. Type mirrors its words, field by field. The runtime (hashing, equality,
// panic texts), reflect and through it fmt read descriptors; nobody writes them.
//
// Invariant: two types are identical exactly when their descriptors have one address.
// Memory counts words of 8 addresses each; Size alone is in bytes, as unsafe.Sizeof says.
package abi

import "unsafe"

type Kind int

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

// Flags of a Type.
const (
	Comparable = 1 << iota
	Named
	NoScan
	Memory // as a value it is the address of a copy
)

type Type struct {
	Kind   Kind
	Size   int
	Words  int // in memory
	Slots  int // as a value
	Name   string
	Elem   *Type
	Key    *Type
	Len    int // of an array; a channel's direction: 1 receive, 2 send, 3 both; of an interface: its methods
	Fields []Field
	Flags  int
	ID     int
	Short  string
	PtrTo  *Type

	// Filled in only where a program reaches reflect's methods and calls.
	Methods   []Method // the exported ones, by name
	Signature []Param  // of a function: what it takes, then what it gives
}

// A Method: Fn is a closure that takes the receiver as the data word of an interface value.
type Method struct {
	Name string
	Type *Type
	Expr *Type // as T.Method has it: with the receiver
	Fn   uintptr
}

type Param struct {
	Type  *Type
	Flags int // 1 a result, 2 variadic
}

type Field struct {
	Name   string
	Type   *Type
	Offset int // in words
	Flags  int // 1 embedded, 2 exported
	Tag    string
}

// TypeOf returns the descriptor of v's dynamic type, nil for a nil interface.
//
//op MOV r a
func TypeOf(v any) *Type

// DataOf returns the data word of v.
//
//op MOV r a+1
func DataOf(v any) uintptr

// MakeAny puts an interface value together.
//
//op MOV r a; MOV r+1 b
func MakeAny(t *Type, data uintptr) any

// Add returns the address n words behind p.
func Add(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + uintptr(8*n)) }

// Word reads the word at p.
func Word(p unsafe.Pointer) uintptr { return *(*uintptr)(p) }

// Load makes an interface value of the value of type t that lies at p.
func Load(t *Type, p unsafe.Pointer) any {
	switch {
	case t.Kind == Interface:
		return *(*any)(p)
	case t.Flags&Memory != 0 || t.Slots > 1:
		return MakeAny(t, uintptr(Copy(t, p)))
	case t.Slots == 1:
		return MakeAny(t, Word(p))
	}
	return MakeAny(t, 0)
}

// New returns the address of n zero values of type t.
func New(t *Type, n int) unsafe.Pointer {
	if t.Flags&NoScan == 0 {
		return unsafe.Pointer(&make([]unsafe.Pointer, n*t.Words+1)[0])
	}
	return unsafe.Pointer(&make([]uintptr, n*t.Words+1)[0])
}

// Move copies words.
func Move(to, from unsafe.Pointer, words int) { move(to, from, words) }

// Copy returns the address of a copy of the value of type t at p.
func Copy(t *Type, p unsafe.Pointer) unsafe.Pointer {
	q := unsafe.Pointer(&make([]uintptr, t.Words+1)[0])
	if t.Flags&NoScan == 0 {
		q = unsafe.Pointer(&make([]unsafe.Pointer, t.Words+1)[0])
	}
	move(q, p, t.Words)
	return q
}

// Store writes the value of v, whose type is t, to p.
func Store(t *Type, p unsafe.Pointer, v any) {
	data := DataOf(v)
	if t.Slots == 1 && t.Flags&Memory == 0 {
		*(*uintptr)(p) = data
		return
	}
	move(p, unsafe.Pointer(data), t.Words)
}

//op MCOPY a b c
func move(to, from unsafe.Pointer, words int)
