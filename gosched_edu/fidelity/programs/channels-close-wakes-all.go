// Close wakes all receivers: the first queued runs first, the rest in reverse.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	c := make(chan int)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Add(1)
		go func() { fmt.Println("start", i); <-c; fmt.Println("woke", i); wg.Done() }()
	}
	for range 20 {
		runtime.Gosched()
	}
	close(c)
	fmt.Println("closed")
	wg.Wait()
}
