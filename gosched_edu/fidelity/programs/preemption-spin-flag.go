// Waiting in a loop for another goroutine ends, since the loop is preempted.
package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var flag atomic.Bool
	go func() { flag.Store(true) }()
	for !flag.Load() {
	}
	fmt.Println("seen")
}
