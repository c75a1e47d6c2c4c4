// A counter under a Mutex, with yields inside.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := 0
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range 3 {
				mu.Lock()
				n++
				if (i+k)%2 == 0 {
					runtime.Gosched()
				}
				fmt.Print(i, ":", n, " ")
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(n)
}
