// Look for: with GOGC=1 the collector runs again and again beside the program; with GOGC=-1 it never runs.
// Question: How much longer does the run take with GOGC=1?
// Run: procs=2 gogc=1

package main

import "fmt"

var lists = 20 //knob lists 1 60

type node struct {
	next  *node
	value int
}

func main() {
	done := make(chan int)
	for g := 0; g < 2; g++ {
		go func() {
			sum := 0
			for l := 0; l < lists; l++ {
				var first *node
				for i := 0; i < 200; i++ {
					first = &node{first, i}
				}
				for n := first; n != nil; n = n.next {
					sum += n.value
				}
			}
			done <- sum
		}()
	}
	fmt.Println(<-done, <-done)
}
