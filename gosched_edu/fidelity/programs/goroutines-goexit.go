// Goexit runs the deferred calls and ends only this goroutine.
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
			defer fmt.Println("deferred", i)
			if i == 1 {
				runtime.Goexit()
			}
			fmt.Println("end of", i)
		}()
	}
	wg.Wait()
}
