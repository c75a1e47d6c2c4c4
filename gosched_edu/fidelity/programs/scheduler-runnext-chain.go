// A ping-pong pair stays in runnext; a third goroutine waits in the ring.
package main

import "fmt"

func main() {
	a, b := make(chan int), make(chan int)
	hops, seen := 0, -1
	go func() { seen = hops }()
	go func() {
		for v := range a {
			b <- v
		}
		close(b)
	}()
	for i := range 50 {
		a <- i
		<-b
		hops++
	}
	close(a)
	<-b
	fmt.Println(hops, seen)
}
