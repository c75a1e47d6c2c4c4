// Three producers, one channel.
package main

import (
	"fmt"
	"sync"
)

func main() {
	c := make(chan string)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range 3 {
				c <- fmt.Sprint(i, ".", k)
			}
		}()
	}
	go func() { wg.Wait(); close(c) }()
	for v := range c {
		fmt.Println(v)
	}
}
