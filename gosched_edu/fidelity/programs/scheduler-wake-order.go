// Sleepers wake in the order of their times.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() {
			time.Sleep(time.Duration(20-4*i) * time.Millisecond)
			fmt.Println(i)
			wg.Done()
		}()
	}
	wg.Wait()
}
