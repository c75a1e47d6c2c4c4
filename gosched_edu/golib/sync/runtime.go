// What package sync asks of the scheduler (sync/runtime.go).
//
// A semaphore is a word of the lock; who waits for it is known to the runtime by its address.
// The number in the template is the wait reason, kernel/events.py:Reason.
package sync

import "unsafe"

//op SEMACQ a b 19
//until 1.20
func runtime_SemacquireMutex(s *uint32, lifo bool)

//op SEMACQ a b 45
//since 1.20
func runtime_SemacquireMutex(s *uint32, lifo bool)

//op SEMACQ a b 19
//until 1.20
func runtime_SemacquireRWMutexR(s *uint32, lifo bool)

//op SEMACQ a b 46
//since 1.20
func runtime_SemacquireRWMutexR(s *uint32, lifo bool)

//op SEMACQ a b 19
//until 1.20
func runtime_SemacquireRWMutex(s *uint32, lifo bool)

//op SEMACQ a b 47
//since 1.20
func runtime_SemacquireRWMutex(s *uint32, lifo bool)

//op SEMACQ a b 19
//until 1.24
func runtime_SemacquireWaitGroup(s *uint32, lifo bool)

//op SEMACQ a b 20
//since 1.24
func runtime_SemacquireWaitGroup(s *uint32, lifo bool)

//op SEMREL a b
func runtime_Semrelease(s *uint32, handoff bool)

//since 1.5
//op CANSPIN r a
func runtime_canSpin(i int) bool

//until 1.5
func runtime_canSpin(i int) bool { return false }

//op SPIN
func runtime_doSpin()

//op NOW r
func runtime_nanotime() int64

//op THROW a
func fatal(text string)

//op NLADD r a
func runtime_notifyListAdd(l *notifyList) uint32

//op NLWAIT a b
func runtime_notifyListWait(l *notifyList, t uint32)

//op NLONE a
func runtime_notifyListNotifyOne(l *notifyList)

//op NLALL a
func runtime_notifyListNotifyAll(l *notifyList)

//op STAT r 3
func runtime_numGC() int

// The atomics of sync.Map and Pool.

//op ALD r a
func load[T any](addr **T) *T

//op AST a b
func store[T any](addr **T, p *T)

//op XCHG r a b
func swap[T any](addr **T, p *T) *T

//op CAS r a b
func cas[T any](addr **T, old, new *T) bool

//op MOV r a
func pointer[T any](p *T) unsafe.Pointer

// noCopy marks what go vet shall not see copied.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
