// A loop without calls: the other one waits for sysmon.
package main

import (
	"fmt"
	"time"
)

var x uint64

func main() {
	done := make(chan bool)
	go func() {
		start := time.Now()
		for time.Since(start) < 35*time.Millisecond {
			for i := 0; i < 100000; i++ {
				x = x*3 + 1
			}
		}
		fmt.Println("loop ends")
		done <- true
	}()
	go func() { fmt.Println("other"); done <- true }()
	<-done
	fmt.Println("main")
	<-done
}
