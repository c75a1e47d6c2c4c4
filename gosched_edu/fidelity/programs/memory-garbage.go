// A program that makes garbage: collections come by themselves.
package main

import (
	"fmt"
	"runtime"
)

type node struct {
	next *node
	room [100]int
}

func main() {
	var keep *node
	for i := range 40000 {
		n := &node{}
		if i%1000 == 0 {
			n.next = keep
			keep = n
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	count := 0
	for n := keep; n != nil; n = n.next {
		count++
	}
	fmt.Println(count, m.NumGC > 0)
}
