// The prime sieve: a chain of filters.
package main

import "fmt"

func filter(in, out chan int, prime int) {
	for {
		if i := <-in; i%prime != 0 {
			out <- i
		}
	}
}
func main() {
	c := make(chan int)
	go func() {
		for i := 2; ; i++ {
			c <- i
		}
	}()
	for range 12 {
		prime := <-c
		fmt.Print(prime, " ")
		next := make(chan int)
		go filter(c, next, prime)
		c = next
	}
	fmt.Println()
}
