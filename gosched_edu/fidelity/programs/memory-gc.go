// A collection by hand, and a finalizer's cleanup.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan string, 1)
	func() {
		p := new([64]int)
		runtime.SetFinalizer(p, func(*[64]int) { done <- "finalized" })
	}()
	runtime.GC()
	fmt.Println(<-done)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.NumGC >= 1)
}
