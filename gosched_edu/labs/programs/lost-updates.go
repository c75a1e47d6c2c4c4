// Look for: two goroutines read the same value; one of the two additions is lost.
// Question: Is the sum right with 1 P, and does that make the program right?
// Run: procs=4

package main

import (
	"fmt"
	"sync"
)

var counters = 4     //knob counters 1 12
var additions = 2000 //knob additions 1 20000

func main() {
	total := 0
	var wg sync.WaitGroup
	for c := 0; c < counters; c++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < additions; i++ {
				total++ // read, add, write: a data race
			}
		}()
	}
	wg.Wait()
	fmt.Println("wanted", counters*additions, "and got", total)
}
