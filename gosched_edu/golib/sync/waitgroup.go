package sync

import (
	"internal/race"
	"sync/atomic"
)

// WaitGroup waits until a counter is zero (sync/waitgroup.go).
//
// The counter is the upper half of state, the number of waiters the lower one: both change in
// one atomic step. Whoever brings the counter to zero wakes all waiters, one by one.
type WaitGroup struct {
	noCopy noCopy
	state  uint64
	sema   uint32
}

func (wg *WaitGroup) Add(delta int) {
	if delta < 0 {
		race.Release(pointer(wg))
	}
	state := atomic.AddUint64(&wg.state, uint64(delta)<<32)
	v := int32(state >> 32)
	w := uint32(state)
	if delta > 0 && v == int32(delta) {
		race.Read(pointer(&wg.sema)) // the first Add must be ordered with Wait
	}
	if v < 0 {
		panic("sync: negative WaitGroup counter")
	}
	if w != 0 && delta > 0 && v == int32(delta) {
		panic("sync: WaitGroup misuse: Add called concurrently with Wait")
	}
	if v > 0 || w == 0 {
		return
	}
	if atomic.LoadUint64(&wg.state) != state {
		panic("sync: WaitGroup misuse: Add called concurrently with Wait")
	}
	atomic.StoreUint64(&wg.state, 0)
	for ; w != 0; w-- {
		runtime_Semrelease(&wg.sema, false)
	}
}

func (wg *WaitGroup) Done() { wg.Add(-1) }

func (wg *WaitGroup) Wait() {
	for {
		state := atomic.LoadUint64(&wg.state)
		if int32(state>>32) == 0 {
			break
		}
		if atomic.CompareAndSwapUint64(&wg.state, state, state+1) {
			if uint32(state) == 0 {
				race.Write(pointer(&wg.sema)) // only by the first waiter: waits do not race
			}
			runtime_SemacquireWaitGroup(&wg.sema, false)
			if atomic.LoadUint64(&wg.state) != 0 {
				panic("sync: WaitGroup is reused before previous Wait has returned")
			}
			break
		}
	}
	race.Acquire(pointer(wg))
}

// Go runs f in a goroutine that the group counts. A panic of f ends the program before Wait
// can return.
//
//since 1.25
func (wg *WaitGroup) Go(f func()) {
	wg.Add(1)
	go func() {
		defer func() {
			if x := recover(); x != nil {
				panic(x)
			}
			wg.Done()
		}()
		f()
	}()
}
