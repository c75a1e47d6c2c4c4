// The ring of 256 overflows: half of it moves to the global queue.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var order []int
	for i := range 300 {
		wg.Add(1)
		go func() { order = append(order, i); wg.Done() }()
	}
	wg.Wait()
	fmt.Println(order)
}
