// A worker that is told to stop.
package main

import "fmt"

func main() {
	work, quit, done := make(chan int), make(chan bool), make(chan bool)
	go func() {
		for {
			select {
			case v := <-work:
				fmt.Println("work", v)
			case <-quit:
				fmt.Println("quit")
				close(done)
				return
			}
		}
	}()
	for i := range 4 {
		work <- i
	}
	close(quit)
	<-done
}
