// Package special keeps records about objects that do not keep the objects alive.
//
// A record is chained to the others by the runtime, which hides the object in it from the
// collector. Once the collector finds the object unreachable, the record of a finalizer or a
// cleanup is handed out by Next, and that of a weak pointer has no object any more
// (kernel/special.py).
package special

import "unsafe"

// Kinds of records.
const (
	Finalizer = iota
	Cleanup
	Weak
	Removed
)

type Record struct {
	next   *Record
	Object unsafe.Pointer // of a record that Next has handed out
	Kind   int
	Run    func(unsafe.Pointer)
}

//op SPECIAL t a 0
func add(r *Record)

//op SPECIAL r r 1
func first() *Record

// Next waits for a record whose time has come.
//
//op SPECIAL r r 2
func Next() *Record

// Add makes a record about the object at p.
func Add(p unsafe.Pointer, kind int, run func(unsafe.Pointer)) *Record {
	r := &Record{nil, p, kind, run}
	add(r)
	return r
}

// Find returns the record of this kind about p, or nil.
func Find(p unsafe.Pointer, kind int) *Record {
	for r := first(); r != nil; r = r.next {
		if r.Kind == kind && Strong(r) == p {
			return r
		}
	}
	return nil
}

// Strong is the object of a chained record, nil if it is gone.
//
//op SPECIAL r a 3
func Strong(r *Record) unsafe.Pointer
