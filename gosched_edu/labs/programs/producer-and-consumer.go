// Look for: close ends the loop over the channel, after the values that are still in the buffer.
// Question: Who waits more often, the producer or the consumer?
// Run: procs=2

package main

import "fmt"

var values = 10 //knob values 1 60
var slots = 3   //knob slots 0 10

func main() {
	c := make(chan int, slots)
	go func() {
		for i := 0; i < values; i++ {
			c <- i
			fmt.Println("made", i)
		}
		close(c)
		fmt.Println("closed")
	}()
	for v := range c {
		fmt.Println("used", v)
	}
}
