// GOMAXPROCS can change; back to one P, the order is that of one P.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	fmt.Println(runtime.GOMAXPROCS(2), runtime.GOMAXPROCS(1))
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() { fmt.Println(i); wg.Done() }()
	}
	wg.Wait()
}
