package testing

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type InternalBenchmark struct {
	Name string
	F    func(b *B)
}

// A B runs its function with growing N until that takes a millisecond of virtual time: nothing here is
// noise that a second would average out.
type B struct {
	common
	N        int
	running  bool
	duration time.Duration
	bytes    int64
	loops    int  // rounds of Loop
	parts    bool // Run was called
}

const benchTime = time.Millisecond

func (b *B) StartTimer() {
	if !b.running {
		b.start = time.Now()
		b.running = true
	}
}

func (b *B) StopTimer() {
	if b.running {
		b.duration += time.Since(b.start)
		b.running = false
	}
}

func (b *B) ResetTimer() {
	b.start = time.Now()
	b.duration = 0
}

func (b *B) Elapsed() time.Duration {
	if b.running {
		return b.duration + time.Since(b.start)
	}
	return b.duration
}

func (b *B) ReportAllocs()                       {}
func (b *B) SetBytes(n int64)                    { b.bytes = n }
func (b *B) ReportMetric(n float64, unit string) {}
func (b *B) SetParallelism(p int)                {}

// Loop is true until the benchmark has run long enough.
//
//since 1.24
func (b *B) Loop() bool {
	if b.loops == 0 {
		b.ResetTimer()
	}
	if b.loops > 0 && b.Elapsed() >= benchTime {
		b.StopTimer()
		b.N = b.loops
		return false
	}
	b.loops++
	return true
}

func (b *B) runN(f func(b *B), n int) {
	done := make(chan bool)
	b.N = n
	go func() {
		defer func() { done <- true }()
		b.ResetTimer()
		b.StartTimer()
		f(b)
		b.StopTimer()
	}()
	<-done
}

func (b *B) Run(name string, f func(b *B)) bool {
	b.parts = true
	return b.bench(b.name+"/"+name, f)
}

// bench prints the result of a benchmark, unless its parts have printed theirs.
func (c *common) bench(name string, f func(b *B)) bool {
	b := &B{}
	b.name = name
	r := b.measure(f)
	if !b.parts {
		procs := ""
		if n := runtime.GOMAXPROCS(0); n > 1 {
			procs = fmt.Sprintf("-%d", n)
		}
		fmt.Printf("%s%s\t%s\n", name, procs, r)
	}
	return !b.Failed()
}

type BenchmarkResult struct {
	N int
	T time.Duration
}

func (r BenchmarkResult) NsPerOp() int64 {
	if r.N <= 0 {
		return 0
	}
	return r.T.Nanoseconds() / int64(r.N)
}

func (r BenchmarkResult) AllocsPerOp() int64       { return 0 }
func (r BenchmarkResult) AllocedBytesPerOp() int64 { return 0 }

func (r BenchmarkResult) String() string {
	ns := float64(r.T.Nanoseconds()) / float64(max(r.N, 1))
	switch {
	case ns == 0 || ns >= 99.95:
		return fmt.Sprintf("%8d\t%10.0f ns/op", r.N, ns)
	case ns >= 9.995:
		return fmt.Sprintf("%8d\t%12.1f ns/op", r.N, ns)
	}
	return fmt.Sprintf("%8d\t%13.2f ns/op", r.N, ns)
}

func Benchmark(f func(b *B)) BenchmarkResult { return new(B).measure(f) }

func (b *B) measure(f func(b *B)) BenchmarkResult {
	for n := 1; ; {
		b.duration, b.loops = 0, 0
		b.runN(f, n)
		if b.duration >= benchTime || b.loops > 0 || b.parts || b.Failed() || n >= 1000000 {
			return BenchmarkResult{b.N, b.duration}
		}
		per := max(int(b.duration)/n, 1)
		n = min(max(int(benchTime)*6/5/per, n+1), 100*n)
	}
}

// A PB shares out the rounds of a parallel benchmark.
type PB struct {
	left *int64
}

func (pb *PB) Next() bool { return atomic.AddInt64(pb.left, -1) >= 0 }

func (b *B) RunParallel(body func(*PB)) {
	left := int64(b.N)
	var wg sync.WaitGroup
	for i := runtime.GOMAXPROCS(0); i > 0; i-- {
		wg.Add(1)
		go func() {
			defer wg.Done()
			body(&PB{&left})
		}()
	}
	wg.Wait()
}

func AllocsPerRun(runs int, f func()) float64 {
	var before, after runtime.MemStats
	f()
	runtime.ReadMemStats(&before)
	for i := 0; i < runs; i++ {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / uint64(max(runs, 1)))
}
