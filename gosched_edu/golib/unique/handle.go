//go:build go1.23

// Package unique: values that are equal share one copy, and are compared by its address (unique/handle.go).
//
// The real package forgets a value when no handle is left; here it stays.
package unique

import "sync"

// Two handles are equal if the values that they were made from are.
type Handle[T comparable] struct {
	value *T
}

func (h Handle[T]) Value() T { return *h.value }

// A key has the type too: an interface may hold a value equal to one of its own type.
type key struct {
	of    any // a nil *T
	value any
}

var (
	mu     sync.Mutex
	values = map[key]any{} // to *T
)

func Make[T comparable](value T) Handle[T] {
	k := key{(*T)(nil), value}
	mu.Lock()
	defer mu.Unlock()
	found, ok := values[k].(*T)
	if !ok {
		found = new(T)
		*found = value
		values[k] = found
	}
	return Handle[T]{found}
}
