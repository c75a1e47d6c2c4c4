"""Nasty programs: each once showed a difference between the simulation and real Go, or nearly did.

Compared are the output, the exit code and what the runtime says before the traceback; for dead
programs also the innermost function of the traceback, where it is no function of the runtime.
"""

from __future__ import annotations

import golang_real
import pytest

from gosched_edu import go

PROGRAMS: dict[str, str] = {
    "types of runtime errors": r"""package main

import (
	"fmt"
	"runtime"
)

type T struct{}
type J interface{ M() }

func main() {
	var a any = 3
	var n any
	for _, f := range []func(){
		func() { _ = a.(string) },
		func() { _ = a.(J) },
		func() { _ = n.(int) },
		func() { _ = n.(J) },
		func() { var j J; j.M() },
		func() { var p *T; _ = *p },
		func() { _ = a == any([]int{1}); b := any([]int{1}); _ = b == b },
		func() { m := map[any]int{}; m[[]int{1}] = 2 },
		func() { var f func(); f() },
		func() { z := 0; _ = 1 / z },
		func() { z := int8(0); _ = 1 % z },
	} {
		func() {
			defer func() { r := recover(); _, ok := r.(runtime.Error); fmt.Printf("%v %v %T\n", r, ok, r) }()
			f()
		}()
	}
}
""",
    "the same nil panic again": r"""package main

import (
	"fmt"
	"runtime"
)

func main() {
	defer func() {
		r := recover()
		_, ok := r.(*runtime.PanicNilError)
		fmt.Println(r, ok)
		panic(nil)
	}()
	panic(nil)
}
""",
    "a copied Cond": r"""package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	n, woken := 0, []int{}
	for i := 0; i < 20; i++ {
		go func() {
			mu.Lock()
			n++
			c.Wait()
			woken = append(woken, i)
			mu.Unlock()
		}()
	}
	for {
		mu.Lock()
		if n == 20 {
			break
		}
		mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	mu.Unlock()
	for i := 0; i < 5; i++ {
		c.Signal()
		time.Sleep(time.Millisecond)
	}
	mu.Lock()
	fmt.Println(len(woken))
	mu.Unlock()
	c.Broadcast()
	time.Sleep(3 * time.Millisecond)
	mu.Lock()
	fmt.Println(len(woken))
	c2 := *c
	c2.Signal()
}
""",
    "RUnlock of an unlocked RWMutex": r"""package main

import (
	"sync"
)

func main() {
	var mu sync.RWMutex
	mu.RUnlock()
}
""",
    "a signal is remembered": r"""package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("deferred runs")
	var p *struct{ x [100000]int }
	defer func() {
		fmt.Println(recover())
		var a []int
		a = a[:0]
		fmt.Println(a == nil, len(a))
		_ = a[len(os.Args)-1]
	}()
	fmt.Println(p.x[5000])
}
""",
    "slices and conversions out of range": r"""package main

import (
	"fmt"
	"math"
	"strings"
)

func main() {
	s := make([]int, 0, 2)
	f := func(n int) (r any) { defer func() { r = recover() }(); return len(s[:n]) }
	fmt.Println(f(2))
	fmt.Println(f(3))
	fmt.Println(f(-1))
	g := func(i, j, k int) (r any) { defer func() { r = recover() }(); return cap(s[i:j:k]) }
	fmt.Println(g(0, 1, 2))
	fmt.Println(g(1, 0, 2))
	fmt.Println(g(0, 1, 3))
	fmt.Println(g(0, 2, 1))
	h := func(n int) (r any) { defer func() { r = recover() }(); return make([]byte, n)[0] }
	fmt.Println(h(0))
	fmt.Println(h(-1))
	fmt.Println(h(math.MaxInt64))
	p := func(n int) (r any) { defer func() { r = recover() }(); return *(*[2]int)(s[:n]) }
	fmt.Println(p(2))
	fmt.Println(p(1))
	st := "héllo"
	q := func(n int) (r any) { defer func() { r = recover() }(); return st[n:3] }
	fmt.Println(q(1))
	fmt.Println(q(4))
	fmt.Println(q(9))
	fmt.Println(strings.Repeat("a", 3),
		func() (r any) { defer func() { r = recover() }(); return strings.Repeat("a", -1) }())
}
""",
    "nobody listens": r"""package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	done := make(chan string, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				done <- "accept " + fmt.Sprint(errors.Is(err, net.ErrClosed))
				return
			}
			go func() { io.Copy(c, c); c.Close(); done <- "echoed" }()
		}
	}()
	for i := 0; i < 3; i++ {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Fprintf(c, "msg %d", i)
		b := make([]byte, 5)
		io.ReadFull(c, b)
		fmt.Println(string(b))
		c.Close()
		fmt.Println(<-done)
	}
	l.Close()
	fmt.Println(<-done)
	_, err := net.Dial("tcp", l.Addr().String())
	fmt.Println(err != nil, errors.Is(err, syscall.ECONNREFUSED))
}
""",
    "nested panics and Goexit": r"""package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			fmt.Println("r", recover())
		}()
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
			panic("in deferred")
		}()
		defer fmt.Println("deferred")
		runtime.Goexit()
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("outer", recover()) }()
		defer func() { runtime.Goexit() }()
		panic("lost")
	}()
	<-done
	done = make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("outer", recover()) }()
		defer func() { panic("two") }()
		defer func() { fmt.Println(recover()); runtime.Goexit() }()
		panic("one")
	}()
	<-done
}
""",
    "a panic for each deferred call": r"""package main

import (
	"fmt"
)

func main() {
	defer func() {
		defer func() {
			defer func() { fmt.Println("3", recover()); panic("four") }()
			fmt.Println("2", recover())
			panic("three")
		}()
		fmt.Println("1", recover())
		panic("two")
	}()
	panic("one")
}
""",
    "timers stopped and reset": r"""package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(time.Millisecond)
	time.Sleep(3 * time.Millisecond)
	fmt.Println(len(t.C), cap(t.C))
	fmt.Println("stop", t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("empty")
	}
	fmt.Println("reset", t.Reset(time.Millisecond))
	<-t.C
	fmt.Println("reset", t.Reset(time.Hour))
	fmt.Println("reset", t.Reset(time.Hour))
	fmt.Println("stop", t.Stop(), t.Stop())
	time.Sleep(time.Millisecond)
	f := time.AfterFunc(time.Millisecond, func() { fmt.Println("fired") })
	time.Sleep(3 * time.Millisecond)
	fmt.Println(f.Stop(), f.Reset(time.Millisecond))
	time.Sleep(3 * time.Millisecond)
	tk := time.NewTicker(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	fmt.Println(len(tk.C), cap(tk.C))
	<-tk.C
	tk.Stop()
	select {
	case <-tk.C:
		fmt.Println("tick")
	default:
		fmt.Println("no tick")
	}
	tk.Reset(time.Millisecond)
	<-tk.C
	defer func() { fmt.Println(recover()) }()
	tk.Reset(0)
}
""",
    "a tree of contexts": r"""package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type key int

func main() {
	root, cancel := context.WithCancelCause(context.Background())
	a, ca := context.WithTimeout(root, time.Hour)
	b, cb := context.WithCancel(context.WithValue(a, key(1), "v"))
	w := context.WithoutCancel(b)
	stop := context.AfterFunc(b, func() { fmt.Println("after", context.Cause(b)) })
	_ = stop
	d, cd := context.WithTimeoutCause(b, time.Hour, errors.New("too slow"))
	fmt.Println(root)
	cancel(errors.New("root cause"))
	<-d.Done()
	time.Sleep(time.Millisecond)
	fmt.Println(d.Err(), context.Cause(d), context.Cause(a), w.Err(), w.Value(key(1)), context.Cause(w))
	ca()
	cb()
	cd()
	e, ce := context.WithDeadlineCause(context.Background(), time.Now().Add(-1), errors.New("past"))
	fmt.Println(e.Err(), context.Cause(e))
	ce()
	fmt.Println(stop())
	f, cf := context.WithCancel(context.Background())
	st := context.AfterFunc(f, func() { fmt.Println("no") })
	fmt.Println(st(), st())
	cf()
	<-f.Done()
	fmt.Println(errors.Is(e.Err(), context.DeadlineExceeded), e.Err().(interface{ Timeout() bool }).Timeout())
	defer func() { fmt.Println(recover()) }()
	context.WithCancel(nil)
}
""",
    "deadlines of the network": r"""package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	fmt.Println(err)
	go func() {
		c, _ := l.Accept()
		time.Sleep(50 * time.Millisecond)
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	fmt.Println(err)
	c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	b := make([]byte, 4)
	_, err = c.Read(b)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded), err.(net.Error).Timeout())
	c.SetReadDeadline(time.Now().Add(-time.Second))
	_, err = c.Read(b)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	c.SetReadDeadline(time.Time{})
	_, err = c.Read(b)
	fmt.Println(err == io.EOF)
	c.Close()
	_, err = c.Read(b)
	fmt.Println(errors.Is(err, net.ErrClosed))
	l.Close()
	_, err = l.Accept()
	fmt.Println(errors.Is(err, net.ErrClosed))
	p, q := net.Pipe()
	go q.Write([]byte("abc"))
	io.ReadFull(p, b[:3])
	fmt.Println(string(b[:3]))
	p.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err = p.Read(b)
	fmt.Println(err, errors.Is(err, os.ErrDeadlineExceeded))
	q.Close()
	_, err = p.Read(b)
	fmt.Println(err)
	_, err = p.Write(b)
	fmt.Println(err)
}
""",
    "recover at each depth": r"""package main

import (
	"fmt"
)

func h() { fmt.Println("h", recover()) }
func main() {
	defer func() { fmt.Println("last", recover()) }()
	defer func() { h() }()
	defer func() { defer h() }()
	defer h()
	panic("p")
}
""",
    "a system call hides a deadlock for a while": r"""package main

import (
	"fmt"
	"syscall"
)

func main() {
	c := make(chan int)
	go func() {
		ts := syscall.NsecToTimespec(20_000_000)
		syscall.Nanosleep(&ts, nil)
		fmt.Println("back")
	}()
	<-c
}
""",
    "a listener and a timer hide a deadlock": r"""package main

import (
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() { l.Accept() }()
	time.AfterFunc(20*time.Millisecond, func() {
		fmt.Println("still here")
		os.Exit(4)
	})
	c := make(chan int)
	<-c
}
""",
    "a locked thread hides no deadlock": r"""package main

import (
	"runtime"
	"time"
)

func main() {
	c := make(chan int)
	go func() { runtime.LockOSThread(); <-c }()
	time.Sleep(time.Millisecond)
	<-make(chan int)
}
""",
    "a timer that nobody reads hides no deadlock": r"""package main

import (
	"time"
)

func main() {
	t := time.NewTimer(20 * time.Millisecond)
	_ = t
	tk := time.NewTicker(10 * time.Millisecond)
	tk.Stop()
	c := make(chan int)
	<-c
}
""",
    "a timer function hides a deadlock for a while": r"""package main

import (
	"fmt"
	"time"
)

func main() {
	time.AfterFunc(20*time.Millisecond, func() { fmt.Println("func") })
	c := make(chan int)
	<-c
}
""",
    "Goexit in main, alone": r"""package main

import (
	"fmt"
	"runtime"
)

func main() {
	defer fmt.Println("bye")
	runtime.Goexit()
}
""",
    "Goexit in main beside one that waits": r"""package main

import (
	"runtime"
)

func main() {
	c := make(chan int)
	go func() { <-c }()
	runtime.Goexit()
}
""",
    "a panic after Goexit in main": r"""package main

import (
	"runtime"
	"time"
)

func main() {
	go func() { time.Sleep(time.Millisecond); panic("child") }()
	runtime.Goexit()
}
""",
}


@pytest.fixture(scope="module")
def real() -> dict[str, tuple[int, str, str]]:
    """Exit code, output and last words of each in real Go."""
    if golang_real.go() is None:
        pytest.skip("no Go toolchain; `make env` installs one")
    return dict(zip(PROGRAMS, golang_real.results(list(PROGRAMS.values()), "1.27"), strict=True))


def said(text: str) -> tuple[str, str]:
    """The runtime's own words, and the function that was running."""
    words, _, rest = text.removesuffix("exit status 2\n").partition("goroutine ")
    lines = [line.split("[signal")[0] for line in words.splitlines() if line.strip()]
    frames = [line.split("(")[0] + "(" + line.split("(")[1] for line in rest.splitlines()[1:] if "(" in line]
    hidden = ("runtime.", "panic", "sync.fatal", "\t")
    return "\n".join(lines), next((f for f in frames if not f.startswith(hidden)), "")


@pytest.mark.parametrize("procs", [1, 4])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_nasty_program_ends_as_in_real_go(real, name, procs):
    r = go.run(PROGRAMS[name], version="1.27", procs=procs)
    code, output, words = real[name]
    assert r.output == output
    assert (r.exit_code, said(r.stderr)) == (code, said(words))
    assert ("[signal" in r.stderr) == ("[signal" in words)
