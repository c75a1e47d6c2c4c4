package sync

import (
	"internal/race"
	"sync/atomic"
)

// RWMutex: many readers or one writer (sync/rwmutex.go).
//
// readerCount counts readers; a writer announces itself by making it negative, so that later
// readers wait behind it, and then waits until the readers of that moment (readerWait) are
// gone. Hence a goroutine that holds RLock must not take it again: a writer between the two
// stops both for ever.
type RWMutex struct {
	w           Mutex
	writerSem   uint32
	readerSem   uint32
	readerCount int32
	readerWait  int32
}

const rwmutexMaxReaders = 1 << 30

func (rw *RWMutex) RLock() {
	if atomic.AddInt32(&rw.readerCount, 1) < 0 {
		runtime_SemacquireRWMutexR(&rw.readerSem, false)
	}
	race.Acquire(pointer(&rw.readerSem))
}

//since 1.18
func (rw *RWMutex) TryRLock() bool {
	for {
		c := atomic.LoadInt32(&rw.readerCount)
		if c < 0 {
			return false
		}
		if atomic.CompareAndSwapInt32(&rw.readerCount, c, c+1) {
			race.Acquire(pointer(&rw.readerSem))
			return true
		}
	}
}

func (rw *RWMutex) RUnlock() {
	race.Release(pointer(&rw.writerSem))
	if r := atomic.AddInt32(&rw.readerCount, -1); r < 0 {
		rw.rUnlockSlow(r)
	}
}

func (rw *RWMutex) rUnlockSlow(r int32) {
	if r+1 == 0 || r+1 == -rwmutexMaxReaders {
		fatal("sync: RUnlock of unlocked RWMutex")
	}
	if atomic.AddInt32(&rw.readerWait, -1) == 0 {
		runtime_Semrelease(&rw.writerSem, false)
	}
}

func (rw *RWMutex) Lock() {
	rw.w.Lock()
	r := atomic.AddInt32(&rw.readerCount, -rwmutexMaxReaders) + rwmutexMaxReaders
	if r != 0 && atomic.AddInt32(&rw.readerWait, r) != 0 {
		runtime_SemacquireRWMutex(&rw.writerSem, false)
	}
	race.Acquire(pointer(&rw.readerSem))
	race.Acquire(pointer(&rw.writerSem))
}

//since 1.18
func (rw *RWMutex) TryLock() bool {
	if !rw.w.TryLock() {
		return false
	}
	if !atomic.CompareAndSwapInt32(&rw.readerCount, 0, -rwmutexMaxReaders) {
		rw.w.Unlock()
		return false
	}
	race.Acquire(pointer(&rw.readerSem))
	race.Acquire(pointer(&rw.writerSem))
	return true
}

func (rw *RWMutex) Unlock() {
	race.Release(pointer(&rw.readerSem))
	r := atomic.AddInt32(&rw.readerCount, rwmutexMaxReaders)
	if r >= rwmutexMaxReaders {
		fatal("sync: Unlock of unlocked RWMutex")
	}
	for i := int32(0); i < r; i++ {
		runtime_Semrelease(&rw.readerSem, false)
	}
	rw.w.Unlock()
}

// RLocker returns a Locker whose Lock is RLock.
func (rw *RWMutex) RLocker() Locker { return (*rlocker)(rw) }

type rlocker RWMutex

func (r *rlocker) Lock()   { (*RWMutex)(r).RLock() }
func (r *rlocker) Unlock() { (*RWMutex)(r).RUnlock() }
