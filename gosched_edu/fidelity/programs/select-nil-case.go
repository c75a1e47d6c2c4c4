// A nil channel switches a case off.
package main

import "fmt"

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		for i := range 3 {
			a <- i
		}
		close(a)
		for i := range 3 {
			b <- 10 + i
		}
		close(b)
	}()
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			fmt.Println("a", v)
		case v, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			fmt.Println("b", v)
		}
	}
}
