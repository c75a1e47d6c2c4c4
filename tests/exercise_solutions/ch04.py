"""Solutions for chapter 04: wrong ones that look right, and right ones of different kinds."""

from __future__ import annotations

from gosched_edu.exercises.chapter04 import FLATTEN, HOT, WARM

_SUM = FLATTEN.starter[FLATTEN.starter.index("//frame 64") : FLATTEN.starter.index("func main")]

FLATTEN_RIGHT = {
    "loop": FLATTEN.starter.replace(_SUM, """func sum(n *node) int {
	s := 0
	for ; n != nil; n = n.next {
		s += n.value
	}
	return s
}

"""),
    "a goroutine for every fifty nodes": FLATTEN.starter.replace(_SUM, """//frame 64
func part(n *node, left int) int {
	if n == nil {
		return 0
	}
	if left == 0 {
		rest := make(chan int)
		go func() { rest <- part(n, 50) }()
		return <-rest
	}
	return n.value + part(n.next, left-1)
}

func sum(n *node) int { return part(n, 50) }

"""),
}  # fmt: skip
FLATTEN_WRONG = {
    "starter": FLATTEN.starter,
    "in a goroutine of its own": FLATTEN.starter.replace(
        "fmt.Println(sum(list))", "c := make(chan int)\n\tgo func() { c <- sum(list) }()\n\tfmt.Println(<-c)"
    ),
    "an accumulator, still recursive": FLATTEN.starter.replace(_SUM, """//frame 64
func add(n *node, s int) int {
	if n == nil {
		return s
	}
	return add(n.next, s+n.value)
}

func sum(n *node) int { return add(n, 0) }

"""),
    "stops when the stack is full": FLATTEN.starter.replace(_SUM, """func sum(n *node) int {
	s := 0
	for i := 0; n != nil && i < 4000; i++ {
		s += n.value
		n = n.next
	}
	return s
}

"""),
    "the answer written down": FLATTEN.starter.replace(
        "fmt.Println(sum(list))", f"_ = list\n\tfmt.Println({sum(i * i % 1000 for i in range(5000))})"
    ),
}  # fmt: skip

_LOOP = HOT.starter[HOT.starter.index("func loop") : HOT.starter.index("//frame 200\nfunc descend")]
HOT_RIGHT = {
    "the loop on a fresh stack": HOT.starter.replace(
        "return loop()", "c := make(chan int)\n\tgo func() { c <- loop() }()\n\treturn <-c"
    ),
    "no calls in the loop": HOT.starter.replace("x += step(i)", "x += 2 * i"),
}
HOT_WRONG = {
    "starter": HOT.starter,
    "another depth": HOT.starter.replace("depth = 38", "depth = 5"),
    "a larger frame for the loop": HOT.starter.replace("func loop", "//frame 1000\nfunc loop"),
    "two steps in each round": HOT.starter.replace(
        "i++ {\n\t\tx += step(i)", "i += 2 {\n\t\tx += step(i) + step(i+1)"
    ),
    "smaller frames": HOT.starter.replace("//frame 200\nfunc step", "//frame 72\nfunc step"),
    "fewer rounds": HOT.starter.replace("i < 100", "i < 10"),
    "without the knob": HOT.starter.replace("//knob depth 0 90\n", "").replace("depth = 38", "depth = 5"),
}  # fmt: skip

_MAIN = WARM.starter[WARM.starter.index("func main") :]
WARM_RIGHT = {
    "workers and a channel of tasks": WARM.starter.replace(_MAIN, """func main() {
	tasks, results := make(chan int), make(chan int)
	for w := 0; w < 4; w++ {
		go func() {
			for i := range tasks {
				results <- deep(300 + i)
			}
		}()
	}
	go func() {
		for i := 0; i < 64; i++ {
			tasks <- i
		}
		close(tasks)
	}()
	sum := 0
	for i := 0; i < 64; i++ {
		sum += <-results
	}
	fmt.Println(sum)
}
"""),
    "two goroutines": WARM.starter.replace(_MAIN, """func half(first int, out chan int) {
	sum := 0
	for i := first; i < 64; i += 2 {
		sum += deep(300 + i)
	}
	out <- sum
}

func main() {
	out := make(chan int)
	go half(0, out)
	go half(1, out)
	fmt.Println(<-out + <-out)
}
"""),
}  # fmt: skip
WARM_WRONG = {
    "starter": WARM.starter,
    "four at a time, but a new goroutine for each": WARM.starter.replace(
        "go func() { results <- deep(300 + i) }()",
        "free <- true\n\t\tgo func() {\n"
        "\t\t\tsum := deep(300 + i)\n\t\t\t<-free\n\t\t\tresults <- sum\n\t\t}()",
    ).replace("make(chan int)", "make(chan int, 64)\n\tfree := make(chan bool, 4)"),
    "main does it": WARM.starter.replace(_MAIN, """func main() {
	sum := 0
	go func() {}()
	go func() {}()
	for i := 0; i < 64; i++ {
		sum += deep(300 + i)
	}
	fmt.Println(sum)
}
"""),
    "one goroutine for all": WARM.starter.replace(_MAIN, """func main() {
	out := make(chan int)
	go func() {
		sum := 0
		for i := 0; i < 64; i++ {
			sum += deep(300 + i)
		}
		out <- sum
	}()
	fmt.Println(<-out)
}
"""),
    "the results without the dives": WARM.starter.replace("deep(300 + i) }", "300 + i }"),
}  # fmt: skip

RIGHT = {"FLATTEN": FLATTEN_RIGHT, "HOT": HOT_RIGHT, "WARM": WARM_RIGHT}
WRONG = {"FLATTEN": FLATTEN_WRONG, "HOT": HOT_WRONG, "WARM": WARM_WRONG}
