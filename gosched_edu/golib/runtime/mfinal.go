// Finalizers and cleanups (mfinal.go, mcleanup.go).
//
// One goroutine of the runtime runs them all, one after the other. It is made for the first of them.
package runtime

import (
	"internal/abi"
	"internal/special"
	"unsafe"
)

var fing bool

func createfing() {
	if !fing {
		fing = true
		go runFinalizers()
	}
}

func runFinalizers() {
	for {
		r := special.Next()
		runFinalizer(r)
		r = nil // while it waits it keeps nothing alive
	}
}

func runFinalizer(r *special.Record) { r.Run(r.Object) }

// SetFinalizer has finalizer called with obj once the collector finds obj unreachable.
func SetFinalizer(obj, finalizer any) {
	etyp := abi.TypeOf(obj)
	if etyp == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if etyp.Kind != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + etyp.Name + ", not pointer")
	}
	p := unsafe.Pointer(abi.DataOf(obj))
	if p == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	old := special.Find(p, special.Finalizer)
	ftyp := abi.TypeOf(finalizer)
	if ftyp == nil {
		if old != nil {
			old.Kind = special.Removed
		}
		return
	}
	if ftyp.Kind != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + ftyp.Name + ", not a function")
	}
	run := finalizerOf(etyp, ftyp, finalizer)
	if old != nil {
		throw("runtime.SetFinalizer: finalizer already set")
	}
	special.Add(p, special.Finalizer, run)
	createfing()
}

// finalizerOf is the finalizer as a function of any pointer: a pointer is one word, whatever its type.
func finalizerOf(etyp, ftyp *_type, finalizer any) func(unsafe.Pointer) {
	if f, ok := finalizer.(func(any)); ok {
		return func(p unsafe.Pointer) { f(abi.MakeAny(etyp, uintptr(p))) }
	}
	params := "func(" + etyp.Name + ")"
	if len(ftyp.Name) < len(params) || ftyp.Name[:len(params)] != params {
		throw("runtime.SetFinalizer: cannot pass " + etyp.Name + " to finalizer " + ftyp.Name)
	}
	return pointerFunc(abi.DataOf(finalizer))
}

//op MOV r a
func pointerFunc(closure uintptr) func(unsafe.Pointer)

// A Cleanup is a function to be called after an object was found unreachable.
//
//since 1.24
type Cleanup struct{ r *special.Record }

// AddCleanup has cleanup(arg) called once the collector has found *ptr unreachable.
//
//since 1.24
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	if p, ok := any(arg).(*T); ok && p == ptr {
		panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
	}
	r := special.Add(unsafe.Pointer(ptr), special.Cleanup, func(unsafe.Pointer) { cleanup(arg) })
	createfing()
	return Cleanup{r}
}

// Stop takes the cleanup back, if it has not been queued yet.
func (c Cleanup) Stop() {
	if c.r != nil {
		c.r.Kind = special.Removed
	}
}
