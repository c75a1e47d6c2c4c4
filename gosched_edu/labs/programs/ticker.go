// Look for: a slow receiver loses ticks: the ticker's channel holds one.
// Question: From which work on are ticks lost?
// Run: procs=2

package main

import (
	"fmt"
	"time"
)

var period = 100 //knob period 20 500
var busy = 150   //knob busy 1 500

func main() {
	ticker := time.NewTicker(time.Duration(period) * time.Microsecond)
	defer ticker.Stop()
	start := time.Now()
	for i := 0; i < 6; i++ {
		<-ticker.C
		fmt.Println("tick", i, "at", time.Since(start).Nanoseconds()/1000, "µs")
		time.Sleep(time.Duration(busy) * time.Microsecond)
	}
}
