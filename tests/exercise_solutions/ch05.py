"""Answers to the exercises of chapter 05: wrong ones that look right, and right ones that differ."""

from __future__ import annotations

from gosched_edu.exercises.chapter05 import HEART, STOP, WORLD

LOOP = "x = x%1000003*7%10007*31%99991 + i\n"
_GOSCHED = LOOP + "\t\tif i%{} == 0 {{\n\t\t\truntime.Gosched()\n\t\t}}\n"


def _swap(source: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in source, f"no {old!r} in the starter"
        source = source.replace(old, new, 1)
    return source


LEAF = (
    "\n//go:noinline\nfunc mix(x, i int) int {\n\treturn x%1000003*7%10007*31%99991 + i\n}\n\nfunc main() {"
)
BIG = (
    "\n//go:noinline\nfunc mix(x, i int) int {\n\tvar pad [40]int\n"
    "\tpad[i&31] = x%1000003*7%10007*31%99991 + i\n\treturn pad[i&31]\n}\n\nfunc main() {"
)
_RT = ('\t"sync"\n', '\t"runtime"\n\t"sync"\n')

RIGHT = {
    "WORLD": {
        "Gosched now and then": _swap(WORLD.starter, (LOOP, _GOSCHED.format(1000))),
        "a call with a check": _swap(WORLD.starter, (LOOP, "x = mix(x, i)\n"), ("\nfunc main() {", BIG)),
        "in parts over a channel": _swap(
            WORLD.starter,
            (LOOP, LOOP + "\t\tif i%4000 == 0 {\n\t\t\ttick <- i\n\t\t\t<-tick\n\t\t}\n"),
            ("\ts, x := 0, 1\n", "\ts, x := 0, 1\n\ttick := make(chan int, 1)\n"),
        ),
    },
    "HEART": {
        "Gosched now and then": _swap(HEART.starter, _RT, (LOOP, _GOSCHED.format(10000))),
        "more Ps": _swap(HEART.starter, _RT, ("\tvar wg", "\truntime.GOMAXPROCS(4)\n\tvar wg")),
    },
    "STOP": {
        "atomic": """package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		x := 1
		for !stop.Load() {
			x = x%1000003*7%10007*31%99991 + 1
		}
		fmt.Println("worker stopped")
		done <- true
	}()
	time.Sleep(time.Millisecond)
	stop.Store(true)
	<-done
	fmt.Println("main ends")
}
""",
        "closed channel": """package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		x := 1
		for {
			select {
			case <-stop:
				fmt.Println("worker stopped")
				return
			default:
				x = x%1000003*7%10007*31%99991 + 1
			}
		}
	}()
	time.Sleep(time.Millisecond)
	close(stop)
	wg.Wait()
	fmt.Println("main ends")
}
""",
    },
}

WRONG = {
    "WORLD": {
        "starter": WORLD.starter,
        "a leaf call": _swap(WORLD.starter, (LOOP, "x = mix(x, i)\n"), ("\nfunc main() {", LEAF)),
        "Gosched once": _swap(WORLD.starter, ("\tfor i", "\truntime.Gosched()\n\tfor i")),
        "Gosched too rarely": _swap(WORLD.starter, (LOOP, _GOSCHED.format(100_000))),
        "its own thread": _swap(
            WORLD.starter, ("\tgo func() {\n", "\tgo func() {\n\t\truntime.LockOSThread()\n")
        ),
        "work first": _swap(
            WORLD.starter,
            ("\ttime.Sleep(time.Millisecond)\n", "\tr := <-done\n\ttime.Sleep(1)\n"),
            ('"sum", <-done)', '"sum", r)'),
        ),
        "no collection": _swap(WORLD.starter, ("\truntime.GC()\n", "\truntime.Gosched()\n")),
    },
    "HEART": {
        "starter": HEART.starter,
        "Gosched once": _swap(HEART.starter, _RT, ("\tx := 1\n", "\tx := 1\n\truntime.Gosched()\n")),
        "a ticker": _swap(
            HEART.starter,
            ("\tfor k := 0", "\tt := time.NewTicker(time.Millisecond)\n\tfor k := 0"),
            ("\t\ttime.Sleep(time.Millisecond)\n", "\t\t<-t.C\n"),
        ),
        "a thread of its own": _swap(
            HEART.starter, _RT, ("\tfor k := 0", "\truntime.LockOSThread()\n\tfor k := 0")
        ),
        "calls in the loop": _swap(HEART.starter, (LOOP, "x = mix(x, i)\n"), ("\nfunc main() {", BIG)),
        "as many Ps as hogs": _swap(HEART.starter, _RT, ("\tvar wg", "\truntime.GOMAXPROCS(2)\n\tvar wg")),
        "less work": _swap(HEART.starter, ("600000", "600")),
        "hogs first": _swap(
            HEART.starter,
            ("\tfor k := 0", "\twg.Wait()\n\tfor k := 0"),
        ),
    },
    "STOP": {
        "starter": STOP.starter,
        "plain bool, with a wait": _swap(
            STOP.starter,
            ("\tgo func", "\tdone := make(chan bool)\n\tgo func"),
            ('stopped")\n', 'stopped")\n\t\tdone <- true\n'),
            ("stop = true\n", "stop = true\n\t<-done\n"),
        ),
        "main does not wait": """package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	var stop atomic.Bool
	go func() {
		for !stop.Load() {
		}
		fmt.Println("worker stopped")
	}()
	time.Sleep(time.Millisecond)
	stop.Store(true)
	fmt.Println("main ends")
}
""",
        "looks only between long parts": """package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		x := 1
		for !stop.Load() {
			for i := 0; i < 3000000; i++ {
				x = x%1000003*7%10007*31%99991 + i
			}
		}
		fmt.Println("worker stopped")
		done <- true
	}()
	time.Sleep(time.Millisecond)
	stop.Store(true)
	<-done
	fmt.Println("main ends")
}
""",
        "waits instead of computing": """package main

import (
	"fmt"
	"time"
)

func main() {
	stop, done := make(chan bool), make(chan bool)
	go func() {
		<-stop
		fmt.Println("worker stopped")
		done <- true
	}()
	time.Sleep(time.Millisecond)
	stop <- true
	<-done
	fmt.Println("main ends")
}
""",
    },
}
