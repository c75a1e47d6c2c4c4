// A select over two channels of which one at a time is ready.
package main

import (
	"fmt"
	"time"
)

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		for i := range 3 {
			time.Sleep(16 * time.Millisecond)
			a <- i
		}
	}()
	go func() {
		time.Sleep(8 * time.Millisecond)
		for i := range 3 {
			b <- 10 * i
			time.Sleep(16 * time.Millisecond)
		}
	}()
	for range 6 {
		select {
		case v := <-a:
			fmt.Println("a", v)
		case v := <-b:
			fmt.Println("b", v)
		}
	}
}
