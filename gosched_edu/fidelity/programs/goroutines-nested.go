// Goroutines that create goroutines.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	say := func(s string) { fmt.Print(s, " ") }
	start := func(f func()) { wg.Add(1); go func() { defer wg.Done(); f() }() }
	start(func() {
		say("p1")
		start(func() {
			say("c1")
			start(func() { say("gc1") })
			say("c2")
		})
		say("p2")
		start(func() { say("d1") })
		say("p3")
	})
	start(func() { say("q") })
	wg.Wait()
	fmt.Println()
}
