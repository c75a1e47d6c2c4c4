// Every 61st tick the global queue comes first, though the local ring is not empty.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	ran, seen := 0, -1
	wg.Add(1)
	go func() { // stands in the global queue after its first yield
		runtime.Gosched()
		seen = ran
		wg.Done()
	}()
	runtime.Gosched()
	var again func(int)
	again = func(n int) {
		ran++
		if n > 0 {
			go again(n - 1)
			return
		}
		wg.Done()
	}
	for range 3 {
		wg.Add(1)
		go again(60)
	}
	wg.Wait()
	fmt.Println(ran, seen)
}
