// Several goroutines wait for one group.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var one, all sync.WaitGroup
	one.Add(1)
	for i := range 4 {
		all.Add(1)
		go func() { one.Wait(); fmt.Println(i); all.Done() }()
	}
	for range 20 {
		runtime.Gosched()
	}
	one.Done()
	all.Wait()
}
