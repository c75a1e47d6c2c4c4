// The same with room for two values.
package main

import "fmt"

func main() {
	c := make(chan int, 2)
	go func() {
		for i := range 12 {
			c <- i
			fmt.Print("s", i, " ")
		}
		close(c)
	}()
	for v := range c {
		fmt.Print("r", v, " ")
	}
	fmt.Println()
}
