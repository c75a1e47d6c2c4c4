// What a program can ask about the scheduler.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	before := runtime.NumGoroutine()
	fmt.Println(runtime.GOMAXPROCS(0), before)
	stop := make(chan bool)
	for range 7 {
		go func() { <-stop }()
	}
	fmt.Println(runtime.NumGoroutine() - before)
	close(stop)
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
	fmt.Println(runtime.NumGoroutine() - before)
}
