"""Go programs whose real traces hold what a trace reader can get wrong."""

PINGPONG = """package main

import (
	"runtime"
	"sync"
	"time"
)

func worker(ch chan int, wg *sync.WaitGroup) {
	defer wg.Done()
	for v := range ch {
		if v%7 == 0 {
			runtime.Gosched()
		}
		if v%31 == 0 {
			time.Sleep(time.Microsecond)
		}
	}
}

func main() {
	ch := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go worker(ch, &wg)
	}
	for i := 0; i < 300; i++ {
		ch <- i
	}
	close(ch)
	wg.Wait()
}
"""

# System calls that lose their P to sysmon, locked threads, a Mutex, preemption.
SYSCALLS = """package main

import (
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i == 0 {
				runtime.LockOSThread()
			}
			for j := 0; j < 5; j++ {
				ts := syscall.NsecToTimespec(500_000)
				syscall.Nanosleep(&ts, nil)
				mu.Lock()
				time.Sleep(20 * time.Microsecond)
				mu.Unlock()
			}
		}()
	}
	r, w, _ := os.Pipe()
	go func() {
		for s := time.Now(); time.Since(s) < 30*time.Millisecond; {
		}
		w.Write([]byte("x"))
	}()
	r.Read(make([]byte, 1))
	wg.Wait()
}
"""

# The garbage collector's goroutines, and thousands of user goroutines.
GARBAGE = """package main

import "sync"

var keep [][]byte

func main() {
	var wg sync.WaitGroup
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := make([]byte, 64<<10)
			b[0] = byte(i)
		}()
		if i%10 == 0 {
			keep = append(keep, make([]byte, 256<<10))
		}
	}
	wg.Wait()
}
"""

# Coroutine switches (Go 1.23).
COROUTINES = """package main

import (
	"fmt"
	"iter"
)

func main() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; i < 50 && yield(i); i++ {
		}
	})
	sum := 0
	for i := 0; i < 20; i++ {
		v, _ := next()
		sum += v
	}
	stop()
	fmt.Println(sum)
}
"""

# The tracer opens a new generation every second.
GENERATIONS = """package main

import "time"

func main() {
	done := make(chan bool)
	go func() {
		for i := 0; i < 250; i++ {
			time.Sleep(10 * time.Millisecond)
		}
		close(done)
	}()
	<-done
}
"""

PROGRAMS = {
    "pingpong": PINGPONG, "syscalls": SYSCALLS, "garbage": GARBAGE,
    "coroutines": COROUTINES, "generations": GENERATIONS,
}  # fmt: skip
