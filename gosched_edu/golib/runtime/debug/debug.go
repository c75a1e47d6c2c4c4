// Package debug has the knobs of the runtime that programs turn (runtime/debug).
//
// The pace of the collector is a setting of the run, not of the program: SetGCPercent and
// its like remember what they were told and change nothing.
package debug

import (
	"os"
	"runtime"
)

var (
	gcPercent   = 100
	maxStack    = 1 << 30
	maxThreads  = 10000
	memoryLimit = int64(1<<63 - 1)
)

func SetGCPercent(percent int) (old int) {
	old, gcPercent = gcPercent, percent
	return
}

func SetMaxStack(bytes int) (old int) {
	old, maxStack = maxStack, bytes
	return
}

func SetMaxThreads(threads int) (old int) {
	old, maxThreads = maxThreads, threads
	return
}

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
	b := make([]byte, 1024)
	return b[:runtime.Stack(b, false)]
}

func PrintStack() { os.Stderr.Write(Stack()) }
