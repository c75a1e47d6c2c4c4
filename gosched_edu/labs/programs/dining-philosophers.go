// Look for: everybody holds the left fork and waits for the right one, for ever.
// Question: What does polite change, and why is one polite philosopher enough?
// Run: procs=1

package main

import (
	"fmt"
	"sync"
	"time"
)

var philosophers = 5 //knob philosophers 2 9
var polite = 0       //knob polite 0 1

func main() {
	forks := make([]sync.Mutex, philosophers)
	var wg sync.WaitGroup
	for i := 0; i < philosophers; i++ {
		first, second := i, (i+1)%philosophers
		if polite == 1 && first > second {
			first, second = second, first
		}
		wg.Add(1)
		go func(i, first, second int) {
			defer wg.Done()
			forks[first].Lock()
			time.Sleep(10 * time.Microsecond) // thinks, with one fork in the hand
			forks[second].Lock()
			fmt.Println("philosopher", i, "eats")
			forks[second].Unlock()
			forks[first].Unlock()
		}(i, first, second)
	}
	wg.Wait()
}
