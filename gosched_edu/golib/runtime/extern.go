// What programs may ask of the runtime (extern.go, debug.go, mstats.go).
package runtime

const (
	GOOS     = "linux"
	GOARCH   = "amd64"
	Compiler = "gc"
)

//op GOSCHED
func Gosched()

//op GOEXIT
func Goexit()

//op GC
func GC()

//op STAT r 0
func NumGoroutine() int

// GOMAXPROCS sets the number of Ps if n > 0, and returns what it was.
//
//op SETPROCS r a
func GOMAXPROCS(n int) int

//op LOCKT 1
func LockOSThread()

//op LOCKT 0
func UnlockOSThread()

// The number of Ps that the program starts with is the number of CPUs.
var ncpu = stat(statProcs)

func NumCPU() int       { return ncpu }
func NumCgoCall() int64 { return 0 }
func GOROOT() string    { return "/usr/local/go" }
func Version() string   { return "go1." + itoa(goMinor()) }

// KeepAlive needs to do nothing: what is passed is alive until then.
func KeepAlive(x any) {}

// Caller says where the skip-th caller of the function that calls it is.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var one [1]uintptr
	if skip < 0 || Callers(skip+2, one[:]) < 1 {
		return
	}
	f, _ := CallersFrames(one[:]).Next()
	return one[0], f.File, f.Line, true
}

// Callers fills in the return addresses of the calls on the stack; 0 stands for Callers itself.
func Callers(skip int, pc []uintptr) int {
	n := 0
	for depth := 0; n < len(pc); depth++ {
		at, fn, _, _, _, _ := frame(-1, depth)
		if at < 0 {
			if skip <= 0 {
				pc[n] = goexitPC + 4
				n++
			}
			break
		}
		if symFlags(fn)&symWrapper != 0 {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		pc[n] = uintptr(textBase + 4*(at+1))
		n++
	}
	return n
}

type MemStats struct {
	Alloc, TotalAlloc, Sys, Lookups, Mallocs, Frees                    uint64
	HeapAlloc, HeapSys, HeapIdle, HeapInuse, HeapReleased, HeapObjects uint64
	StackInuse, StackSys, NextGC, LastGC, PauseTotalNs                 uint64
	NumGC, NumForcedGC                                                 uint32
	GCCPUFraction                                                      float64
}

func ReadMemStats(m *MemStats) {
	heap := uint64(stat(statHeapAlloc))
	stack := uint64(stat(statStackInuse))
	m.Alloc, m.HeapAlloc, m.HeapInuse = heap, heap, heap
	m.TotalAlloc = uint64(stat(statTotalAlloc))
	m.Mallocs = uint64(stat(statMallocs))
	m.Frees = uint64(stat(statFrees))
	m.HeapSys = uint64(stat(statHeapSys))
	m.HeapIdle = m.HeapSys - heap
	m.HeapObjects = uint64(stat(statHeapObjects))
	m.StackInuse, m.StackSys = stack, stack
	m.Sys = m.HeapSys + stack
	m.PauseTotalNs = uint64(stat(statPauseTotalNs))
	m.NumGC = uint32(stat(statNumGC))
}

func Breakpoint() {}
