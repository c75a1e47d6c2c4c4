// A goroutine that nobody will ever hear: the program ends all the same.
package main

import (
	"fmt"
	"runtime"
)

func first() string {
	c := make(chan string)
	for _, s := range []string{"a", "b", "c"} {
		go func() { c <- s }()
	}
	return <-c
}
func main() {
	before := runtime.NumGoroutine()
	fmt.Println(first())
	runtime.Gosched()
	fmt.Println(runtime.NumGoroutine() - before)
}
