package sync

import (
	"internal/race"
	"sync/atomic"
)

// Once does something once (sync/once.go). Those who come while it is being done wait for the
// lock: when Do returns, it is done.
type Once struct {
	_    noCopy
	done uint32
	m    Mutex
}

func (o *Once) Do(f func()) {
	if atomic.LoadUint32(&o.done) == 0 {
		o.doSlow(f)
	}
	race.Acquire(pointer(o))
}

func (o *Once) doSlow(f func()) {
	o.m.Lock()
	defer o.m.Unlock()
	if o.done == 0 {
		defer o.finish()
		f()
	}
}

func (o *Once) finish() {
	race.Release(pointer(o))
	atomic.StoreUint32(&o.done, 1)
}

// OnceFunc returns a function that calls f once; if f panics, each call panics so.
//
//since 1.21
func OnceFunc(f func()) func() {
	return onced(&f)
}

func onced(f *func()) func() {
	var once Once
	var valid bool
	var p any
	g := func() {
		defer func() {
			p = recover()
			if !valid {
				panic(p) // at once, so that the first panic has the whole stack
			}
		}()
		(*f)()
		*f = nil
		valid = true
	}
	return func() {
		once.Do(g)
		if !valid {
			panic(p)
		}
	}
}

//since 1.21
func OnceValue[T any](f func() T) func() T {
	var result T
	call := func() { result = f() }
	do := onced(&call)
	return func() T {
		do()
		return result
	}
}

//since 1.21
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var r1 T1
	var r2 T2
	call := func() { r1, r2 = f() }
	do := onced(&call)
	return func() (T1, T2) {
		do()
		return r1, r2
	}
}
