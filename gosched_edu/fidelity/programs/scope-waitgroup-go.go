// WaitGroup.Go, since Go 1.25.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	results := make([]int, 6)
	for i := range results {
		wg.Go(func() { results[i] = i * i; fmt.Println("task", i) })
	}
	wg.Wait()
	fmt.Println(results)
}
