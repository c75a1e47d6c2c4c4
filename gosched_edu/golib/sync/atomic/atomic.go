// Package atomic: sequentially consistent operations on words (sync/atomic).
//
// A variable of any width is one word of memory, so one set of instructions serves all widths;
// narrow results are cut to their type. What has no instruction of its own is a loop
// around compare-and-swap.
package atomic

import "unsafe"

//op ALD r a
func load[T any](addr *T) T

//op AST a b
func store[T any](addr *T, val T)

//op XCHG r a b
func swap[T any](addr *T, new T) T

//op CAS r a b
func cas[T any](addr *T, old, new T) bool

type word interface {
	int32 | int64 | uint32 | uint64 | uintptr
}

func and[T word](addr *T, mask T) (old T) {
	for {
		old = load(addr)
		if cas(addr, old, old&mask) {
			return
		}
	}
}

func or[T word](addr *T, mask T) (old T) {
	for {
		old = load(addr)
		if cas(addr, old, old|mask) {
			return
		}
	}
}

//op XADD32 r a b
func AddInt32(addr *int32, delta int32) (new int32)

//op ALD r a
func LoadInt32(addr *int32) int32

//op AST a b
func StoreInt32(addr *int32, val int32)

//op XCHG r a b
func SwapInt32(addr *int32, new int32) (old int32)

//op CAS r a b
func CompareAndSwapInt32(addr *int32, old, new int32) (swapped bool)

//since 1.23
func AndInt32(addr *int32, mask int32) (old int32) { return and(addr, mask) }

//since 1.23
func OrInt32(addr *int32, mask int32) (old int32) { return or(addr, mask) }

//op XADD r a b
func AddInt64(addr *int64, delta int64) (new int64)

//op ALD r a
func LoadInt64(addr *int64) int64

//op AST a b
func StoreInt64(addr *int64, val int64)

//op XCHG r a b
func SwapInt64(addr *int64, new int64) (old int64)

//op CAS r a b
func CompareAndSwapInt64(addr *int64, old, new int64) (swapped bool)

//since 1.23
func AndInt64(addr *int64, mask int64) (old int64) { return and(addr, mask) }

//since 1.23
func OrInt64(addr *int64, mask int64) (old int64) { return or(addr, mask) }

//op ALD r a
func LoadUint32(addr *uint32) uint32

//op AST a b
func StoreUint32(addr *uint32, val uint32)

//op XCHG r a b
func SwapUint32(addr *uint32, new uint32) (old uint32)

//op CAS r a b
func CompareAndSwapUint32(addr *uint32, old, new uint32) (swapped bool)

//since 1.23
func AndUint32(addr *uint32, mask uint32) (old uint32) { return and(addr, mask) }

//since 1.23
func OrUint32(addr *uint32, mask uint32) (old uint32) { return or(addr, mask) }

//op XADD r a b
func AddUint64(addr *uint64, delta uint64) (new uint64)

//op ALD r a
func LoadUint64(addr *uint64) uint64

//op AST a b
func StoreUint64(addr *uint64, val uint64)

//op XCHG r a b
func SwapUint64(addr *uint64, new uint64) (old uint64)

//op CAS r a b
func CompareAndSwapUint64(addr *uint64, old, new uint64) (swapped bool)

//since 1.23
func AndUint64(addr *uint64, mask uint64) (old uint64) { return and(addr, mask) }

//since 1.23
func OrUint64(addr *uint64, mask uint64) (old uint64) { return or(addr, mask) }

//op XADD r a b
func AddUintptr(addr *uintptr, delta uintptr) (new uintptr)

//op ALD r a
func LoadUintptr(addr *uintptr) uintptr

//op AST a b
func StoreUintptr(addr *uintptr, val uintptr)

//op XCHG r a b
func SwapUintptr(addr *uintptr, new uintptr) (old uintptr)

//op CAS r a b
func CompareAndSwapUintptr(addr *uintptr, old, new uintptr) (swapped bool)

//since 1.23
func AndUintptr(addr *uintptr, mask uintptr) (old uintptr) { return and(addr, mask) }

//since 1.23
func OrUintptr(addr *uintptr, mask uintptr) (old uintptr) { return or(addr, mask) }

// AddUint32 adds delta and returns the new value; ^uint32(c-1) subtracts c.
func AddUint32(addr *uint32, delta uint32) uint32 {
	for {
		old := load(addr)
		if cas(addr, old, old+delta) {
			return old + delta
		}
	}
}

//op ALD r a
func LoadPointer(addr *unsafe.Pointer) unsafe.Pointer

//op AST a b
func StorePointer(addr *unsafe.Pointer, val unsafe.Pointer)

//op XCHG r a b
func SwapPointer(addr *unsafe.Pointer, new unsafe.Pointer) (old unsafe.Pointer)

//op CAS r a b
func CompareAndSwapPointer(addr *unsafe.Pointer, old, new unsafe.Pointer) (swapped bool)
