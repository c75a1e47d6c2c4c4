// Ten goroutines: the last one created runs first (runnext), the others in order.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() { fmt.Println(i); wg.Done() }()
	}
	wg.Wait()
}
