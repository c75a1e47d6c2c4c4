// After a millisecond of waiting the lock is handed over.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	done := make(chan bool)
	mu.Lock()
	go func() {
		mu.Lock()
		fmt.Println("the waiter has it")
		mu.Unlock()
		done <- true
	}()
	time.Sleep(3 * time.Millisecond)
	for i := range 3 {
		mu.Unlock()
		mu.Lock()
		fmt.Println("main has it", i)
	}
	mu.Unlock()
	<-done
}
