// A buffer that takes all: the producer never waits.
package main

import "fmt"

func main() {
	c := make(chan int, 20)
	go func() {
		defer close(c)
		for i := range 20 {
			c <- i * i
		}
	}()
	sum := 0
	for v := range c {
		sum += v
	}
	fmt.Println(sum)
}
