// Look for: never more than so many goroutines are inside: the channel's buffer counts them.
// Question: What happens when the limit is larger than the number of Ps?
// Run: procs=4

package main

import (
	"fmt"
	"sync"
	"time"
)

var visitors = 8 //knob visitors 1 30
var limit = 2    //knob limit 1 8

func main() {
	seats := make(chan struct{}, limit)
	var wg sync.WaitGroup
	var mu sync.Mutex
	inside, most := 0, 0
	for v := 0; v < visitors; v++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			seats <- struct{}{}
			mu.Lock()
			inside++
			if inside > most {
				most = inside
			}
			mu.Unlock()
			time.Sleep(50 * time.Microsecond)
			mu.Lock()
			inside--
			mu.Unlock()
			<-seats
		}()
	}
	wg.Wait()
	fmt.Println("at most", most, "inside")
}
