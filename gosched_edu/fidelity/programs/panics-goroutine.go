// A panic that nobody recovers ends the whole program.
package main

import (
	"fmt"
	"time"
)

func main() {
	defer fmt.Println("never seen: not this goroutine's panic")
	go func() {
		defer fmt.Println("deferred")
		panic("in a goroutine")
	}()
	time.Sleep(50 * time.Millisecond)
}
