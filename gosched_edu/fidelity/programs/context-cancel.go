// Cancelling a context reaches a chain of children.
package main

import (
	"context"
	"fmt"
	"sync"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for i := range 3 {
		ctx, _ = context.WithCancel(ctx)
		c := ctx
		wg.Add(1)
		go func() { defer wg.Done(); <-c.Done(); fmt.Println(i, c.Err()) }()
	}
	fmt.Println("cancel")
	cancel()
	wg.Wait()
}
