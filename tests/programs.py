"""Go programs for the tests: the golden ones, and a generator of random ones.

The generator makes programs in which everything the kernel does can happen: goroutines
that start goroutines, buffered, unbuffered and closed channels, WaitGroups, sleeps,
Gosched, loops and prints. They may deadlock or panic: that is an outcome like any other, and
it must be the same in both forms of the kernel.
"""

from __future__ import annotations

import random

HEADER = 'package main\n\nimport (\n\t"fmt"\n\t"runtime"\n\t"sync"\n\t"time"\n)\n'

#: for i < n { go print(i) }: orders measured on real Go 1.21, 1.22 and 1.27, one P.
SPAWN = """package main

import (
	"fmt"
	"sync"
)

//knob n 1 2000
var n = 10

func main() {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			fmt.Println(i)
			wg.Done()
		}()
	}
	wg.Wait()
}
"""

UNBUFFERED = """package main

import "fmt"

func main() {
	c := make(chan int)
	go func() {
		for i := 0; i < 4; i++ {
			fmt.Print("s", i, " ")
			c <- i
		}
		close(c)
	}()
	for v := range c {
		fmt.Print("r", v, " ")
	}
}
"""

BUFFERED = """package main

import "fmt"

func main() {
	c := make(chan int, 2)
	go func() {
		for i := 0; i < 8; i++ {
			c <- i
			fmt.Print("s", i, " ")
		}
		close(c)
	}()
	for v := range c {
		fmt.Print("r", v, " ")
	}
}
"""

CLOSE_WAKES = """package main

import (
	"fmt"
	"runtime"
)

func settle() {
	for i := 0; i < 200; i++ {
		runtime.Gosched()
	}
}

func main() {
	c := make(chan int)
	for i := 0; i < 6; i++ {
		go func() {
			fmt.Print("q", i, " ")
			<-c
			fmt.Print("w", i, " ")
		}()
	}
	settle()
	close(c)
	settle()
}
"""

GOSCHED = """package main

import (
	"fmt"
	"runtime"
)

func main() {
	for i := 0; i < 3; i++ {
		go func() {
			for k := 0; k < 3; k++ {
				fmt.Print("g", i, ".", k, " ")
				runtime.Gosched()
			}
		}()
	}
	for i := 0; i < 200; i++ {
		runtime.Gosched()
	}
}
"""

WAITERS = """package main

import (
	"fmt"
	"runtime"
	"sync"
)

func settle() {
	for i := 0; i < 200; i++ {
		runtime.Gosched()
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	for i := 0; i < 4; i++ {
		go func() {
			wg.Wait()
			fmt.Print("wg", i, " ")
		}()
	}
	settle()
	wg.Done()
	settle()
}
"""

NESTED = """package main

import (
	"fmt"
	"runtime"
)

func main() {
	go func() {
		fmt.Print("p1 ")
		go func() {
			fmt.Print("c1 ")
			go func() { fmt.Print("gc1 ") }()
			fmt.Print("c2 ")
		}()
		fmt.Print("p2 ")
		go func() { fmt.Print("d1 ") }()
		fmt.Print("p3 ")
	}()
	go func() { fmt.Print("q ") }()
	for i := 0; i < 200; i++ {
		runtime.Gosched()
	}
}
"""

SLEEPERS = """package main

import (
	"fmt"
	"time"
)

func main() {
	for i := 0; i < 4; i++ {
		go func() {
			time.Sleep(time.Duration(10-i) * time.Millisecond)
			fmt.Print("t", i, " ")
		}()
	}
	time.Sleep(30 * time.Millisecond)
}
"""

TIGHT = """package main

import (
	"fmt"
	"runtime"
)

func main() {
	go func() {
		x := 0
		for i := 0; i < 20000000; i++ {
			x += i
		}
		fmt.Println("loop done", x > 0)
	}()
	runtime.Gosched()
	fmt.Println("main again")
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
}
"""


def random_program(seed: int, *, size: int = 5) -> str:
    """A random concurrent Go program; the same for the same seed.

    Parameters
    ----------
    seed : int
    size : int
        Roughly how many statements each goroutine has.
    """
    r = random.Random(seed)
    chans = [f"c{i}" for i in range(r.randint(1, 3))]
    out = [HEADER, "func main() {", "\tvar wg sync.WaitGroup"]
    out += [f"\t{c} := make(chan int, {r.choice([0, 0, 1, 3])})\n\t_ = {c}" for c in chans]
    out.append('\tdefer fmt.Println("end", runtime.NumGoroutine())')

    def block(depth: int, tabs: str, name: str) -> list[str]:
        lines = []
        for k in range(r.randint(1, size)):
            c = r.choice(chans)
            kind = r.randrange(13)
            if kind <= 2:
                lines.append(f"{tabs}{c} <- {r.randint(0, 99)}")
            elif kind <= 5:
                lines.append(f'{tabs}fmt.Println("{name}{k}", <-{c})')
            elif kind == 6:
                lines.append(f"{tabs}runtime.Gosched()")
            elif kind == 7:
                lines.append(f"{tabs}time.Sleep({r.randint(0, 40)} * time.Microsecond)")
            elif kind == 8:
                v = f"i{depth}{k}"
                lines.append(f"{tabs}for {v} := 0; {v} < {r.randint(1, 300)}; {v}++ {{")
                lines.append(f"{tabs}\tif {v}%100 == 99 {{\n{tabs}\t\truntime.Gosched()\n{tabs}\t}}")
                lines.append(f"{tabs}}}")
            elif kind == 9:
                lines.append(f'{tabs}fmt.Printf("%s %d %v\\n", "{name}", len({c}), {k} > 1)')
            elif kind == 10 and depth < 2:
                lines += spawn(depth + 1, tabs, f"{name}{k}")
            elif kind == 11:
                lines.append(f"{tabs}go func() {{ {c} <- {k} }}()")
            elif kind == 12:
                lines.append(f"{tabs}go func() {{ <-{c} }}()")
        return lines

    def spawn(depth: int, tabs: str, name: str) -> list[str]:
        v = f"n{depth}_{r.randrange(10**6)}"
        body = block(depth, tabs + "\t\t", name)
        return [
            f"{tabs}for {v} := 0; {v} < {r.randint(1, 4)}; {v}++ {{",
            f"{tabs}\twg.Add(1)",
            f"{tabs}\tgo func() {{",
            f"{tabs}\t\tdefer wg.Done()",
            *body,
            f"{tabs}\t}}()",
            f"{tabs}}}",
        ]

    for i in range(r.randint(1, 4)):
        out += spawn(0, "\t", "abcd"[i])
    out += block(0, "\t", "m")
    if r.random() < 0.3:
        out.append(f"\tclose({r.choice(chans)})")
    out.append("\twg.Wait()" if r.random() < 0.6 else "\ttime.Sleep(50 * time.Microsecond)")
    out.append("\tfmt.Println(time.Duration(0))")
    out.append("}")
    return "\n".join(out) + "\n"
