//go:build go1.24

// Package weak has pointers that do not keep alive what they point to (weak/pointer.go).
package weak

import (
	"internal/special"
	"unsafe"
)

// A Pointer is equal to another if they were made from equal pointers, also when the object is gone.
type Pointer[T any] struct {
	_ [0]*T
	r *special.Record
}

func Make[T any](ptr *T) Pointer[T] {
	if ptr == nil {
		return Pointer[T]{}
	}
	r := special.Find(unsafe.Pointer(ptr), special.Weak)
	if r == nil {
		r = special.Add(unsafe.Pointer(ptr), special.Weak, nil)
	}
	return Pointer[T]{r: r}
}

// Value returns the pointer, or nil when the collector has found the object unreachable.
func (p Pointer[T]) Value() *T {
	if p.r == nil {
		return nil
	}
	return (*T)(special.Strong(p.r))
}
