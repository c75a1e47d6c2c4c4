// Among ready cases the choice is random, and fair.
package main

import "fmt"

func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	n := 0
	for range 3000 {
		a <- 1
		b <- 1
		select {
		case <-a:
			n++
			<-b
		case <-b:
			<-a
		}
	}
	fmt.Println(n > 1300 && n < 1700)
}
