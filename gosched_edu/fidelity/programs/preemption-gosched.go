// A loop that yields needs no preemption.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	n := 0
	go func() {
		for range 5 {
			n++
			runtime.Gosched()
		}
		done <- true
	}()
	for n < 5 {
		runtime.Gosched()
	}
	<-done
	fmt.Println(n)
}
