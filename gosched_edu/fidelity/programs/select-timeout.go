// Whoever is too slow is not waited for.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, ms := range []int{2, 20} {
		c := make(chan string, 1)
		go func() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			c <- "answer"
		}()
		select {
		case s := <-c:
			fmt.Println(s)
		case <-time.After(9 * time.Millisecond):
			fmt.Println("too late")
		}
	}
}
