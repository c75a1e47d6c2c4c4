// Producer and consumer on an unbuffered channel: two sends, two receives.
package main

import "fmt"

func main() {
	c := make(chan int)
	go func() {
		for i := range 8 {
			fmt.Print("s", i, " ")
			c <- i
		}
		close(c)
	}()
	for v := range c {
		fmt.Print("r", v, " ")
	}
	fmt.Println()
}
