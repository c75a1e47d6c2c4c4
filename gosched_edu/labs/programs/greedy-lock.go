// Look for: one goroutine takes the lock again as soon as it has given it back; the other one sleeps and is late.
// Question: What does a shorter hold change, and what do more Ps?
// Run: procs=2

package main

import (
	"fmt"
	"sync"
	"time"
)

var hold = 50 //knob hold 1 500

func main() {
	var mu sync.Mutex
	stop := false
	greedy, polite := 0, 0
	go func() {
		for i := 0; i < 10; i++ {
			time.Sleep(20 * time.Microsecond)
			mu.Lock()
			polite++
			mu.Unlock()
		}
		mu.Lock()
		stop = true
		mu.Unlock()
	}()
	for done := false; !done; {
		mu.Lock()
		greedy++
		for x := 0; x < 20*hold; x++ {
		}
		done = stop || greedy >= 2000
		mu.Unlock()
	}
	fmt.Println("greedy", greedy, "times, polite", polite, "times")
}
