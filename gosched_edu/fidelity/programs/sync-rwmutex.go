// A waiting writer goes before later readers.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var rw sync.RWMutex
	var wg sync.WaitGroup
	settle := func() {
		for range 20 {
			runtime.Gosched()
		}
	}
	rw.RLock()
	wg.Add(1)
	go func() { rw.Lock(); fmt.Println("writer"); rw.Unlock(); wg.Done() }()
	settle()
	for i := range 2 {
		wg.Add(1)
		go func() { rw.RLock(); fmt.Println("reader", i); rw.RUnlock(); wg.Done() }()
	}
	settle()
	fmt.Println("main unlocks")
	rw.RUnlock()
	wg.Wait()
}
