// A bounded queue with two conditions.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	full, empty := sync.NewCond(&mu), sync.NewCond(&mu)
	var queue []int
	done := make(chan bool)
	go func() {
		for range 8 {
			mu.Lock()
			for len(queue) == 0 {
				empty.Wait()
			}
			v := queue[0]
			queue = queue[1:]
			fmt.Print("got", v, " ")
			full.Signal()
			mu.Unlock()
		}
		done <- true
	}()
	for i := range 8 {
		mu.Lock()
		for len(queue) == 3 {
			full.Wait()
		}
		queue = append(queue, i)
		fmt.Print("put", i, " ")
		empty.Signal()
		mu.Unlock()
	}
	<-done
	fmt.Println()
}
