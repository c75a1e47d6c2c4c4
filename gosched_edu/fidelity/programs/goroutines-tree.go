// A binary tree of goroutines, summed from the leaves.
package main

import "fmt"

func sum(depth int, out chan int) {
	if depth == 0 {
		out <- 1
		return
	}
	in := make(chan int)
	go sum(depth-1, in)
	go sum(depth-1, in)
	out <- <-in + <-in
}
func main() {
	out := make(chan int)
	go sum(5, out)
	fmt.Println(<-out)
}
