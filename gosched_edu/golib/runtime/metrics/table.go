//go:build go1.16

package metrics

type metric struct {
	name       string
	since      int // minor version of Go
	cumulative bool
	text       string
	read       func() int
}

func (m *metric) known() bool { return minor() >= m.since }

//op STAT r 14
func minor() int

//op STAT r 0
func goroutines() int

//op STAT r 1
func procs() int

//op STAT r 3
func cycles() int

//op STAT r 4
func heapBytes() int

//op STAT r 5
func objects() int

//op STAT r 6
func mallocs() int

//op STAT r 7
func frees() int

//op STAT r 8
func stacks() int

//op STAT r 11
func threads() int

//op STAT r 12
func allocated() int

//op STAT r 16
func runnable() int

//op STAT r 17
func running() int

//op STAT r 18
func waiting() int

//op STAT r 19
func syscalls() int

//op STAT r 20
func created() int

var table = []metric{
	{"/gc/cycles/total:gc-cycles", 16, true, "Completed cycles of the collector.", cycles},
	{"/gc/heap/allocs:bytes", 17, true, "Bytes that were allocated on the heap.", allocated},
	{"/gc/heap/allocs:objects", 17, true, "Objects that were allocated on the heap.", mallocs},
	{"/gc/heap/frees:bytes", 17, true, "Bytes that the collector has freed.", func() int { return allocated() - heapBytes() }},
	{"/gc/heap/frees:objects", 17, true, "Objects that the collector has freed.", frees},
	{"/gc/heap/objects:objects", 16, false, "Objects on the heap, live or not yet swept.", objects},
	{"/memory/classes/heap/objects:bytes", 16, false, "Bytes of the objects on the heap.", heapBytes},
	{"/memory/classes/heap/stacks:bytes", 16, false, "Bytes of the goroutines' stacks.", stacks},
	{"/sched/gomaxprocs:threads", 18, false, "GOMAXPROCS.", procs},
	{"/sched/goroutines-created:goroutines", 26, true, "Goroutines created since the program began.", created},
	{"/sched/goroutines/not-in-go:goroutines", 26, false, "Goroutines in system calls.", syscalls},
	{"/sched/goroutines/runnable:goroutines", 26, false, "Goroutines that wait for a P.", runnable},
	{"/sched/goroutines/running:goroutines", 26, false, "Goroutines that run.", running},
	{"/sched/goroutines/waiting:goroutines", 26, false, "Goroutines that wait for something else.", waiting},
	{"/sched/goroutines:goroutines", 16, false, "Goroutines that exist.", goroutines},
	{"/sched/threads/total:threads", 26, false, "Threads that the runtime has.", threads},
}
