// A token goes round a ring of goroutines.
package main

import "fmt"

func main() {
	const n = 8
	first := make(chan int)
	in := first
	for range n {
		out := make(chan int)
		go func(in, out chan int) {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	for lap := range 4 {
		first <- lap * 100
		fmt.Println(<-in)
	}
}
