// Three goroutines that yield: the global queue is FIFO.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range 4 {
				fmt.Print("g", i, ".", k, " ")
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
	fmt.Println()
}
