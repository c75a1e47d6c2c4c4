// A goroutine that is locked to its thread, and one that is not.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i == 1 {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
			}
			for k := range 3 {
				fmt.Println(i, k)
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
}
