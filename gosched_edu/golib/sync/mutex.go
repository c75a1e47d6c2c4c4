// Mutex: fast when nobody waits, fair when somebody has waited long (sync/mutex.go, Go 1.9).
//
// State, in bits: 0 locked, 1 woken, 2 starving, the rest counts waiters. In normal mode a waiter
// that was woken competes with newcomers, who have the advantage that they run already. One that
// has lost for more than 1 ms makes the mutex starving: then Unlock hands it to the first in
// the queue, and newcomers queue up without trying. The last waiter, or one that waited less than
// 1 ms, ends that mode. Before Go 1.9 there was no such mode, and a waiter could lose for ever.
//
// Invariant: at most one waiter is awake and trying (woken), so that Unlock wakes no second one.
package sync

import (
	"internal/race"
	"sync/atomic"
)

// A Locker can be locked and unlocked.
type Locker interface {
	Lock()
	Unlock()
}

type Mutex struct {
	state int32
	sema  uint32
}

const (
	mutexLocked = 1 << iota
	mutexWoken
	mutexStarving
	mutexWaiterShift = iota

	starvationThresholdNs = 1e6
)

func (m *Mutex) Lock() {
	race.Read(pointer(m)) // it must not be overwritten meanwhile
	if !atomic.CompareAndSwapInt32(&m.state, 0, mutexLocked) {
		m.lockSlow()
	}
	race.Acquire(pointer(m))
}

//since 1.18
func (m *Mutex) TryLock() bool {
	old := atomic.LoadInt32(&m.state) // plain in Go; here others may have a turn before it
	if old&(mutexLocked|mutexStarving) != 0 {
		return false
	}
	if !atomic.CompareAndSwapInt32(&m.state, old, old|mutexLocked) {
		return false
	}
	race.Acquire(pointer(m))
	return true
}

//until 1.9
func (m *Mutex) lockSlow() {
	awoke := false
	spins := 0
	for {
		old := m.state
		new := old | mutexLocked
		if old&mutexLocked != 0 {
			if runtime_canSpin(spins) {
				if !awoke && old&mutexWoken == 0 && old>>mutexWaiterShift != 0 &&
					atomic.CompareAndSwapInt32(&m.state, old, old|mutexWoken) {
					awoke = true
				}
				runtime_doSpin()
				spins++
				continue
			}
			new = old + 1<<mutexWaiterShift
		}
		if awoke {
			if new&mutexWoken == 0 {
				fatal("sync: inconsistent mutex state")
			}
			new &^= mutexWoken
		}
		if atomic.CompareAndSwapInt32(&m.state, old, new) {
			if old&mutexLocked == 0 {
				return
			}
			runtime_SemacquireMutex(&m.sema, false)
			awoke = true
			spins = 0
		}
	}
}

//since 1.9
func (m *Mutex) lockSlow() {
	var since int64 // when this goroutine began to wait
	starving, awoke := false, false
	spins := 0
	old := m.state
	for {
		if old&(mutexLocked|mutexStarving) == mutexLocked && runtime_canSpin(spins) {
			// Tell Unlock that somebody is awake already.
			if !awoke && old&mutexWoken == 0 && old>>mutexWaiterShift != 0 &&
				atomic.CompareAndSwapInt32(&m.state, old, old|mutexWoken) {
				awoke = true
			}
			runtime_doSpin()
			spins++
			old = m.state
			continue
		}
		new := old
		if old&mutexStarving == 0 {
			new |= mutexLocked
		}
		if old&(mutexLocked|mutexStarving) != 0 {
			new += 1 << mutexWaiterShift
		}
		if starving && old&mutexLocked != 0 {
			new |= mutexStarving
		}
		if awoke {
			if new&mutexWoken == 0 {
				fatal("sync: inconsistent mutex state")
			}
			new &^= mutexWoken
		}
		if !atomic.CompareAndSwapInt32(&m.state, old, new) {
			old = m.state
			continue
		}
		if old&(mutexLocked|mutexStarving) == 0 {
			return
		}
		waitedBefore := since != 0
		if !waitedBefore {
			since = runtime_nanotime()
		}
		runtime_SemacquireMutex(&m.sema, waitedBefore)
		starving = starving || runtime_nanotime()-since > starvationThresholdNs
		old = m.state
		if old&mutexStarving != 0 {
			m.takeOver(old, starving)
			return
		}
		awoke = true
		spins = 0
	}
}

// takeOver makes the mutex, which was handed to this goroutine, look locked.
func (m *Mutex) takeOver(old int32, starving bool) {
	if old&(mutexLocked|mutexWoken) != 0 || old>>mutexWaiterShift == 0 {
		fatal("sync: inconsistent mutex state")
	}
	delta := int32(mutexLocked - 1<<mutexWaiterShift)
	if !starving || old>>mutexWaiterShift == 1 {
		delta -= mutexStarving
	}
	atomic.AddInt32(&m.state, delta)
}

func (m *Mutex) Unlock() {
	race.Release(pointer(m))
	if new := atomic.AddInt32(&m.state, -mutexLocked); new != 0 {
		m.unlockSlow(new)
	}
}

func (m *Mutex) unlockSlow(new int32) {
	if (new+mutexLocked)&mutexLocked == 0 {
		fatal("sync: unlock of unlocked mutex")
	}
	if new&mutexStarving != 0 {
		runtime_Semrelease(&m.sema, true)
		return
	}
	old := new
	for {
		if old>>mutexWaiterShift == 0 || old&(mutexLocked|mutexWoken|mutexStarving) != 0 {
			return
		}
		new = (old - 1<<mutexWaiterShift) | mutexWoken
		if atomic.CompareAndSwapInt32(&m.state, old, new) {
			runtime_Semrelease(&m.sema, false)
			return
		}
		old = m.state
	}
}
