// Look for: the ball never lies in a buffer: each value goes straight to the goroutine that waits.
// Question: Why is a second P of no use here?
// Run: procs=1

package main

import "fmt"

var rounds = 6 //knob rounds 1 60

func player(name string, in <-chan int, out chan<- int) {
	for ball := range in {
		fmt.Println(name, ball)
		out <- ball + 1
	}
	close(out)
}

func main() {
	there, back := make(chan int), make(chan int)
	go player("pong", there, back)
	ball := 0
	for i := 0; i < rounds; i++ {
		fmt.Println("ping", ball)
		there <- ball
		ball = 1 + <-back
	}
	close(there)
	<-back
	fmt.Println("played", ball)
}
