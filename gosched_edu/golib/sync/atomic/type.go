// The atomic types, since Go 1.19. Their methods are the instructions themselves.
package atomic

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Bool is an atomic boolean; the zero value is false.
//
//since 1.19
type Bool struct {
	_ noCopy
	v bool
}

//op ALD r a
func (x *Bool) Load() bool

//op AST a b
func (x *Bool) Store(val bool)

//op XCHG r a b
func (x *Bool) Swap(new bool) (old bool)

//op CAS r a b
func (x *Bool) CompareAndSwap(old, new bool) (swapped bool)

// A Pointer is an atomic *T; the zero value is nil.
//
//since 1.19
type Pointer[T any] struct {
	_ [0]*T
	_ noCopy
	v *T
}

//op ALD r a
func (x *Pointer[T]) Load() *T

//op AST a b
func (x *Pointer[T]) Store(val *T)

//op XCHG r a b
func (x *Pointer[T]) Swap(new *T) (old *T)

//op CAS r a b
func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool)

//since 1.19
type Int32 struct {
	_ noCopy
	v int32
}

//op ALD r a
func (x *Int32) Load() int32

//op AST a b
func (x *Int32) Store(val int32)

//op XCHG r a b
func (x *Int32) Swap(new int32) (old int32)

//op CAS r a b
func (x *Int32) CompareAndSwap(old, new int32) (swapped bool)

//op XADD32 r a b
func (x *Int32) Add(delta int32) (new int32)

//since 1.23
func (x *Int32) And(mask int32) (old int32) { return and(&x.v, mask) }

//since 1.23
func (x *Int32) Or(mask int32) (old int32) { return or(&x.v, mask) }

//since 1.19
type Int64 struct {
	_ noCopy
	v int64
}

//op ALD r a
func (x *Int64) Load() int64

//op AST a b
func (x *Int64) Store(val int64)

//op XCHG r a b
func (x *Int64) Swap(new int64) (old int64)

//op CAS r a b
func (x *Int64) CompareAndSwap(old, new int64) (swapped bool)

//op XADD r a b
func (x *Int64) Add(delta int64) (new int64)

//since 1.23
func (x *Int64) And(mask int64) (old int64) { return and(&x.v, mask) }

//since 1.23
func (x *Int64) Or(mask int64) (old int64) { return or(&x.v, mask) }

//since 1.19
type Uint32 struct {
	_ noCopy
	v uint32
}

//op ALD r a
func (x *Uint32) Load() uint32

//op AST a b
func (x *Uint32) Store(val uint32)

//op XCHG r a b
func (x *Uint32) Swap(new uint32) (old uint32)

//op CAS r a b
func (x *Uint32) CompareAndSwap(old, new uint32) (swapped bool)

func (x *Uint32) Add(delta uint32) (new uint32) { return AddUint32(&x.v, delta) }

//since 1.23
func (x *Uint32) And(mask uint32) (old uint32) { return and(&x.v, mask) }

//since 1.23
func (x *Uint32) Or(mask uint32) (old uint32) { return or(&x.v, mask) }

//since 1.19
type Uint64 struct {
	_ noCopy
	v uint64
}

//op ALD r a
func (x *Uint64) Load() uint64

//op AST a b
func (x *Uint64) Store(val uint64)

//op XCHG r a b
func (x *Uint64) Swap(new uint64) (old uint64)

//op CAS r a b
func (x *Uint64) CompareAndSwap(old, new uint64) (swapped bool)

//op XADD r a b
func (x *Uint64) Add(delta uint64) (new uint64)

//since 1.23
func (x *Uint64) And(mask uint64) (old uint64) { return and(&x.v, mask) }

//since 1.23
func (x *Uint64) Or(mask uint64) (old uint64) { return or(&x.v, mask) }

//since 1.19
type Uintptr struct {
	_ noCopy
	v uintptr
}

//op ALD r a
func (x *Uintptr) Load() uintptr

//op AST a b
func (x *Uintptr) Store(val uintptr)

//op XCHG r a b
func (x *Uintptr) Swap(new uintptr) (old uintptr)

//op CAS r a b
func (x *Uintptr) CompareAndSwap(old, new uintptr) (swapped bool)

//op XADD r a b
func (x *Uintptr) Add(delta uintptr) (new uintptr)

//since 1.23
func (x *Uintptr) And(mask uintptr) (old uintptr) { return and(&x.v, mask) }

//since 1.23
func (x *Uintptr) Or(mask uintptr) (old uintptr) { return or(&x.v, mask) }
