// Select with default never waits.
package main

import "fmt"

func main() {
	c := make(chan int, 1)
	for i := range 4 {
		select {
		case c <- i:
			fmt.Println("sent", i)
		default:
			fmt.Println("full", i, <-c)
		}
	}
}
