// Package testing: tests and benchmarks in the small (testing).
//
// The compiler gives a program that has Test or Benchmark functions but no main a main that calls
// Main with them. Output is that of go test -v. Each test is a goroutine of its own, so that
// FailNow can end it by Goexit; a parallel test waits until the tests around it are done.
package testing

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

type TB interface {
	Cleanup(func())
	Error(args ...any)
	Errorf(format string, args ...any)
	Fail()
	FailNow()
	Failed() bool
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Name() string
	Skip(args ...any)
	Setenv(key, value string)
	SkipNow()
	Skipf(format string, args ...any)
	Skipped() bool
	TempDir() string
	later
}

type common struct {
	mu       sync.Mutex
	name     string
	failed   bool
	skipped  bool
	finished bool
	parent   *common
	cleanups []func()
	start    time.Time
	time     time.Duration
	done     chan bool     // true: the test is over; false: it went parallel
	release  chan struct{} // closed when parallel subtests may go on
	subs     []*T
	helpers  map[string]bool // functions that have called Helper
}

func (c *common) Name() string { return c.name }

func (c *common) Fail() {
	for ; c != nil; c = c.parent {
		c.mu.Lock()
		c.failed = true
		c.mu.Unlock()
	}
}

func (c *common) Failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

func (c *common) Skipped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipped
}

func (c *common) FailNow() {
	c.Fail()
	c.finished = true
	runtime.Goexit()
}

func (c *common) SkipNow() {
	c.mu.Lock()
	c.skipped = true
	c.mu.Unlock()
	c.finished = true
	runtime.Goexit()
}

// place is the file and line of the innermost call that is in no helper, skip frames above its caller.
func (c *common) place(skip int) string {
	var pcs [50]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip+2, pcs[:])])
	first, more := frames.Next()
	f, before := first, first
	for ; c.isHelper(f.Function); f, more = frames.Next() {
		if !more {
			f = first
			break
		}
		before = f
	}
	if f.Function == "testing.(*T).test" {
		f = before // the test itself has called Helper
	}
	return fmt.Sprintf("%s:%d: ", f.File[strings.LastIndexByte(f.File, '/')+1:], f.Line)
}

func (c *common) isHelper(function string) bool {
	for ; c != nil; c = c.parent {
		c.mu.Lock()
		found := c.helpers[function]
		c.mu.Unlock()
		if found {
			return true
		}
	}
	return false
}

// Helper marks the function that calls it: messages are those of its caller.
func (c *common) Helper() {
	var pc [1]uintptr
	runtime.Callers(2, pc[:])
	c.mu.Lock()
	if c.helpers == nil {
		c.helpers = map[string]bool{}
	}
	c.helpers[runtime.FuncForPC(pc[0]-1).Name()] = true
	c.mu.Unlock()
}

// log writes a message of who called its caller.
func (c *common) log(s string) {
	s = strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n        ")
	s = "    " + c.place(2) + s
	last.Lock()
	defer last.Unlock()
	if last.name != "" && last.name != c.name {
		fmt.Println("=== NAME  " + c.name)
	}
	last.name = c.name
	fmt.Println(s)
}

// last is the test that the output is about.
var last struct {
	sync.Mutex
	name string
}

// update writes a line that names the test.
func (c *common) update(s string) {
	last.Lock()
	defer last.Unlock()
	last.name = c.name
	fmt.Println(s)
}

func (c *common) Log(args ...any)                   { c.log(fmt.Sprintln(args...)) }
func (c *common) Logf(format string, args ...any)   { c.log(fmt.Sprintf(format, args...)) }
func (c *common) Error(args ...any)                 { c.log(fmt.Sprintln(args...)); c.Fail() }
func (c *common) Errorf(format string, args ...any) { c.log(fmt.Sprintf(format, args...)); c.Fail() }
func (c *common) Fatal(args ...any)                 { c.log(fmt.Sprintln(args...)); c.FailNow() }
func (c *common) Fatalf(format string, args ...any) { c.log(fmt.Sprintf(format, args...)); c.FailNow() }
func (c *common) Skip(args ...any)                  { c.log(fmt.Sprintln(args...)); c.SkipNow() }
func (c *common) Skipf(format string, args ...any)  { c.log(fmt.Sprintf(format, args...)); c.SkipNow() }

func (c *common) Cleanup(f func()) {
	c.mu.Lock()
	c.cleanups = append(c.cleanups, f)
	c.mu.Unlock()
}

func (c *common) runCleanups() {
	for len(c.cleanups) > 0 {
		n := len(c.cleanups) - 1
		f := c.cleanups[n]
		c.cleanups = c.cleanups[:n]
		f()
	}
}

func (c *common) Setenv(key, value string) {
	before, had := os.LookupEnv(key)
	os.Setenv(key, value)
	c.Cleanup(func() {
		if had {
			os.Setenv(key, before)
		} else {
			os.Unsetenv(key)
		}
	})
}

// TempDir makes a folder for this call, which is removed when the test is over.
func (c *common) TempDir() string {
	name := strings.NewReplacer("/", "_", " ", "_").Replace(c.name)
	dir, err := os.MkdirTemp("", name)
	if err == nil {
		c.Cleanup(func() { os.RemoveAll(dir) })
		dir += "/001"
		err = os.Mkdir(dir, 0777)
	}
	if err != nil {
		c.Fatalf("TempDir: %v", err)
	}
	return dir
}

type T struct {
	common
	parallel bool
}

type InternalTest struct {
	Name string
	F    func(*T)
}

func (c *common) child(name string) *T {
	t := &T{}
	t.name = name
	t.done = make(chan bool)
	t.release = make(chan struct{})
	if c.name != "" {
		t.parent = c
		t.name = c.name + "/" + strings.ReplaceAll(name, " ", "_")
	}
	return t
}

// Run runs f as a subtest and waits until it is over or has called Parallel.
func (t *T) Run(name string, f func(t *T)) bool { return t.common.run(name, f) }

func (c *common) run(name string, f func(t *T)) bool {
	t := c.child(name)
	c.mu.Lock()
	c.subs = append(c.subs, t)
	c.mu.Unlock()
	t.update("=== RUN   " + t.name)
	t.start = time.Now()
	go t.test(f)
	if over := <-t.done; over && c.name == "" {
		t.report("")
	}
	return !t.Failed()
}

// test is the goroutine of t.
func (t *T) test(f func(t *T)) {
	defer func() {
		if !t.finished {
			err := recover()
			t.Fail()
			if err != nil {
				t.report("")
				panic(err)
			}
		}
		t.releaseSubs()
		t.runCleanups()
		t.time += time.Since(t.start)
		t.done <- true
	}()
	f(t)
	t.finished = true
}

// releaseSubs lets the parallel subtests go on, and waits for them.
func (c *common) releaseSubs() {
	close(c.release)
	for _, sub := range c.subs {
		if sub.parallel {
			<-sub.done
		}
	}
}

func (t *T) Parallel() {
	if t.parallel {
		panic("testing: t.Parallel called multiple times")
	}
	t.parallel = true
	parent := t.parent
	if parent == nil {
		parent = &root
	}
	t.time += time.Since(t.start)
	t.update("=== PAUSE " + t.name)
	t.done <- false
	<-parent.release
	t.update("=== CONT  " + t.name)
	t.start = time.Now()
}

// report prints the result of a test and, below it, of its subtests.
func (t *T) report(indent string) {
	word := "PASS"
	if t.Failed() {
		word = "FAIL"
	} else if t.Skipped() {
		word = "SKIP"
	}
	t.update(fmt.Sprintf("%s--- %s: %s (%.2fs)", indent, word, t.name, t.time.Seconds()))
	for _, sub := range t.subs {
		sub.report(indent + "    ")
	}
}

var root = common{release: make(chan struct{})}

// M runs all tests.
type M struct {
	tests      []InternalTest
	benchmarks []InternalBenchmark
	examples   func() bool
	code       int
}

// MainStart is what TestMain gets; matchString and fuzzing are left out.
func MainStart(match any, tests []InternalTest, benchmarks []InternalBenchmark, fuzz any) *M {
	return &M{tests: tests, benchmarks: benchmarks}
}

// Main is the main function of a program that has only tests.
func Main(match any, tests []InternalTest, benchmarks []InternalBenchmark) {
	os.Exit(MainStart(match, tests, benchmarks, nil).Run())
}

// Run runs tests, and benchmarks if they pass, and returns the exit code.
func (m *M) Run() int {
	ok := true
	for _, t := range m.tests {
		ok = root.run(t.Name, t.F) && ok
	}
	root.releaseSubs()
	for _, t := range root.subs {
		if t.parallel {
			t.report("")
		}
		ok = ok && !t.Failed()
	}
	if m.examples != nil {
		ok = m.examples() && ok
	}
	if !ok {
		m.code = 1
		fmt.Println("FAIL")
		return 1
	}
	for _, b := range m.benchmarks {
		root.bench(b.Name, b.F)
	}
	fmt.Println("PASS")
	return 0
}

// Exit ends a program whose TestMain has returned.
func (m *M) Exit() { os.Exit(m.code) }

func Short() bool   { return false }
func Verbose() bool { return true }

//since 1.21
func Testing() bool { return true }
