// Three goroutines in system calls at the same time, on three threads.
package main

import (
	"fmt"
	"sync"
	"syscall"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ts := syscall.NsecToTimespec(int64(time.Duration(10+8*i) * time.Millisecond))
			syscall.Nanosleep(&ts, nil)
			fmt.Println(i)
		}()
	}
	wg.Wait()
}
