// Look for: each stage waits for its neighbour, unless there is a buffer between them.
// Question: Which buffer size makes the run shortest, and why does a larger one not help?
// Run: procs=4

package main

import "fmt"

var numbers = 12 //knob numbers 1 100
var buffer = 0   //knob buffer 0 16

func count() <-chan int {
	out := make(chan int, buffer)
	go func() {
		for i := 1; i <= numbers; i++ {
			out <- i
		}
		close(out)
	}()
	return out
}

func square(in <-chan int) <-chan int {
	out := make(chan int, buffer)
	go func() {
		for n := range in {
			out <- n * n
		}
		close(out)
	}()
	return out
}

func main() {
	sum := 0
	for n := range square(count()) {
		sum += n
	}
	fmt.Println("sum of squares:", sum)
}
