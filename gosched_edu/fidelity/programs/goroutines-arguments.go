// Arguments are evaluated by the go statement, not by the goroutine.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	x := 1
	show := func(n int) { fmt.Println("argument", n, "variable", x); wg.Done() }
	for range 3 {
		wg.Add(1)
		go show(x)
		x *= 10
	}
	wg.Wait()
}
