// Values sent between stacks, while one of them grows.
package main

import "fmt"

func deep(n int, c chan int) {
	if n == 0 {
		c <- 7
		return
	}
	var a [16]int
	a[n%16] = n
	deep(n-1, c)
	if a[n%16] != n {
		panic("lost")
	}
}
func main() {
	c := make(chan int)
	go deep(300, c)
	fmt.Println(<-c)
}
