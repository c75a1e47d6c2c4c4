// A buffered channel as a semaphore with room for two.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	room := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			room <- struct{}{}
			fmt.Println("in", i, len(room))
			runtime.Gosched()
			<-room
		}()
	}
	wg.Wait()
}
