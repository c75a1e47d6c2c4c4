// Look for: readers share the lock; new readers wait as soon as a writer waits.
// Question: How long does the writer wait with more readers?
// Run: procs=4

package main

import (
	"fmt"
	"sync"
	"time"
)

var readers = 5 //knob readers 1 20
var reads = 4   //knob reads 1 20

func main() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	value := 0
	for r := 0; r < readers; r++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < reads; i++ {
				mu.RLock()
				_ = value
				time.Sleep(30 * time.Microsecond)
				mu.RUnlock()
			}
		}()
	}
	time.Sleep(10 * time.Microsecond)
	start := time.Now()
	mu.Lock()
	value++
	fmt.Println("the writer waited", time.Since(start).Nanoseconds()/1000, "µs")
	mu.Unlock()
	wg.Wait()
}
