// Broadcast wakes the waiters in the order of their tickets.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	c := sync.NewCond(&mu)
	for i := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			fmt.Println("wait", i)
			c.Wait()
			fmt.Println("woke", i)
			mu.Unlock()
		}()
	}
	for range 20 {
		runtime.Gosched()
	}
	mu.Lock()
	c.Broadcast()
	mu.Unlock()
	wg.Wait()
}
