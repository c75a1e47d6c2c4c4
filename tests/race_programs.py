"""Go programs and what ``go run -race`` (1.22, linux/amd64) says of them: the lines of the races it reported.

In each program the lines count from ``package main``. A race in a library function counts at its call.
"""

from __future__ import annotations

#: Name, source, lines.
PROGRAMS: list[tuple[str, str, set[int]]] = [
    ("afterfunc", """package main

import (
	"fmt"
	"time"
)

func main() {
	x := 1
	done := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { x++; close(done) })
	<-done
	fmt.Println(x)
}
""", set()),
    ("afterfunc_bad", """package main

import (
	"fmt"
	"time"
)

func main() {
	x := 1
	done := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { x++; close(done) })
	x = 5
	<-done
	fmt.Println("ok")
}
""", {11, 12}),
    ("append", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var s []int
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); s = append(s, i) }()
	}
	wg.Wait()
	fmt.Println(len(s) > 0)
}
""", {13}),
    ("atomic_mixed", """package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var n int32
	done := make(chan bool)
	go func() {
		atomic.AddInt32(&n, 1)
		done <- true
	}()
	fmt.Println(n >= 0)
	<-done
}
""", {12, 15}),
    ("atomic_ok", """package main

import (
	"fmt"
	"sync/atomic"
	"runtime"
)

func main() {
	var n atomic.Int32
	var x int
	go func() {
		x = 7
		n.Store(1)
	}()
	for n.Load() == 0 {
		runtime.Gosched()
	}
	fmt.Println(x)
}
""", set()),
    ("buffer", """package main

import (
	"fmt"
	"strings"
)

func main() {
	var b strings.Builder
	done := make(chan bool)
	go func() { b.WriteString("x"); close(done) }()
	b.WriteString("y")
	<-done
	fmt.Println(b.Len() > 0)
}
""", {11, 12}),
    ("cond", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	ready := false
	x := 0
	go func() {
		x = 3
		mu.Lock()
		ready = true
		mu.Unlock()
		c.Broadcast()
	}()
	mu.Lock()
	for !ready {
		c.Wait()
	}
	mu.Unlock()
	fmt.Println(x)
}
""", set()),
    ("context", """package main

import (
	"fmt"
	"context"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	x := 0
	go func() { x = 1; cancel() }()
	<-ctx.Done()
	fmt.Println(x, ctx.Err())
}
""", set()),
    ("copy", """package main

import (
	"fmt"
)

func main() {
	s := []int{1, 2, 3}
	d := make([]int, 3)
	done := make(chan bool)
	go func() { s[2] = 9; close(done) }()
	copy(d, s)
	<-done
	fmt.Println(d[0])
}
""", {11, 12}),
    ("counter", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	n := 0
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); n++ }()
	}
	wg.Wait()
	fmt.Println(n > 0)
}
""", {13}),
    ("counter_mutex", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); mu.Lock(); n++; mu.Unlock() }()
	}
	wg.Wait()
	fmt.Println(n)
}
""", set()),
    ("disjoint", """package main

import (
	"fmt"
)

func main() {
	s := make([]int, 3)
	done := make(chan bool)
	go func() {
		s[1] = 1
		done <- true
	}()
	s[0] = 5
	<-done
	fmt.Println(s)
}
""", set()),
    ("flag_bad", """package main

import (
	"fmt"
	"time"
)

func main() {
	flag := false
	x := 0
	go func() {
		x = 7
		flag = true
	}()
	for i := 0; i < 100 && !flag; i++ {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(x)
}
""", {12, 13, 15, 18}),
    ("interface", """package main

import (
	"fmt"
)

var e error
func main() {
	done := make(chan bool)
	go func() { e = fmt.Errorf("a"); close(done) }()
	if e != nil {
		fmt.Println("set")
	}
	<-done
	fmt.Println(e)
}
""", {10, 11}),
    ("lazy_bad", """package main

import (
	"fmt"
	"sync"
)

var conf *int
func get() *int {
	if conf == nil {
		c := 42
		conf = &c
	}
	return conf
}
func main() {
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); get() }()
	}
	wg.Wait()
	fmt.Println(*conf)
}
""", {10, 12}),
    ("map", """package main

import (
	"fmt"
)

func main() {
	m := map[int]int{}
	done := make(chan bool)
	go func() {
		m[1] = 1
		done <- true
	}()
	m[2] = 2
	<-done
	fmt.Println(len(m))
}
""", {11, 14}),
    ("once", """package main

import (
	"fmt"
	"sync"
)

var once sync.Once
var conf int
func get() int { once.Do(func() { conf = 42 }); return conf }
func main() {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); get() }()
	}
	wg.Wait()
	fmt.Println(conf)
}
""", set()),
    ("range", """package main

import (
	"fmt"
)

func main() {
	s := []int{1, 2, 3}
	done := make(chan bool)
	go func() { s[2] = 9; close(done) }()
	t := 0
	for _, v := range s {
		t += v
	}
	<-done
	fmt.Println(t > 0)
}
""", {10, 12}),
    ("rw_bad", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var mu sync.RWMutex
	n := 0
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); mu.RLock(); n++; mu.RUnlock() }()
	}
	wg.Wait()
	fmt.Println(n > 0)
}
""", {14}),
    ("rw_good", """package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var mu sync.RWMutex
	n, m := 0, 0
	for i := 0; i < 3; i++ {
		wg.Add(2)
		go func() { defer wg.Done(); mu.RLock(); _ = n; mu.RUnlock() }()
		go func() { defer wg.Done(); mu.Lock(); n++; m += n; mu.Unlock() }()
	}
	wg.Wait()
	fmt.Println(n, m)
}
""", set()),
    ("select", """package main

import (
	"fmt"
)

func main() {
	a, b := make(chan int), make(chan int)
	x, y := 0, 0
	go func() { x = 1; a <- 1 }()
	go func() { y = 1; b <- 1 }()
	for i := 0; i < 2; i++ {
		select {
		case <-a:
			fmt.Println(x)
		case <-b:
			fmt.Println(y)
		}
	}
}
""", set()),
    ("sem_chan", """package main

import (
	"fmt"
	"sync"
)

func main() {
	sem := make(chan bool, 1)
	n := 0
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sem <- true
			n++
			<-sem
		}()
	}
	wg.Wait()
	fmt.Println(n)
}
""", set()),
    ("sem_chan2", """package main

import (
	"fmt"
	"sync"
)

func main() {
	sem := make(chan bool, 2)
	n := 0
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sem <- true
			n++
			<-sem
		}()
	}
	wg.Wait()
	fmt.Println(n > 0)
}
""", {17}),
    ("sleep_bad", """package main

import (
	"fmt"
	"time"
)

func main() {
	x := 0
	go func() { x = 1 }()
	time.Sleep(20 * time.Millisecond)
	fmt.Println(x)
}
""", {10, 12}),
    ("slice", """package main

import (
	"fmt"
)

func main() {
	s := make([]int, 3)
	done := make(chan bool)
	go func() {
		s[1] = 1
		done <- true
	}()
	s[0] = 5
	s[1] = 2
	<-done
	fmt.Println(len(s))
}
""", {11, 15}),
    ("string", """package main

import (
	"fmt"
)

var s string
func main() {
	done := make(chan bool)
	go func() { s = "abc"; close(done) }()
	t := s
	<-done
	fmt.Println(len(t) <= 3, s)
}
""", {10, 11}),
    ("struct_copy", """package main

import (
	"fmt"
)

type T struct{ a, b int }
func main() {
	var t T
	done := make(chan bool)
	go func() {
		t.a = 1
		done <- true
	}()
	u := t
	<-done
	fmt.Println(u.b, t.a)
}
""", {12, 15}),
    ("struct_fields", """package main

import (
	"fmt"
)

type T struct{ a, b int }
func main() {
	var t T
	done := make(chan bool)
	go func() {
		t.a = 1
		done <- true
	}()
	t.b = 2
	<-done
	fmt.Println(t)
}
""", set()),
    ("syncmap", """package main

import (
	"fmt"
	"sync"
	"runtime"
)

func main() {
	var m sync.Map
	x := 0
	go func() { x = 5; m.Store("k", 1) }()
	for {
		if _, ok := m.Load("k"); ok {
			break
		}
		runtime.Gosched()
	}
	fmt.Println(x)
}
""", set()),
    ("trylock", """package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	x := 0
	go func() { mu.Lock(); x++; mu.Unlock() }()
	time.Sleep(5 * time.Millisecond)
	if mu.TryLock() {
		x++
		mu.Unlock()
	}
	fmt.Println(x)
}
""", set()),
    ("wg_misuse", """package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	x := 0
	wg.Add(1)
	go func() {
		wg.Done()
		x = 1
	}()
	wg.Wait()
	x = 2
	time.Sleep(10 * time.Millisecond)
	fmt.Println(x > 0)
}
""", {15, 18}),
]
