// Look for: with Go 1.13 the loop keeps the only P to its end; from Go 1.14 on a signal takes it away.
// Question: After which time is main back, and what does asyncpreemptoff change?
// Run: procs=1 version=1.13

package main

import (
	"fmt"
	"time"
)

var millions = 4 //knob millions 1 20

func main() {
	go func() {
		x := 0
		for i := 0; i < 1000000*millions; i++ {
			x += i
		}
		fmt.Println("the loop is done", x > 0)
	}()
	start := time.Now()
	time.Sleep(time.Millisecond)
	fmt.Println("main slept 1 ms, and was back after", time.Since(start).Nanoseconds()/1000000, "ms")
}
