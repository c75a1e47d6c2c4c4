// At most two tasks at a time.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	slots := make(chan int, 2)
	running, most := 0, 0
	for i := range 6 {
		slots <- i
		wg.Go(func() {
			running++
			most = max(most, running)
			runtime.Gosched()
			fmt.Println("task", i)
			running--
			<-slots
		})
	}
	wg.Wait()
	fmt.Println("most", most)
}
