// Look for: the goroutine that was started last runs first, and the others follow in their order.
// Question: Who is first with 4 Ps, and does another seed change it?
// Run: procs=1

package main

import (
	"fmt"
	"sync"
)

var goroutines = 6 //knob goroutines 1 40

func main() {
	var wg sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			fmt.Println("goroutine", i)
		}(i)
	}
	wg.Wait()
}
