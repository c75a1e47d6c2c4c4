// Send on a closed channel; the sender waited when it was closed.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	c := make(chan int)
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println(recover()) }()
		c <- 1
	}()
	runtime.Gosched()
	close(c)
	<-done
	defer func() { fmt.Println(recover()) }()
	close(c)
}
