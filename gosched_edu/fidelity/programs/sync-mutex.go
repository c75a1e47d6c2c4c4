// Waiters of a Mutex: the woken one and newcomers.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := range 4 {
		wg.Add(1)
		go func() { mu.Lock(); fmt.Println("lock", i); mu.Unlock(); wg.Done() }()
	}
	for range 20 {
		runtime.Gosched()
	}
	mu.Unlock()
	fmt.Println("main has unlocked")
	wg.Wait()
}
