// Package debug has the knobs of the runtime that programs turn (runtime/debug).
//
// Limits of stacks, threads and memory are settings of the run, not of the program: those functions
// remember what they were told and change nothing.
package debug

import (
	"os"
	"runtime"
)

var (
	maxStack    = 1000000000
	maxThreads  = 10000
	memoryLimit = int64(1<<63 - 1)
)

//op GCPCT r a
func SetGCPercent(percent int) (old int)

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
