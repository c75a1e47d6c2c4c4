// Two loops take turns; the shorter one ends first.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for _, ms := range []int{70, 12} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work := 0
			last := time.Now()
			for spent := time.Duration(0); spent < time.Duration(ms)*time.Millisecond; work++ {
				now := time.Now()
				if d := now.Sub(last); d < 200*time.Microsecond {
					spent += d // time that passed while we ran
				}
				last = now
			}
			fmt.Println(ms)
		}()
	}
	wg.Wait()
}
