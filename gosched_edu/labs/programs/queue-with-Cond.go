// Look for: who finds the queue empty waits in Cond.Wait without the lock, and has it again when it goes on.
// Question: Why must Wait stand in a loop?
// Run: procs=2

package main

import (
	"fmt"
	"sync"
)

var takers = 3 //knob takers 1 8
var items = 9  //knob items 1 40

func main() {
	var mu sync.Mutex
	var queue []int
	closed := false
	filled := sync.NewCond(&mu)
	var wg sync.WaitGroup
	for t := 0; t < takers; t++ {
		wg.Add(1)
		go func(t int) {
			defer wg.Done()
			for {
				mu.Lock()
				for len(queue) == 0 && !closed {
					filled.Wait()
				}
				if len(queue) == 0 {
					mu.Unlock()
					return
				}
				item := queue[0]
				queue = queue[1:]
				mu.Unlock()
				fmt.Println("taker", t, "has item", item)
			}
		}(t)
	}
	for i := 0; i < items; i++ {
		mu.Lock()
		queue = append(queue, i)
		mu.Unlock()
		filled.Signal()
	}
	mu.Lock()
	closed = true
	mu.Unlock()
	filled.Broadcast()
	wg.Wait()
}
