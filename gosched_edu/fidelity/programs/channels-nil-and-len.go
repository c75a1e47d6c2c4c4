// len, cap, closed channels, a receive of the zero value.
package main

import "fmt"

func main() {
	c := make(chan string, 3)
	c <- "a"
	c <- "b"
	fmt.Println(len(c), cap(c))
	close(c)
	for range 3 {
		v, ok := <-c
		fmt.Printf("%q %v\n", v, ok)
	}
	var none chan int
	fmt.Println(len(none), cap(none), none == nil)
}
