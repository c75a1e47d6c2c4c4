// Workers that stop when the context does.
package main

import (
	"context"
	"fmt"
	"sync"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	jobs := make(chan int)
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case j := <-jobs:
					fmt.Println("worker", w, "job", j)
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	for j := range 6 {
		jobs <- j
	}
	cancel()
	wg.Wait()
	fmt.Println("all stopped")
}
