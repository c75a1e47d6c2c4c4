package sync

import (
	"sync/atomic"
	"unsafe"
)

// Cond: goroutines wait for an event that others announce (sync/cond.go).
//
// Wait takes a ticket before it unlocks, so that no Signal between the two is lost.
type Cond struct {
	noCopy  noCopy
	L       Locker
	notify  notifyList
	checker copyChecker
}

// notifyList is the runtime's: tickets given, tickets called.
type notifyList struct {
	wait   uint32
	notify uint32
}

func NewCond(l Locker) *Cond { return &Cond{L: l} }

// copyChecker keeps its own address, to tell when it has been copied.
type copyChecker uintptr

func (c *copyChecker) check() {
	me := uintptr(unsafe.Pointer(c))
	if uintptr(*c) != me && !atomic.CompareAndSwapUintptr((*uintptr)(c), 0, me) && uintptr(*c) != me {
		panic("sync.Cond is copied")
	}
}

func (c *Cond) Wait() {
	c.checker.check()
	t := runtime_notifyListAdd(&c.notify)
	c.L.Unlock()
	runtime_notifyListWait(&c.notify, t)
	c.L.Lock()
}

func (c *Cond) Signal() {
	c.checker.check()
	runtime_notifyListNotifyOne(&c.notify)
}

func (c *Cond) Broadcast() {
	c.checker.check()
	runtime_notifyListNotifyAll(&c.notify)
}
