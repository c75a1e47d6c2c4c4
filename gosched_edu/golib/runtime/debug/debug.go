// Package debug has the knobs of the runtime that programs turn (runtime/debug).
//
// A stack cannot grow beyond the budget of the run, whatever SetMaxStack says; a memory limit is
// remembered and changes nothing.
package debug

import (
	"os"
	"runtime"
)

var (
	memoryLimit = int64(1<<63 - 1)
)

//op GCPCT r a
func SetGCPercent(percent int) (old int)

//op LIMITS r 0 a
func SetMaxStack(bytes int) (old int)

//op LIMITS r 1 a
func SetMaxThreads(threads int) (old int)

//since 1.19
func SetMemoryLimit(limit int64) (old int64) {
	old = memoryLimit
	if limit >= 0 {
		memoryLimit = limit
	}
	return
}

func FreeOSMemory() { runtime.GC() }

func Stack() []byte {
	for n := 1024; ; n *= 2 {
		b := make([]byte, n)
		if got := runtime.Stack(b, false); got < n {
			return b[:got]
		}
	}
}

func PrintStack() { os.Stderr.Write(Stack()) }

// SetPanicOnFault is remembered only: a fault at a wild address cannot happen here.
func SetPanicOnFault(enabled bool) bool {
	old := panicOnFault
	panicOnFault = enabled
	return old
}

var panicOnFault bool

// SetTraceback changes nothing: tracebacks are those of GOTRACEBACK=single.
func SetTraceback(level string) {}
