"""The exercises and the quiz of chapter 08, Locks under load."""

from __future__ import annotations

from gosched_edu.exercises.exercise import Predict, Program, no_race
from gosched_edu.go import Run

QUEUE = Predict(
    title="Who gets it?",
    task="One P, Go 1.22. main unlocks the mutex and locks it again at once. What does this program print?",
    source="""package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			fmt.Println("waiter", i)
			mu.Unlock()
		}()
		time.Sleep(10 * time.Microsecond)
	}
	mu.Unlock()
	mu.Lock()
	fmt.Println("main")
	mu.Unlock()
	wg.Wait()
}
""",
    procs=1,
    version="1.22",
    hint="Unlock wakes the first of the queue. But who runs at that moment? The three in the queue do not "
    "overtake each other.",
)

READERS = Predict(
    title="A writer in between",
    task="Two Ps, Go 1.22. In which order do the four get the lock?",
    source="""package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	read := func(name string) {
		defer wg.Done()
		mu.RLock()
		fmt.Println(name)
		time.Sleep(5 * time.Millisecond)
		mu.RUnlock()
	}
	wg.Add(4)
	go read("r1")
	time.Sleep(time.Millisecond)
	go read("r2")
	time.Sleep(time.Millisecond)
	go func() {
		defer wg.Done()
		mu.Lock()
		fmt.Println("w")
		mu.Unlock()
	}()
	time.Sleep(time.Millisecond)
	go read("r3")
	wg.Wait()
}
""",
    procs=2,
    version="1.22",
    hint="r2 comes while only a reader is in. r3 comes while a writer waits.",
)


def _all_prices(run: Run) -> str | None:
    if run.output != "8 prices, their sum is 84\n":
        return f"Expected: 8 prices, their sum is 84. Printed:\n{run.output or '(nothing)'}"
    return None


def _fetched_together(run: Run) -> str | None:
    """One fetch takes 1 ms, eight one after the other 8 ms."""
    if run.end < 1_000_000:
        return "It took less than 1 ms: nobody called fetch. The prices must be fetched."
    if run.end > 2_500_000:
        return f"It took {run.end / 1e6:.1f} ms. A fetch takes 1 ms, and eight could go on at the same time."
    return None


SHORT = Program(
    title="Hold it shorter",
    task="Eight goroutines fetch prices, and 1 ms each is enough. But they go one after the other. Mend "
    "store.add: the fetches must overlap. The map needs its lock. Leave main and fetch as they are.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

func fetch(key int) int {
	time.Sleep(time.Millisecond)
	return 3 * key
}

type store struct {
	mu     sync.Mutex
	prices map[int]int
}

func (s *store) add(key int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prices[key] = fetch(key)
}

func main() {
	s := store{prices: map[int]int{}}
	var wg sync.WaitGroup
	for key := 0; key < 8; key++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.add(key)
		}()
	}
	wg.Wait()
	sum := 0
	for _, p := range s.prices {
		sum += p
	}
	fmt.Println(len(s.prices), "prices, their sum is", sum)
}
""",
    demands=(_all_prices, no_race, _fetched_together),
    hints=(
        "What does the lock protect? And what is done while it is held?",
        "Fetch first, into a local variable. Then lock, store, unlock.",
        "price := fetch(key); s.mu.Lock(); defer s.mu.Unlock(); s.prices[key] = price",
    ),
    keeps=("main", "fetch"),
)


def _transferred(run: Run) -> str | None:
    if run.output != "100 100 100 100 total 400\n":
        return f"Expected: 100 100 100 100 total 400. Printed:\n{run.output or '(nothing)'}"
    return None


def _pairs_together(run: Run) -> str | None:
    """Two pairs of accounts, 3 transfers of 2 ms each way: 12 ms for a pair, 24 ms one after the other."""
    if run.end < 12_000_000:
        took = f"It took {run.end / 1e6:.1f} ms."
        return f"{took} Each transfer must ask two banks, 1 ms each, and both accounts be locked."
    if run.end > 18_000_000:
        took = f"It took {run.end / 1e6:.1f} ms."
        return f"{took} Transfers between a and b need not wait for those between c and d."
    return None


ORDER = Program(
    title="Two locks",
    task="A transfer locks both accounts, and the bank stops for ever. Mend transfer. Both accounts must be "
    "locked while money moves, and transfers between other accounts must go on meanwhile: no lock for all. "
    "Leave main as it is.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

type account struct {
	mu    sync.Mutex
	id    int
	money int
}

func transfer(from, to *account, amount int) {
	from.mu.Lock()
	time.Sleep(time.Millisecond) // ask the bank of `from`
	to.mu.Lock()
	time.Sleep(time.Millisecond) // ask the bank of `to`
	from.money -= amount
	to.money += amount
	to.mu.Unlock()
	from.mu.Unlock()
}

func main() {
	var bank [4]account
	for i := range bank {
		bank[i].id, bank[i].money = i, 100
	}
	a, b, c, d := &bank[0], &bank[1], &bank[2], &bank[3]
	var wg sync.WaitGroup
	for _, pair := range [][2]*account{{a, b}, {b, a}, {c, d}, {d, c}} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 3; i++ {
				transfer(pair[0], pair[1], 5)
			}
		}()
	}
	wg.Wait()
	fmt.Println(a.money, b.money, c.money, d.money, "total", a.money+b.money+c.money+d.money)
}
""",
    demands=(_transferred, no_race, _pairs_together),
    hints=(
        "One has a and wants b, another one has b and wants a. What if both began with the same account?",
        "Give the accounts an order, and lock in this order, whoever pays.",
        "first, second := from, to; if second.id < first.id { first, second = second, first }",
    ),
    keeps=("main",),
)


def _snapshots(run: Run) -> str | None:
    lines = run.output.splitlines()
    if any("torn" in line for line in lines):
        return "A reader saw a configuration that is half old and half new: its host and its port do not " \
            f"belong together. Printed:\n{run.output}"  # fmt: skip
    if not lines or not lines[-1].startswith("the last port is 8010, the longest read took"):
        wanted = "the last port is 8010, the longest read took ... us"
        return f"Expected: {wanted}. Printed:\n{run.output or '(nothing)'}"
    return None


def _builds(run: Run) -> str | None:
    """Eleven reloads of 1 ms, one after the other."""
    if run.end < 11_000_000:
        return f"It took {run.end / 1e6:.1f} ms, too short for eleven reloads: Reload must call build."
    return None


def _readers_do_not_wait(run: Run) -> str | None:
    """A reload takes 1 ms. A reader that has to wait for one takes about as long."""
    took = int(run.output.split()[-2])
    if took > 600:
        return f"A read took {took} µs: a reader waited until the configuration was built anew."
    return None


CONFIG = Program(
    title="Readers that never wait",
    task="Readers look at the configuration all the time, and a reload takes 1 ms. Write Config so that "
    "no reader ever waits for a reload, and none sees half a configuration. Leave main, reader and build as "
    "they are.",
    starter="""package main

import (
	"fmt"
	"sync"
	"time"
)

type settings struct {
	host int
	port int
}

// build takes a while: it reads files.
func build(version int) settings {
	var s settings
	s.host = version
	time.Sleep(time.Millisecond)
	s.port = 8000 + version
	return s
}

type Config struct {
	mu  sync.RWMutex
	now settings
}

func (c *Config) Reload(version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = build(version)
}

func (c *Config) Get() settings {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now
}

func reader(c *Config, stop chan bool, longest *time.Duration) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		start := time.Now()
		s := c.Get()
		if took := time.Since(start); took > *longest {
			*longest = took
		}
		if s.port != 8000+s.host {
			fmt.Println("torn:", s.host, s.port)
			return
		}
		time.Sleep(70 * time.Microsecond)
	}
}

func main() {
	var c Config
	c.Reload(0)
	stop := make(chan bool)
	var wg sync.WaitGroup
	var longest [3]time.Duration
	for i := range longest {
		wg.Add(1)
		go func() {
			defer wg.Done()
			reader(&c, stop, &longest[i])
		}()
	}
	for version := 1; version <= 10; version++ {
		c.Reload(version)
	}
	close(stop)
	wg.Wait()
	worst := max(longest[0], longest[1], longest[2])
	fmt.Printf("the last port is %d, the longest read took %d us\\n", c.Get().port, worst.Microseconds())
}
""",
    demands=(_snapshots, no_race, _builds, _readers_do_not_wait),
    hints=(
        "What must happen under the lock? Surely not the millisecond of build.",
        "Build a new configuration beside the old one. Then put it in its place in one step.",
        "now atomic.Pointer[settings]: Reload stores the address of a new one, Get loads it and copies. Only "
        "Store and Load touch it.",
    ),
    keeps=("main", "reader", "build"),
)


def _all_have_eaten(run: Run) -> str | None:
    lines = run.output.splitlines()
    if sorted(lines[:-1]) != ["Ada eats", "Bob eats"] or lines[-1] != "all have eaten":
        return f"Both must eat, then all have eaten. Printed:\n{run.output or '(nothing)'}"
    return None


POLITE = Program(
    title="Two polite eaters",
    task="Who does not get the second fork gives the first one back, and tries again. So nobody waits for "
    "ever, but there is a schedule in which both go on like that without end. Mend both: it must take "
    "both forks, and in no schedule may the two wait or circle for ever. Leave fork, eat and main as they "
    "are.",
    starter="""package main

import (
	"fmt"
	"runtime"
	"sync"
)

type fork struct {
	id int
	mu sync.Mutex
}

// both takes two forks, or none.
func both(first, second *fork) {
	for {
		first.mu.Lock()
		if second.mu.TryLock() {
			return
		}
		first.mu.Unlock()
		runtime.Gosched()
	}
}

func eat(name string, left, right *fork) {
	both(left, right)
	fmt.Println(name, "eats")
	left.mu.Unlock()
	right.mu.Unlock()
}

func main() {
	a, b := fork{id: 1}, fork{id: 2}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		eat("Ada", &a, &b)
	}()
	go func() {
		defer wg.Done()
		eat("Bob", &b, &a)
	}()
	wg.Wait()
	fmt.Println("all have eaten")
}
""",
    demands=(_all_have_eaten, no_race),
    hints=(
        "Waiting for a random time makes it rare, not impossible. What makes it impossible that each has "
        "what the other one wants?",
        "If both begin with the same fork, who has it gets the other one as well.",
        "if second.id < first.id { first, second = second, first }; first.mu.Lock(); second.mu.Lock()",
    ),
    keeps=("fork", "eat", "main"),
)

CHAPTER_08 = (QUEUE, READERS, SHORT, ORDER, CONFIG, POLITE)

QUIZ = [
    {
        "question": "A mutex is held for 1 µs in each round. How many rounds per second can all goroutines "
        "together make at most, on 64 cores?",
        "answers": [
            ("64 million", False, "Only one goroutine can be under the lock, on however many cores."),
            ("about 1 million", True, "One at a time, 1 µs each. Handing over costs something on top."),
            ("that depends on the number of goroutines", False,
             "More goroutines wait longer, but the lock is not free more often."),
        ],
    },
    {
        "question": "A goroutine is first in the queue of a `Mutex` in normal mode, and `Unlock` is called. "
        "Does it get the lock?",
        "answers": [
            ("yes, it waited longest", False, "In normal mode it is only woken."),
            ("it is woken, and competes with whoever comes by", True,
             "Somebody who runs already has the better chance. It then goes back to the head of the queue."),
            ("no, newcomers go first by rule", False, "No rule says so: who is there first takes it."),
        ],
    },
    {
        "question": "What does a mutex do when somebody has waited for it for more than 1 ms?",
        "answers": [
            ("it panics", False, "Nothing forbids a long wait."),
            ("it changes to starvation mode: `Unlock` hands it to the first in the queue", True,
             "Newcomers go to the end of the queue, without trying. So since Go 1.9."),
            ("it spins longer", False, "In starvation mode nobody spins."),
        ],
    },
    {
        "question": "A reader holds an `RWMutex`, and a writer waits for it. A second reader comes. What "
        "happens?",
        "answers": [
            ("it reads at once: readers do not disturb each other", False,
             "Then a stream of readers could keep the writer out for ever."),
            ("it waits until the writer has been in", True, "A waiting writer stops new readers."),
            ("the writer gives up its place", False, "The writer has announced itself, and keeps its turn."),
        ],
    },
    {
        "question": "99 % of all uses of a table are writes, to many different keys. What helps?",
        "answers": [
            ("an `RWMutex`", False, "It lets readers in together. Here there are hardly any."),
            ("copy-on-write", False, "Each write copies the whole table."),
            ("shards, each with a lock of its own", True, "Writes to keys in different shards do not meet."),
        ],
    },
]  # fmt: skip
