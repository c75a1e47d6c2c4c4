// Atomic counters and compare-and-swap.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	var n, winner atomic.Int64
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				n.Add(1)
				runtime.Gosched()
			}
			if winner.CompareAndSwap(0, int64(i)+1) {
				fmt.Println("first to end:", i)
			}
		}()
	}
	wg.Wait()
	fmt.Println(n.Load())
}
