// Look for: both channels are ready each time, and select throws dice.
// Question: How far from one half can the share be with ten rounds, with a thousand?
// Run: procs=1

package main

import "fmt"

var turns = 100 //knob turns 1 1000

func main() {
	left, right := make(chan bool, turns), make(chan bool, turns)
	for i := 0; i < turns; i++ {
		left <- true
		right <- true
	}
	l, r := 0, 0
	for i := 0; i < turns; i++ {
		select {
		case <-left:
			l++
		case <-right:
			r++
		}
	}
	fmt.Println("left", l, "right", r)
}
